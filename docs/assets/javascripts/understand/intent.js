// What is asked, and how: the question, the task, the format of the weights, software and settings.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});
  const { list } = atlas.words;

  const FILES = "llama.cpp";
  const NF4 = "nf4";
  const BEHIND_FULL = ["board", "memory", "setting", "runtime", "optimizer", "on", "with"]; // kinds, and words
  const NEAR = 6; // items between a question word and its noun

  /** What the nearest noun behind (or right before) a question word is. */
  function nounOf(items, place) {
    const what = (item) => {
      if (item.kind === "noun" && !item.used) return item.noun;
      if (item.kind === "quantity" && !item.used) return item.field;
      if (item.kind === "quantised") return "precision";
      return item.kind === "board" || (item.kind === "classifiers" && item.word.length === 1) ? "boards" : null;
    };
    for (let next = place + 1; next < items.length && next <= place + NEAR; next += 1) {
      const noun = what(items[next]);
      if (noun) return [noun, items[next]];
      if (items[next].kind === "model" || items[next].kind === "ask") break;
    }
    const before = items[place - 1];
    return before && what(before) ? [what(before), before] : [null, null];
  }

  const BY_NOUN = {
    least: { board: "smallest-board", memory: "smallest-board", boards: "how-many-boards", null: "smallest-board" },
    most: { model: "largest-model", context_length: "longest-context", sequence_length: "longest-context", tokens: "longest-context", micro_batch_size: "largest-batch" },
    "how-many": { memory: "smallest-board", board: "how-many-boards", boards: "how-many-boards", tokens: "longest-context", context_length: "longest-context", micro_batch_size: "largest-batch", model: "what-runs" },
    "how-much": { memory: "smallest-board", context_length: "longest-context", tokens: "longest-context", board: "smallest-board" },
    "how-large": { model: "largest-model", context_length: "longest-context", sequence_length: "longest-context", micro_batch_size: "largest-batch", board: "smallest-board", memory: "smallest-board" },
    which: { board: "smallest-board", model: "what-runs", memory: "smallest-board", micro_batch_size: "largest-batch", context_length: "longest-context" },
    need: { memory: "smallest-board", board: "smallest-board" },
  };
  const WEIGHT = { most: 6, "how-many": 5, "how-large": 4, least: 3, "how-much": 2, which: 1, need: 0 };

  /** The question that the words ask, or null; marks the words as used. */
  function asked(items, said) {
    let best = null;
    for (const [place, item] of items.entries()) {
      const most = item.kind === "quantity" && !item.used && /^max/i.test(said.text(item.start, item.stop)); // "max seq len"
      if (item.kind !== "ask" && !most) continue;
      const [noun, owner] = most ? [item.field, item] : nounOf(items, place);
      const question = BY_NOUN[most ? "most" : item.ask][noun];
      if (noun === "precision" && ["least", "most", "which"].includes(item.ask)) {
        owner.used = true; // "smallest quant": not one of the questions
        said.unknown({ start: item.start, stop: owner.stop });
        item.used = true;
      }
      if (!question) continue;
      const ask = most ? "most" : item.ask;
      if (!best || WEIGHT[ask] > WEIGHT[best.ask]) best = { ask, question, item, owner };
    }
    if (!best) {
      for (const item of items) if (item.ask === "most" && !item.used) said.unknown(item); // "biggest whisper"
      return null;
    }
    best.item.used = true;
    const owned = best.owner && best.owner.kind !== "board";
    if (owned) best.owner.used = true;
    const range = owned ? { start: Math.min(best.item.start, best.owner.start), stop: Math.max(best.item.stop, best.owner.stop) } : best.item;
    said.understood(range, "question", best.question, best.question);
    return best.question;
  }

  const NEEDS = {
    fits: ["model", "board"], "smallest-board": ["model"], "what-runs": ["board"], "how-many-boards": ["model", "board"],
    "largest-model": ["board"], "longest-context": ["model", "board"], "largest-batch": ["model", "board"],
  };

  /** The question: asked in words, or what follows from the parts that are there. */
  function question(items, reading, said, has) {
    const [model, board] = [has.model || has.triedModel, has.board || has.triedBoard];
    const words = asked(items, said);
    const numbers = items.some((item) => item.kind === "number" && !item.used); // "context 0" asks nothing
    const loose = items.find((item) => item.kind === "quantity" && !item.used && !numbers && !(item.field in reading.request) && BY_NOUN.most[item.field]);
    const which = items.some(({ ask }) => ["which", "most", "how-large"].includes(ask));
    let found = words ?? (loose && has.model && has.board ? BY_NOUN.most[loose.field] : null); // "batch size on 11gb"
    if (found === "smallest-board" && model && board && !items.some((item) => item.used && item.ask === "least")) found = "fits";
    if (found === "smallest-board" && has.board && !has.model) found = "what-runs";
    if (found === "what-runs" && has.model && !has.board) found = "smallest-board";
    if (found === "what-runs" && has.model) found = "fits";
    if (!found && which && has.board && !has.model) found = "what-runs";
    if (!found && has.model && !has.board && !has.triedBoard && items.some(({ ask }) => ask === "need")) found = "smallest-board";
    const about = (noun) => items.some((item) => item.kind === "noun" && item.noun === noun && !item.used);
    if (!found && has.model && !has.board && (about("board") || about("memory"))) found = "smallest-board";
    if (!found && has.board && !has.model && about("model")) found = "what-runs";
    if (found === "smallest-board" && items.some((item) => item.cards)) found = "how-many-boards"; // "do I need 2 GPUs"
    const guessed = !found;
    if (!found) found = model && board ? "fits" : model ? "smallest-board" : board ? "what-runs" : "fits";
    reading.question = found;
    const open = NEEDS[found].every((part) => has[part]);
    if (!open || (guessed && !(has.model && has.board))) said.doubt();
    const tried = { model, board }; // "rtx 6090" is a GPU's name
    const lacking = NEEDS[found].filter((part) => !has[part]);
    for (const part of lacking) if (!tried[part]) said.note({ kind: "missing", what: part });
    const told = reading.notes.some(({ kind }) => kind.includes("model"));
    if (lacking[0] === "model" && tried.model && !told) said.note({ kind: "unclear" });
  }

  /** What "fine-tune" can mean for the models that the reading has, the likeliest first; a rank is LoRA's. */
  function tuning(names, { request, alternatives }, ranked) {
    const [orders, places] = names.vocabulary.tuning;
    const models = request.model ? [request.model] : (alternatives.model ?? []);
    const ids = Object.keys(names.vocabulary.models);
    const found = [...new Set(models.map((id) => places[ids.indexOf(id)]))];
    return list(orders[found.length === 1 && !ranked ? Number(found[0]) : 0]);
  }

  /** The task: exact words before general ones before weak ones. */
  function task(names, items, reading, said, ranked) {
    const named = items.filter((item) => item.kind === "task");
    const found = named.filter((item) => items[items.indexOf(item) - 1]?.kind !== "less"); // "no LoRA"
    const of = (strength) => found.filter((item) => item.strength === strength);
    const exact = [...new Set(of("exact").map((item) => item.id))];
    const trainer = items.filter((item) => item.kind === "runtime").map(({ id }) => list(names.vocabulary.runtimes[id][1])).find((tasks) => !tasks.includes("inference")); // "unsloth llama 3 8b"
    const set = (id, from = []) => {
      reading.request.task = id;
      for (const other of found) if (other.id === id || from.includes(other)) said.understood(other, "task", id, names.vocabulary.tasks[id]);
    };
    if (exact.length > 1) {
      said.alternatives("task", exact);
      said.note({ kind: "two-tasks", values: exact });
      said.doubt();
      for (const item of of("exact")) said.understood(item, "task", item.id, names.vocabulary.tasks[item.id]);
    } else if (exact.length === 1) {
      const training = of("general").length + of("tune").length > 0;
      if (exact[0] === "inference" && training) conflict(of("general")[0] ?? of("tune")[0], exact[0], said);
      else set(exact[0], [...of("general"), ...of("tune")]);
    } else if (of("general").some((item) => item.id === "lora")) set("lora");
    else if (of("tune").length || (!of("general").length && (trainer || items.some((item) => item.trains)))) {
      const without = named.some((item) => !found.includes(item) && item.strength === "exact");
      const [likeliest, ...others] = tuning(names, reading, ranked).filter((id) => (id === "full" || !without) && (!trainer || trainer.includes(id)));
      set(likeliest, [...of("tune"), ...of("general")]);
      said.alternatives("task", others);
      said.note({ kind: "assumed", field: "task", value: likeliest, why: likeliest === "full" ? "whole" : "fine-tuning" });
    } else if (of("general").length) set(of("general")[0].id);
    else if (of("weak").length || of("output").length) set("inference");
    else {
      const bare = items.find((item, place) => item.text === "full" && fullAlone(items[place + 1]));
      const [value, why] = bare ? ["full", "full"] : ["inference"];
      said.note({ kind: "assumed", field: "task", value, why });
      if (bare) {
        Object.assign(bare, { kind: "task", id: value });
        found.push(bare);
        set(value);
        said.alternatives("task", ["inference"]);
      }
    }
    if (reading.request.task !== "inference") for (const item of of("output")) said.unknown(item); // "lora on embeddings"
    if (found.length) said.meant();
  }

  /** "llama 3 8b full on a 4090": whether nothing else is full, a context or a model. */
  const fullAlone = (next) => !next || BEHIND_FULL.includes(next.kind) || BEHIND_FULL.includes(next.word);

  function conflict(item, other, said) {
    said.note({ kind: "two-tasks", values: [other, item.id] });
    said.alternatives("task", [other, item.id]);
    said.doubt();
  }

  /** The first word among `words` next to a place, over stop words and connectors. */
  const beside = (items, place, kind) => [items[place - 1], items[place + 1]].find((item) => item?.kind === kind);

  /** The word for the cache that a format belongs to: in front of it, or behind it where no other format follows. */
  function cacheOf(items, place) {
    const cache = beside(items, place, "keyValueCache");
    const followed = cache === items[place + 1] && ["format", "width"].includes(items[place + 2]?.kind);
    return followed ? null : cache; // "q8_0 -ctk q4_0"
  }

  /** Formats of weights and of the cache, software, optimizer, settings. */
  function software(names, items, reading, said) {
    const { request } = reading;
    const { formats, runtimes } = names.vocabulary;
    for (const [place, item] of items.entries()) {
      if (item.kind === "runtime" && !request.runtime) {
        request.runtime = item.id;
        said.understood(item, "runtime", item.id, list(runtimes[item.id][0])[0]);
      } else if (item.kind === "optimizer") {
        request.optimizer = item.id;
        said.understood(item, "optimizer", item.id, list(names.vocabulary.optimizers[item.id])[0]);
      } else if (item.kind === "setting") {
        const off = items[place - 1]?.kind === "less";
        if (off && item.field !== "gradient_checkpointing") continue;
        request[item.field] = !off && item.value;
        said.understood(off ? { start: items[place - 1].start, stop: item.stop } : item, item.field, request[item.field], said.text(item.start, item.stop));
      }
    }
    const gguf = request.runtime && runtimes[request.runtime][2] === "gguf";
    const adapters = ["lora", "qlora"].includes(request.task);
    const wanted = [];
    for (const [place, item] of items.entries()) {
      if (item.kind !== "format" && item.kind !== "width") continue;
      const cache = cacheOf(items, place);
      const id = item.id ?? (gguf ? item.gguf : adapters && item.training ? item.training : item.standard);
      if (cache) {
        const files = gguf || items.some((other) => other.kind === "format" && formats[other.id][1] === "gguf");
        const same = ([bits]) => bits === Math.floor(formats[id][4]); // a cache in "q4" is Q4_0
        const held = !item.id ? (files ? item.ggufCache : item.cache) : formats[id][3] ? id : names.vocabulary.language.widths.find(same)?.[5];
        cache.used = item.used = true;
        if (held) request.kv_cache = held;
        said.understood({ start: Math.min(cache.start, item.start), stop: Math.max(cache.stop, item.stop) }, "kv_cache", held ?? null, held ? list(formats[held][0])[0] : "");
        if (!held) said.doubt();
      } else wanted.push({ item, id });
    }
    const cached = !request.runtime && !wanted.length && request.kv_cache && formats[request.kv_cache][1] === "gguf";
    if (cached) request.runtime = FILES; // "-ctk q8_0": only it keeps keys and values so
    weights(names, items, withoutWidths(names, wanted, said), gguf || cached, reading, said);
    const able = request.runtime ? list(runtimes[request.runtime][1]) : [request.task];
    if (request.task && !able.includes(request.task)) {
      said.note({ kind: "contradiction", values: [request.runtime, request.task] });
      said.doubt();
    }
  }

  /** "4bit awq": a width beside a format of as many bits says the same. */
  function withoutWidths(names, wanted, said) {
    const { formats } = names.vocabulary;
    const named = wanted.filter(({ item }) => item.id);
    return wanted.filter(({ item }) => {
      const same = item.id ? null : named.find(({ id }) => formats[id][4] === item.bits);
      if (same) said.understood(item, "weights", same.id, list(formats[same.id][0])[0]);
      return !same;
    });
  }

  function weights(names, items, wanted, gguf, reading, said) {
    const { request } = reading;
    const { formats, runtimes } = names.vocabulary;
    const ids = [...new Set(wanted.map(({ id }) => id))];
    const loose = items.find((item, place) => item.kind === "quantised" && !["ask", "less"].includes(items[place - 1]?.kind));
    if (ids.length > 1) {
      said.alternatives("weights", ids);
      said.note({ kind: "several-formats", values: ids });
      said.doubt();
      return;
    }
    if (!ids.length && loose && request.task !== "qlora") {
      const width = names.vocabulary.language.widths.find(([bits]) => bits === 4);
      ids.push(gguf ? width[2] : request.task === "lora" ? width[3] : width[1]);
      wanted.push({ item: loose, id: ids[0] });
      said.note({ kind: "assumed", field: "weights", value: ids[0], why: "quantised" });
    }
    if (!ids.length && gguf) {
      const width = names.vocabulary.language.widths.find(([bits]) => bits === 4);
      request.weights = width[2];
      said.note({ kind: "assumed", field: "weights", value: width[2], why: request.runtime });
      return;
    }
    if (!ids.length) return;
    let [id] = ids;
    if (gguf && formats[id][1] === "float") id = "gguf-f16";
    const [name, kind, tasks] = formats[id];
    const { item } = wanted[0];
    said.understood(item, "weights", id, list(name)[0]);
    if (request.task === "lora" && item.kind === "format" && id.startsWith(NF4)) request.task = "qlora"; // what LoRA on such weights is called
    if (request.task === "lora" && item.kind === "width" && item.bits === 4) {
      request.task = "qlora";
      said.note({ kind: "assumed", field: "task", value: "qlora", why: "4-bit LoRA" });
      return;
    }
    if (request.task === "qlora" && kind === "float") {
      said.note({ kind: "ignored", field: "weights", value: id, why: "qlora" });
      return;
    }
    const task = request.task ?? "inference";
    const fitting = list(tasks).includes(task);
    const loads = !request.runtime || list(kind).some((one) => list(runtimes[request.runtime][2]).includes(one));
    if (!fitting || !loads) {
      said.note({ kind: "contradiction", values: [fitting ? request.runtime : task, id] });
      said.doubt();
    }
    if (fitting) request.weights = id;
  }

  atlas.words = { ...atlas.words, question, task, software };
})();
