// Tokens to items: every stretch of the text is a board, a model, a phrase, a number, or not understood.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});
  const { words } = atlas;

  // A format that is none of the catalog's, whatever its parts mean ("UD-Q4_K_XL", "exl2 4.0bpw"), and a price.
  const WHOLES = [
    ["method", /(?<!\w)(?:ud-)?[it]?q\d(?:_[a-z0-9]+)+|(?:exl[23][\s:_-]*)?(?<![\d.])\d+(?:\.\d+)?[\s-]?bpw(?:[\s_-]*exl[23])?|(?<![\d.])\d+\.\d+[\s-]?bits?/gi],
    ["price", /[$€£¥]\s?\d[\d,.]*k?|\d[\d,.]*k?\s?(?:[$€£¥元]|usd|dollars|euros?)/gi],
  ];
  const NUMBERS = new Set(["number", "size", "memory", "length", "picture"]);

  /** The longest reading that begins at a place; boards and exact models before phrases of the same length. */
  function longestAt(names, tokens, from) {
    const phrase = words.phraseAt(names, tokens, from);
    const model = words.modelAt(names, tokens, from);
    const found = [words.boardAt(names, tokens, from), model?.exact ? model : null, phrase, model].filter(Boolean);
    found.sort((first, second) => second.end - first.end); // stable: the order above decides between equals
    const best = found[0];
    if (best && !(best.kind === "stop" && tokens[from].text.length === 1)) return best;
    return words.rentedAt(tokens, from) ?? words.boardLikeAt(names, tokens, from) ?? best ?? null;
  }

  /** A vendor's word without a board behind it: "nvidia", "a mac with 64 GB". */
  function vendorAt(names, tokens, from) {
    const found = words.longest(names.vendors, tokens, from);
    if (!found) return null;
    const key = tokens.slice(from, found[1]).map((token) => token.text).join(" ");
    const line = names.unified.get(key);
    return line ? { kind: "unified", from, end: found[1], line } : { kind: "vendor", from, end: found[1] };
  }

  /** Names in another script, and known misspellings, as tokens of the catalog; the latter are echoed as corrections. */
  function translated(names, tokens) {
    const out = [];
    for (let place = 0; place < tokens.length; ) {
      const wrong = words.longest(names.misspellings, tokens, place);
      const found = wrong ?? words.longest(names.translations, tokens, place);
      if (found) {
        const [text, end] = found;
        const typed = tokens.slice(place, end).map((token) => token.text).join(" ");
        const gap = tokens[place].gap || " ";
        out.push({ ...tokens[place], kind: "word", text, end: tokens[end - 1].end, gap, glued: false, ...(wrong && { corrected: typed }) });
      } else {
        const behind = out.at(-1)?.end === tokens[place].start && tokens[place - 1]?.kind === "chinese";
        out.push(behind && tokens[place].kind !== "chinese" ? { ...tokens[place], glued: false } : tokens[place]); // "笔记本4060"
      }
      place = found ? found[1] : place + 1;
    }
    return out;
  }

  /** One item for what matched, and the format whose name it begins with: "q4_k" of "q4_k_xl". */
  function whole(found, { 0: { length }, index }, reason) {
    const first = found.findIndex(({ stop }) => stop > index);
    const inside = found.slice(first).filter(({ start }) => start < index + length);
    const formats = inside.filter(({ kind }) => kind === "format");
    if (inside.length === formats.length) return;
    const [from, last] = [inside[0], inside.at(-1)];
    found.splice(first, inside.length, ...formats, { ...from, kind: "unused", reason, changes: reason !== "price", end: last.end, stop: last.stop });
  }

  /** Items `{kind, from, end, start, stop, …}`: token places and text places. */
  function items(names, text) {
    const tokens = translated(names, words.spelled(words.tokens(text, names.publishers), names));
    const found = [];
    const push = (item) => {
      item.start = tokens[item.from].start;
      item.stop = tokens[item.end - 1].end;
      item.gap = tokens[item.from].gap;
      item.word = text.slice(item.start, item.stop);
      found.push(item);
    };
    for (let place = 0; place < tokens.length; ) {
      const token = tokens[place];
      const before = found.at(-1);
      const inside = token.glued && before?.kind === "unknown" && token.kind !== "symbol" && (token.kind === "chinese") === before.chinese;
      const best = inside && token.kind !== "chinese" ? null : longestAt(names, tokens, place) ?? vendorAt(names, tokens, place);
      if (best) {
        push(best);
        place = best.end;
      } else if (inside) {
        before.end = place + 1;
        before.stop = token.end;
        place += 1;
      } else if (NUMBERS.has(token.kind)) {
        push({ kind: token.kind, from: place, end: place + 1, value: token.value, text: token.text, unit: token.unit });
        place += 1;
      } else {
        push({ kind: token.kind === "symbol" ? "symbol" : "unknown", from: place, end: place + 1, text: token.text, chinese: token.kind === "chinese" });
        place += 1;
      }
    }
    for (const [reason, pattern] of WHOLES) for (const match of text.matchAll(pattern)) whole(found, match, reason);
    return { tokens, items: found };
  }

  atlas.words = { ...words, items };
})();
