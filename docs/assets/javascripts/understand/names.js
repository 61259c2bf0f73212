// Names in a list of tokens: the longest phrase, board or model that begins at a place.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});

  const LONGEST = 12; // tokens of a name
  const BREAK = /[,;?!。，；？！、\n]|\.\s|\s-\s/; // no name goes on after one of these

  const list = (text) => (text ? text.split("|") : []);
  const goesOn = (token) => !BREAK.test(token.gap);
  /** "a 100" is an article and a number, "a100" and "a-100" a name. */
  const close = (token) => token.gap === "" || token.gap === "-" || token.gap === "_";

  /** Everything that can be looked up, built once from the generated vocabulary. */
  function index(vocabulary) {
    const { language } = vocabulary;
    const publishers = new Set(list(vocabulary.publishers));
    const read = (name) => atlas.words.tokens(name, publishers);
    const known = new Set();
    const names = new Set(); // words of models, boards and runtimes
    const keyOf = (name, into) => {
      const texts = read(name).map((token) => {
        if (token.kind === "word") (into ?? known).add(token.text), known.add(token.text);
        return token.text;
      });
      return texts;
    };
    const never = new Set(list(language.never));
    const plainWords = new Set(list(language.plain));

    const phrases = new Map();
    const phrase = (words, entry) => {
      for (const word of words) {
        const key = keyOf(word).join(" ");
        if (key && !phrases.has(key)) phrases.set(key, entry);
      }
    };
    const group = (name, make) => {
      for (const row of language[name]) phrase(list(row.at(-1)), make(row));
    };
    group("widths", ([bits, standard, gguf, training]) => ({ kind: "width", bits, standard, gguf, training }));
    group("formats", ([id]) => ({ kind: "format", id }));
    group("tasks", ([id, strength]) => ({ kind: "task", id, strength }));
    group("asks", ([ask]) => ({ kind: "ask", ask }));
    group("nouns", ([noun]) => ({ kind: "noun", noun }));
    group("quantities", ([field]) => ({ kind: "quantity", field }));
    group("settings", ([field, value]) => ({ kind: "setting", field, value: value === "true" || value }));
    group("unused", ([reason, changes]) => ({ kind: "unused", reason, changes }));
    group("numbers", ([value]) => ({ kind: "count-word", value }));
    for (const kind of ["quantised", "keyValueCache", "less", "choosing", "joining", "connectors", "classifiers"]) {
      phrase(list(language[kind]), { kind });
    }
    for (const [id, [words]] of Object.entries(vocabulary.formats)) phrase(list(words).filter((word) => !never.has(word)), { kind: "format", id });
    for (const [id, words] of Object.entries(vocabulary.optimizers)) phrase(list(words).filter((word) => !never.has(word)), { kind: "optimizer", id });
    for (const [id, [words]] of Object.entries(vocabulary.runtimes)) {
      for (const word of list(words)) if (!never.has(word)) (keyOf(word, names), phrase([word], { kind: "runtime", id }));
    }

    const boards = new Map();
    const board = (key, id, exact) => {
      const entry = boards.get(key) ?? { exact: null, ids: new Set() };
      if (exact) entry.exact ??= id;
      entry.ids.add(id);
      boards.set(key, entry);
    };
    const numbers = new Map(); // what can follow a board's number, to know a variant that does not exist
    for (const [id, [words]] of Object.entries(vocabulary.boards)) {
      for (const name of [id, ...list(words)]) {
        const texts = keyOf(name.replace(/\(.*\)/, ""), names);
        board(texts.join(" "), id, true);
        const bare = texts.filter((text) => !/^\d+g$/.test(text));
        if (bare.length < texts.length && bare.length) board(bare.join(" "), id, false);
        const number = texts.findIndex((text) => /^\d{2,}$/.test(text));
        if (number >= 0) for (const text of texts.slice(number + 1)) if (/^[a-z]+$/.test(text)) numbers.set(text, true);
      }
    }
    for (const ids of vocabulary.variants) {
      for (const [key, entry] of boards) if (ids.includes(entry.exact) && !/ \d+g$/.test(key)) for (const id of ids) entry.ids.add(id);
    }

    const heads = new Map();
    const brands = new Set();
    for (const [id, words] of Object.entries(vocabulary.models)) {
      const own = [id, ...list(words)].map((name) => keyOf(name, names));
      brands.add(own[0][0]);
      for (const texts of own) heads.set(texts[0], [...(heads.get(texts[0]) ?? []), { id, texts }]);
    }
    const makers = list(vocabulary.developers).filter((word) => !brands.has(word));
    phrase([...list(language.stop), ...makers], { kind: "stop" });
    const vendors = new Map();
    for (const [vendor, words] of language.vendors) for (const word of list(words)) vendors.set(keyOf(word).join(" "), vendor);
    const unified = new Map();
    for (const [line, words] of language.unified) for (const word of list(words)) unified.set(keyOf(word).join(" "), line);
    const translations = new Map();
    for (const [word, words] of language.translations) for (const other of list(words)) translations.set(keyOf(other).join(" "), word);
    const suffixes = (words) => new Map(list(words).map((word) => [keyOf(word).join(" "), true]));
    for (const word of plainWords) known.add(word);
    const meant = [...names].filter((word) => !plainWords.has(word));
    for (const [key, entry] of phrases) if (["task", "quantity", "noun", "setting"].includes(entry.kind)) meant.push(...key.split(" ").filter((word) => /^[a-z]{5,}$/.test(word)));
    return {
      vocabulary, publishers, phrases, boards, heads, brands, vendors, unified, translations, plain: plainWords, known,
      boardWords: numbers,
      named: names,
      joined: new Set([...names].filter((word) => word.length >= 4 && !plainWords.has(word))),
      targets: [...new Set(meant)],
      boardSuffixes: suffixes(language.boardSuffixes),
      modelSuffixes: suffixes(language.modelSuffixes),
    };
  }

  /** The longest key of `map` that begins at `from`: `[entry, end]`, or null. */
  function longest(map, tokens, from) {
    let key = "";
    let found = null;
    for (let end = from; end < tokens.length && end - from < LONGEST; end += 1) {
      if (end > from && !goesOn(tokens[end])) break;
      if (end === from + 1 && /^[a-z]$/.test(tokens[from].text) && tokens[end].kind !== "word" && !close(tokens[end])) break;
      key = end > from ? `${key} ${tokens[end].text}` : tokens[end].text;
      if (map.has(key)) found = [map.get(key), end + 1];
    }
    return found;
  }

  /** A phrase of the language, a format, an optimizer or a runtime. */
  function phraseAt(names, tokens, from) {
    const found = longest(names.phrases, tokens, from);
    return found && { ...found[0], from, end: found[1] };
  }

  /** A board: `{ids, id}` (id null: several), `vendorWords` in front that are not part of the name. */
  function boardAt(names, tokens, from) {
    const direct = longest(names.boards, tokens, from);
    let best = direct && { kind: "board", from, end: direct[1], id: direct[0].exact, ids: [...direct[0].ids], vendorWords: [] };
    let start = from;
    const words = [];
    for (let vendor = longest(names.vendors, tokens, start); vendor && words.length < 4; vendor = longest(names.vendors, tokens, start)) {
      words.push({ vendor: vendor[0], text: tokens.slice(start, vendor[1]).map((token) => token.text).join(" ") });
      start = vendor[1];
      const after = longest(names.boards, tokens, start);
      if (after && tokens[start] && goesOn(tokens[start]) && (!best || after[1] > best.end || (after[1] === best.end && !best.id))) {
        best = { kind: "board", from, end: after[1], id: after[0].exact, ids: [...after[0].ids], vendorWords: [...words] };
      }
    }
    if (!best) return null;
    for (let more = longest(names.boardSuffixes, tokens, best.end); more && goesOn(tokens[best.end]); more = longest(names.boardSuffixes, tokens, best.end)) {
      if (tokens[best.end].text === "s" && !tokens[best.end].glued) break;
      [, best.end] = more;
    }
    return best;
  }

  /** A vendor's word and a number or chip that no board has: "rtx 6090". Ids whose names contain it: "rtx 6000". */
  function boardLikeAt(names, tokens, from) {
    let start = from;
    for (let vendor = longest(names.vendors, tokens, start); vendor; vendor = longest(names.vendors, tokens, start)) [, start] = vendor;
    let end = start;
    if (tokens[end]?.kind === "word" && tokens[end].text.length <= 3 && tokens[end + 1]?.kind === "number" && tokens[end + 1].glued) end += 1;
    const number = tokens[end];
    const wide = number?.kind === "number" && number.value >= 100 && (end === from || goesOn(number));
    const chip = start === from && end > from && number.value >= 10 && /^(?:a|b|h|l|p|v|t|mi|gb|gh|rtx|gtx|rx)$/.test(tokens[from].text);
    if (!(start > from && wide) && !chip) return null;
    end += 1;
    while (tokens[end] && names.boardWords.has(tokens[end].text) && tokens[end].kind === "word" && tokens[end].gap.length <= 1) end += 1;
    const wanted = tokens.slice(start, end).map((token) => token.text);
    const ids = Object.entries(names.vocabulary.boards)
      .filter(([id, [words]]) => [id, ...list(words)].some((name) => within(wanted, atlas.words.tokens(name, names.publishers).map((token) => token.text))))
      .map(([id]) => id);
    return { kind: "board", from, end, id: null, ids, missing: ids.length === 0, vendorWords: [] };
  }

  const within = (wanted, texts) => {
    let place = 0;
    for (const text of texts) if (text === wanted[place]) place += 1;
    return place === wanted.length;
  };

  /** A model: every name that has the tokens in this order; exact where a name has nothing else. */
  function modelAt(names, tokens, from) {
    const head = tokens[from];
    let live = (names.heads.get(head.text) ?? []).map(({ id, texts }) => ({ id, texts, at: 0, skipped: 0, run: 1 }));
    if (!live.length) return null;
    let end = from + 1;
    let exact = null;
    const settle = () => {
      const whole = live.find((candidate) => !candidate.skipped && candidate.at === candidate.texts.length - 1);
      if (whole) exact = { id: whole.id, end };
    };
    settle();
    const single = head.text.length === 1 && head.kind === "word";
    while (end < tokens.length) {
      const token = tokens[end];
      if (!goesOn(token) || token.kind === "symbol" && token.text !== "×") break;
      if (end === from + 1 && single && !close(token)) break;
      if (token.kind === "number" && !token.glued && otherUse(names, tokens, end)) break;
      const next = live.map((candidate) => advanced(candidate, token.text)).filter(Boolean);
      if (!next.length) break;
      live = next;
      end += 1;
      settle();
    }
    const beyond = exact && exact.end < end && !live.some((candidate) => names.brands.has(candidate.texts[0]));
    if (beyond) end = exact.end;
    const named = head.kind === "word" && (names.brands.has(head.text) || live.some((candidate) => candidate.run >= 2));
    if (exact && tokens.slice(exact.end, end).every((token) => names.modelSuffixes.has(token.text))) end = exact.end;
    const whole = exact?.end === end;
    if (!whole && (!named || (end - from === 1 && (names.plain.has(head.text) || single)))) {
      return exact ? { kind: "model", from, end: exact.end, id: exact.id, ids: [exact.id], exact: true } : null;
    }
    while (tokens[end] && suffixed(names, tokens, end)) end += 1;
    const ids = [...new Map([...live].sort((a, b) => a.skipped - b.skipped).map((candidate) => [candidate.id, true])).keys()];
    const id = whole ? exact.id : ids.length === 1 ? ids[0] : null;
    return { kind: "model", from, end, id, ids, exact: whole };
  }

  /** A word such as "instruct" that changes nothing; "it" and "base" only behind a hyphen. */
  function suffixed(names, tokens, place) {
    const token = tokens[place];
    return names.modelSuffixes.has(token.text) && (close(token) || (token.gap === " " && token.text.length >= 4 && !names.plain.has(token.text)));
  }

  /** A candidate that has consumed one more token, the tokens between skipped; null where it cannot. */
  function advanced(candidate, text) {
    const place = candidate.texts.indexOf(text, candidate.at + 1);
    if (place < 0) return null;
    const skipped = candidate.skipped + place - candidate.at - 1;
    return { ...candidate, at: place, skipped, run: skipped ? candidate.run : candidate.run + 1 };
  }

  /** Whether a number belongs to what follows it: "4 bit", "2 x 3090". */
  function otherUse(names, tokens, place) {
    const phrase = longest(names.phrases, tokens, place);
    if (phrase && phrase[1] > place + 1) return true;
    return tokens[place + 1]?.text === "×" && Boolean(tokens[place + 2]);
  }

  atlas.words = { ...atlas.words, index, longest, phraseAt, boardAt, boardLikeAt, modelAt, goesOn, list };
})();
