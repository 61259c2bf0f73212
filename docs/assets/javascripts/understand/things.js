// Which board and which model the items mean, or why that cannot be said.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});
  const { list } = atlas.words;
  const MOST_ALTERNATIVES = 12;

  /** The names with the fewest words first: "qwen3" offers Qwen3 8B before Qwen3 Embedding 8B. */
  const plainest = (ids) => [...ids].sort((one, other) => one.split("-").length - other.split("-").length).slice(0, MOST_ALTERNATIVES);
  const NEAR = 2; // items between a model and a size that belong together

  const label = (names, id) => list(names.vocabulary.boards[id]?.names ?? names.vocabulary.models[id])[0];
  const sold = (names, id) => !names.vocabulary.boards[id].modified;

  const SIZE = /\d\s?[bm]\b/i;
  const MOBILE = "laptop"; // as the catalog's names say it
  const PLURAL = "s";

  /** "laptop with a 4060" is the laptop chip; "two 4080s" are no 4080 SUPER. */
  function laptops(names, tokens, items) {
    const keyOf = (item, more) => [...tokens.slice(item.from, item.end).map((token) => token.text), ...more].join(" ");
    const word = items.find((item) => item.kind === "unknown" && item.text === MOBILE);
    if (word && !items.some((item) => item.kind === "board" || item.kind === "number")) word.kind = "stop"; // a memory size says more
    for (const item of items) {
      const last = tokens[item.end - 1];
      if (item.kind === "board" && item.count > 1 && last.text === PLURAL && last.glued && !item.id?.endsWith(PLURAL)) {
        const singular = names.boards.get(keyOf({ from: item.from, end: item.end - 1 }, []));
        if (singular) [item.id, item.ids] = [singular.exact, [...singular.ids]];
      }
      const named = item.kind === "board" || (item.kind === "number" && !item.used);
      if (!word || word.used || !named) continue;
      const numbers = tokens.slice(item.from, item.end).findIndex((token) => token.kind === "number");
      const found = numbers >= 0 && names.boards.get(keyOf({ from: item.from + numbers, end: item.end }, [MOBILE]));
      if (!found) continue;
      Object.assign(item, { kind: "board", id: found.exact, ids: [...found.ids], vendorWords: [] });
      word.used = true;
    }
  }

  /** Boards that do not exist: another vendor's word in front, or a word behind that no such board has. */
  function faults(names, items, said) {
    for (const [place, item] of items.entries()) {
      if (item.kind !== "board") continue;
      const next = items[place + 1];
      const unknown = next?.kind === "unknown";
      const word = (unknown || next?.kind === "stop") && /^[\s-]?$/.test(next.gap) ? next.word.toLowerCase() : "";
      if (names.boardWords.has(word) || (unknown && next.gap === "-")) { // "p4d", "a2-highgpu"
        next.used = true;
        item.stop = next.stop;
        item.missing = true;
      }
      for (const { vendor, text } of item.vendorWords) {
        const { vendor: own } = names.vocabulary.boards[item.ids[0]];
        if (vendor !== own) item.missing = true;
        else if (!item.missing && misnamed(names, item.ids, text)) {
          said.note({ kind: "correction", saw: said.text(item.start, item.stop), read: label(names, item.id ?? item.ids[0]), start: item.start, end: item.stop });
        }
      }
      if (item.missing) {
        said.note({ kind: "unknown-board", text: said.text(item.start, item.stop), start: item.start, end: item.stop });
        said.doubt();
      }
    }
  }

  /** "gtx 3060": a series of the same maker that the board is not from. */
  function misnamed(names, ids, word) {
    const series = new Set(["rtx", "gtx"]);
    const own = names.vocabulary.boards[ids[0]].names.join("|").toLowerCase();
    return series.has(word) && !own.includes(word) && [...series].some((other) => own.includes(other));
  }

  /** The request's board, the unequal boards, or the boards to choose from. */
  function boards(names, items, reading, said) {
    const named = items.filter((item) => item.kind === "board");
    const sizes = items.filter((item) => item.kind === "memory" && !item.used);
    const found = named.length ? named : sizes;
    if (!named.length) unified(names, items, sizes, reading, said);
    else if (!named.some(({ ids }) => names.vocabulary.boards[ids[0]]?.unified)) {
      for (const item of items) if (item.kind === "unified") said.unknown(item); // "a 4090 or a mac studio"
    }
    const usable = found.filter((item) => !item.missing && !item.used);
    for (const item of found) if (item.missing && item.ids.length) said.alternatives("board", item.ids.filter((id) => sold(names, id)));
    if (!usable.length) return;
    for (const item of usable) if (item.each) item.count = item.each * (item.count ?? 1);
    const value = (item) => (item.kind === "memory" ? { memory_gib: item.value } : item.id);
    const distinct = new Map();
    const counts = [...new Set(usable.map((item) => item.count).filter(Boolean))];
    for (const item of usable) {
      const key = JSON.stringify(value(item) ?? item.ids);
      const before = distinct.get(key);
      if (before) before.count = (before.count ?? 1) + (item.count ?? 1);
      else distinct.set(key, item);
    }
    const different = [...distinct.values()];
    if (different.length === 1 && usable.length > 1 && !joined(items, usable)) {
      different[0].count = counts.length === 1 ? counts[0] : undefined; // one board under two names
      if (counts.length > 1) said.doubt();
    }
    if (different.length > 1 && !joined(items, usable)) {
      said.alternatives("board", different.flatMap((item) => item.id ?? item.ids ?? []));
      const uneven = counts.length > 1 || (counts[0] > 1 && usable.some(({ count }) => !count));
      said.note({ kind: "several-boards", uneven, values: different.map((item) => said.text(item.countStart ?? item.start, item.countStop ?? item.stop)) });
      if (counts[0] && !uneven) [reading.request.boards] = counts;
      said.doubt();
      for (const item of different) said.understood(item, "board", value(item) ?? null, shown(names, item));
      return;
    }
    for (const item of different) {
      if (item.kind === "board" && item.ids.length > 1) said.alternatives("board", item.ids.filter((id) => id !== item.id && sold(names, id)));
      said.understood(item, "board", value(item), shown(names, item));
      if (item.count) said.understood({ start: item.countStart ?? item.start, stop: item.countStop ?? item.stop }, "boards", item.count, `${item.count} ×`);
    }
    if (different.length > 1) {
      const all = different.map((item) => ({ id: value(item), count: item.count ?? 1 }));
      if (all.every((one) => one.id)) reading.boardList = all;
      else said.doubt();
      return;
    }
    const [only] = different;
    if (!value(only)) said.doubt();
    else reading.request.board = value(only);
    if (only.count) reading.request.boards = only.count;
  }

  const shown = (names, item) => (item.kind === "memory" ? `${item.value} GB` : item.id ? label(names, item.id) : item.ids.map((id) => label(names, id)).join(", "));

  /**
   * "a mac with 64 GB": the first board of the line with that memory; a program can use as much on each.
   * Without a size: the boards of the line, to choose from.
   */
  function unified(names, items, sizes, reading, said) {
    const machine = items.find((item) => item.kind === "unified");
    if (!machine) return;
    const size = sizes.find((item) => !item.used);
    const ids = Object.entries(names.vocabulary.boards)
      .filter(([, board]) => board.line === machine.line && (!size || board.label === size.value))
      .map(([id]) => id);
    if (size) size.used = true;
    if (!size || !ids.length) {
      if (size) said.note({ kind: "unknown-board", text: said.text(machine.start, machine.stop), start: machine.start, end: machine.stop });
      said.alternatives("board", ids.reverse());
      said.doubt();
      return;
    }
    const [first, ...others] = ids;
    reading.request.board = first;
    said.understood(size, "board", first, label(names, first));
    said.alternatives("board", others.reverse());
  }

  /** Whether every board is tied to the one before by "and" or "+"; "which of both" asks for one. */
  function joined(items, found) {
    const named = items.some((item) => item.kind === "model" || item.kind === "size");
    if (named && items.some((item) => item.kind === "ask" && item.ask === "which")) return false;
    return found.every((item, place) => {
      if (!place) return true;
      const between = items.slice(items.indexOf(found[place - 1]) + 1, items.indexOf(item));
      return between.some((other) => other.kind === "joining") && !between.some((other) => other.kind === "choosing");
    });
  }

  const hasSize = (names, id, size) => names.modelWords.get(id).has(size);

  /** "someuser/Qwen2.5-7B-Instruct-GGUF": whoever published the files changes nothing. */
  function publishers(items) {
    for (const [place, item] of items.entries()) {
      if (item.kind !== "model" || item.gap !== "/") continue;
      for (let before = place - 1; before >= 0; before -= 1) {
        if (!["unknown", "stop"].includes(items[before].kind)) break;
        items[before].kind = "stop";
        if (!/^[-_.]?$/.test(items[before].gap)) break;
      }
    }
  }

  /** The request's model or the class of models, or the models to choose from. */
  function models(names, items, reading, said) {
    publishers(items);
    absent(items, said);
    const named = items.filter((item) => item.kind === "model");
    const sizes = items.filter((item) => item.kind === "size" && !item.used);
    for (const item of named) variants(names, items, item, sizes, said);
    const missing = named.filter((item) => item.missing);
    for (const item of missing) {
      notHere(item, said);
      said.alternatives("model", plainest(item.ids));
    }
    const usable = named.filter((item) => !item.missing);
    const different = [...new Map(usable.map((item) => [item.id ?? item.ids.join(), item])).values()];
    if (different.length > 1) {
      said.alternatives("model", plainest(different.flatMap((item) => item.id ?? item.ids)));
      said.note({ kind: "several-models", values: different.map((item) => said.text(item.start, item.stop)) });
      said.doubt();
    }
    for (const item of different) said.understood(item, "model", item.id, item.id ? label(names, item.id) : said.text(item.start, item.stop));
    if (different.length === 1) {
      const [only] = different;
      said.alternatives("model", plainest(only.ids.filter((id) => id !== only.id)));
      if (only.id) reading.request.model = only.id;
      else said.doubt();
      if (only.id && !only.exact) completed(names, only, said);
    }
    if (!named.length) classes(names, items, sizes, reading, said);
  }

  /** A model was named that is not in the catalog. */
  function notHere({ start, stop }, said) {
    said.note({ kind: "unknown-model", text: said.text(start, stop), start, end: stop });
    said.doubt();
  }

  /** "kokoro 82m": a model that people ask about and that is not in the catalog, its size with it. */
  function absent(items, said) {
    for (const [place, item] of items.entries()) {
      if (item.kind !== "absent") continue;
      if (items[place + 1]?.kind === "size") fault(item, items[place + 1]);
      notHere(item, said);
    }
  }

  /** "deepseek r1 32b": the only model whose name has these words, said in full. */
  function completed(names, item, said) {
    said.note({ kind: "completed", text: said.text(item.start, item.stop), read: label(names, item.id), start: item.start, end: item.stop });
  }

  /** A size elsewhere in the text, or a number right behind, decides between models or names one that is not there. */
  function variants(names, items, item, sizes, said) {
    const place = items.indexOf(item);
    const next = items[place + 1];
    const behind = next && !next.used && /^[\s:(-]?$/.test(next.gap) ? next : null;
    if (behind?.kind === "joining" && behind.gap === "" && !isNamed(items[place + 2])) {
      fault(item, behind); // "command r+"
      return;
    }
    if (behind?.kind === "number" && !(item.exact && SIZE.test(said.text(item.start, item.stop))) || (behind?.kind === "size" && !item.ids.some((id) => hasSize(names, id, behind.text)))) {
      fault(item, behind);
      const size = items[place + 2];
      if (behind.kind === "number" && size?.kind === "size" && size.gap.length <= 1) fault(item, size);
      return;
    }
    if (behind && names.sizeWords.has(behind.word.toLowerCase()) && !isNamed(items[place + 2])) {
      fault(item, behind); // "bert tiny", "command r 7b plus"
      return;
    }
    if (behind?.kind === "unknown") {
      const size = items[place + 2];
      if (size?.kind === "size" && !size.used && size.gap.length <= 1) {
        behind.used = true;
        fault(item, size);
        return;
      }
    }
    if (!sizes.length) return;
    const [size] = sizes;
    const fitting = item.ids.filter((id) => hasSize(names, id, size.text));
    size.used = true;
    if (fitting.length) {
      const keeps = fitting.includes(item.id);
      const one = fitting.length === 1 && !otherPurpose(names, item, fitting[0], said);
      if (!keeps) fitting.push(...item.ids.filter((id) => hasSize(names, id, `a${size.text}`) && !fitting.includes(id))); // "hunyuan 13b" may be A13B
      item.ids = fitting;
      item.id = keeps ? item.id : one && fitting.length === 1 ? fitting[0] : null;
      if (Math.abs(items.indexOf(size) - place) === 1) {
        item.start = Math.min(item.start, size.start);
        item.stop = Math.max(item.stop, size.stop);
      } else said.understood(size, "class", size.text, size.text.toUpperCase());
    } else if (item.id && hasOwnSize(names, item.id)) {
      size.used = false;
      said.doubt();
    } else if (Math.abs(items.indexOf(size) - place) <= NEAR) fault(item, size);
    else {
      size.used = false;
      said.doubt();
    }
  }

  /** Whether a model's names say what it is for, and the text does not, where others of its name are for something else. */
  function otherPurpose(names, item, id, said) {
    const text = said.text(0).toLowerCase();
    const own = (other) => [...names.purposes.keys()].filter((word) => names.modelWords.get(other).has(word));
    return own(id).some((word) => !text.includes(word) && item.ids.some((other) => !own(other).includes(word)));
  }

  const isNamed = (item) => ["board", "memory", "number", "count-word", "model"].includes(item?.kind);

  const hasOwnSize = (names, id) => Boolean(id) && /\d[bm]\b/.test(`${id} ${label(names, id).toLowerCase()}`);

  function fault(item, other) {
    item.missing = true;
    item.start = Math.min(item.start, other.start);
    item.stop = Math.max(item.stop, other.stop);
    other.used = true;
  }

  /** Sizes without a model: "13b", "8x7b", "30b-a3b"; with an unknown word in front, a model that is not there. */
  function classes(names, items, sizes, reading, said) {
    if (!sizes.length) return;
    const texts = sizes.map((item) => item.text);
    const mixture = texts.length > 1 && texts[1][0] === "a" ? texts.slice(0, 2) : /x|^a/.test(texts[0]) ? texts.slice(0, 1) : null;
    if (mixture) {
      const ids = Object.keys(names.vocabulary.models).filter((id) => mixture.every((size) => hasSize(names, id, size)));
      const range = { start: sizes[0].start, stop: sizes[mixture.length - 1].stop };
      for (const item of sizes.slice(0, mixture.length)) item.used = true;
      if (ids.length === 1) reading.request.model = ids[0];
      else said.doubt();
      if (ids.length) {
        said.understood(range, "model", ids.length === 1 ? ids[0] : null, ids.length === 1 ? label(names, ids[0]) : mixture.join("-").toUpperCase());
        said.alternatives("model", ids.length === 1 ? [] : plainest(ids));
      } else notHere(range, said);
      return;
    }
    const different = [...new Set(texts)];
    for (const item of sizes) {
      item.used = true;
      said.understood(item, "class", item.text, item.text.toUpperCase());
      const before = items[items.indexOf(item) - 1];
      if (before?.kind === "unknown" && item.gap.length <= 1) {
        notHere({ start: before.start, stop: item.stop }, said);
      }
    }
    if (different.length === 1) [reading.modelClass] = different;
    else {
      said.alternatives("modelClass", different);
      said.note({ kind: "several-models", values: different });
      said.doubt();
    }
  }

  atlas.words = { ...atlas.words, laptops, faults, boards, models, label };
})();
