// Names in a list of tokens: the longest phrase, board or model that begins at a place.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});

  const LONGEST = 12; // tokens of a name
  const SHORTEST_JOINED = 4; // letters of a word that may be typed as two: "sd xl"
  const SHORTEST_STEM = 4; // "mining" is not "min"
  const STEMMED = new Set(["stop", "task", "ask", "noun", "unused", "quantised"]); // "batching" is no batch
  const VERSION = /^\d+(?:\.\d+)*$/;
  const MEMORY = /(?:^| )\d+g$/; // a memory size at the end of a name
  const family = (id) => id.replace(/-\d+gb$/, "");
  const BREAK = /[,;?!。，；？！、\n]|\.\s|\s-\s/; // no name goes on after one of these

  const list = (text) => (Array.isArray(text) ? text : text ? text.split("|") : []);
  /** Words that each begin with a digit: how many letters they have of the word before. */
  const unfolded = (text) => {
    let word = "";
    return Array.from(text.matchAll(/(\d)(\D*)/g), ([, shared, rest]) => (word = word.slice(0, shared) + rest));
  };
  const goesOn = (token) => !BREAK.test(token.gap);
  /** "a 100" is an article and a number, "a100" and "a-100" a name. */
  const close = (token) => token.gap === "" || token.gap === "-" || token.gap === "_";

  /** The facts of a kind of entries by id, each with its names in front. */
  const withNames = (named, facts) => Object.fromEntries(Object.entries(facts).map(([id, row]) => [id, [named[id], ...row]]));

  /** Boards by id: {names, label, vendor, line, modified, unified}. */
  const boardRecords = (named, columns) => {
    const records = atlas.recordsOf(columns);
    const record = (names, place) => {
      const { label_gb: label, vendor, segment } = atlas.sold[place];
      return { names, label, vendor, unified: segment === "unified", ...records[place] };
    };
    return Object.fromEntries(Object.entries(named).map(([id, names], place) => [id, record(names, place)]));
  };

  /** A language with the `words` of another one: those of each row, or of a group. */
  function withWords(language, words) {
    const joined = (one, more, name) => [one, more].filter(Boolean).join(name === "stop" ? "" : "|");
    const all = { ...language };
    for (const [name, found] of Object.entries(words)) {
      const group = language[name];
      if (typeof group === "string") all[name] = joined(group, found, name);
      else all[name] = group.map((row, place) => [...row.slice(0, -1), joined(row.at(-1), found[place])]);
    }
    return all;
  }

  /** Everything that can be looked up, built once from the generated names and vocabulary, and again with Chinese words. */
  function index(known, named, chinese) {
    const language = chinese ? withWords(known.language, chinese) : known.language;
    const vocabulary = { ...known, language, models: named.models, optimizers: named.optimizers };
    vocabulary.formats = withNames(named.formats, known.formats);
    const loaded = atlas.recordsOf(known.runtimes).map(({ tasks, formats }) => [tasks, formats]);
    vocabulary.runtimes = Object.fromEntries(Object.entries(named.runtimes).map(([id, names], place) => [id, [names, ...loaded[place]]]));
    vocabulary.boards = boardRecords(named.boards, known.boards);
    return { ...indexed(vocabulary), chinese: Boolean(chinese) };
  }

  function indexed(vocabulary) {
    const { language } = vocabulary;
    const publishers = new Set(list(vocabulary.publishers));
    const plain = new Set(list(language.plain));
    const named = new Set(); // words of models, boards and runtimes
    const spoken = new Set([...plain, ...list(language.strangers)]); // every other word that is known
    const textsOf = (name, words = spoken) => {
      const texts = [];
      for (const token of atlas.words.tokens(name, publishers)) {
        texts.push(token.text);
        if (token.kind === "word") words.add(token.text);
      }
      return texts;
    };
    const keyOf = (name, words) => textsOf(name, words).join(" ");
    const mapOf = (rows) => new Map(rows.flatMap(([value, words]) => list(words).map((word) => [keyOf(word), value])));
    const setOf = (words) => mapOf([[true, words]]);

    const phrases = phrasesOf(vocabulary, keyOf, named);
    const { boards, boardWords } = boardsOf(vocabulary, (name) => textsOf(name, named));
    const { heads, brands, modelWords } = modelsOf(vocabulary, (name) => textsOf(name, named));
    const silent = [...unfolded(language.stop), ...list(vocabulary.developers)];
    for (const word of silent) add(phrases, keyOf(word), { kind: "stop" });
    for (const [, words] of language.vendors) for (const word of list(words)) textsOf(word, named); // "amdmi50"

    const correctable = ["task", "quantity", "noun", "setting"];
    const spelled = [...phrases].filter(([, entry]) => correctable.includes(entry.kind)).flatMap(([key]) => key.split(" "));
    const names = {
      vocabulary, publishers, phrases, boards, boardWords, heads, brands, modelWords, plain, named,
      vendors: mapOf(language.vendors),
      unified: mapOf(language.unified),
      translations: mapOf(language.translations),
      misspellings: mapOf(language.misspellings),
      boardSuffixes: setOf(language.boardSuffixes),
      modelSuffixes: setOf(language.modelSuffixes),
      sizeWords: setOf(language.sizeWords),
      purposes: setOf(language.purposes),
      joined: new Set([...named].filter((word) => word.length >= SHORTEST_JOINED && !plain.has(word))),
      stems: new Set([...phrases].filter(([key, { kind }]) => key.length >= SHORTEST_STEM && STEMMED.has(kind)).map(([key]) => key)),
      targets: new Set([...[...named].filter((word) => !plain.has(word)), ...spelled.filter((word) => /^[a-z]{5,}$/.test(word))]),
    };
    names.known = new Set([...spoken, ...named]);
    return names;
  }

  function add(map, key, entry) {
    if (key && !map.has(key)) map.set(key, entry);
  }

  /** Phrases by their tokens: the words of the language before the catalog's, which they may narrow. */
  function phrasesOf(vocabulary, keyOf, named) {
    const { language } = vocabulary;
    const never = new Set(list(language.never));
    const phrases = new Map();
    const rows = {
      widths: ([bits, standard, gguf, training, cache, ggufCache]) => ({ kind: "width", bits, standard, gguf, training, cache, ggufCache }),
      formats: ([id]) => ({ kind: "format", id }),
      tasks: ([id, strength]) => ({ kind: "task", id, strength }),
      asks: ([ask]) => ({ kind: "ask", ask }),
      nouns: ([noun]) => ({ kind: "noun", noun }),
      quantities: ([field]) => ({ kind: "quantity", field }),
      settings: ([field, value]) => ({ kind: "setting", field, value: { true: true, false: false }[value] ?? value }),
      unused: ([reason, changes, trains]) => ({ kind: "unused", reason, changes, trains }),
      numbers: ([value]) => ({ kind: "count-word", value }),
    };
    for (const [name, make] of Object.entries(rows)) {
      for (const row of language[name]) for (const word of list(row.at(-1))) add(phrases, keyOf(word), make(row));
    }
    for (const kind of ["quantised", "keyValueCache", "less", "choosing", "joining", "connectors", "classifiers", "absent"]) {
      for (const word of list(language[kind])) add(phrases, keyOf(word), { kind });
    }
    const entries = (kind, group, words) => {
      for (const [id, row] of Object.entries(vocabulary[group])) {
        for (const word of [id, ...list(kind === "optimizer" ? row : row[0])]) if (!never.has(word)) add(phrases, keyOf(word, words), { kind, id });
      }
    };
    entries("format", "formats");
    entries("optimizer", "optimizers");
    entries("runtime", "runtimes", named);
    return phrases;
  }

  /** Boards by their tokens: the owner of a name, and every board that has it but for the memory size. */
  function boardsOf(vocabulary, textsOf) {
    const boards = new Map();
    const boardWords = new Set(); // words behind a board's number: "ti", "super", "laptop"
    const enter = (texts, id, exact) => {
      const key = texts.join(" ");
      const entry = boards.get(key) ?? { exact: null, ids: new Set() };
      if (exact) entry.exact ??= id;
      entry.ids.add(id);
      boards.set(key, entry);
    };
    for (const [id, { names: words }] of Object.entries(vocabulary.boards)) {
      for (const name of [id, ...list(words)]) {
        const texts = textsOf(name.replace(/\(.*\)/, ""));
        const bare = texts.filter((text) => !MEMORY.test(text));
        enter(texts, id, true);
        if (bare.length && bare.length < texts.length) enter(bare, id, false);
        const number = texts.findIndex((text) => /^\d{2,}$/.test(text));
        // A letter counts behind a long number only: "4090 d", not the "p" of "310p".
        const behind = number < 0 ? [] : texts.slice(number + 1);
        for (const text of behind) if (/^[a-z]+$/.test(text) && (text.length > 1 || texts[number].length > 3)) boardWords.add(text);
      }
    }
    const families = new Map(); // boards that share a name and differ in memory, the one that owns the name first
    for (const id of Object.keys(vocabulary.boards)) families.set(family(id), [...(families.get(family(id)) ?? []), id]);
    for (const [key, entry] of boards) {
      if (entry.exact && !MEMORY.test(key)) for (const id of families.get(family(entry.exact))) entry.ids.add(id);
    }
    return { boards, boardWords };
  }

  /** Names of models by their first token, and the words that their ids begin with. */
  function modelsOf(vocabulary, textsOf) {
    const heads = new Map();
    const brands = new Set();
    const modelWords = new Map(); // every token of every name, by id
    for (const [id, words] of Object.entries(vocabulary.models)) {
      const names = [id, ...list(words)].map(textsOf);
      brands.add(names[0][0]);
      modelWords.set(id, new Set(names.flat()));
      for (const texts of names) {
        if (!heads.has(texts[0])) heads.set(texts[0], []);
        heads.get(texts[0]).push({ id, texts });
      }
    }
    return { heads, brands, modelWords };
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

  const only = (entry) => entry.exact ?? (entry.ids.size === 1 ? [...entry.ids][0] : null);

  /** A board: `{ids, id}` (id null: several), `vendorWords` in front that are not part of the name. */
  function boardAt(names, tokens, from) {
    const [before, first] = [tokens[from - 1], tokens[from]];
    if (first.kind === "number" && first.glued && before?.kind === "word" && before.text.length === 1) return null; // "w6800" is no RX 6800
    const direct = longest(names.boards, tokens, from);
    let best = direct && { kind: "board", from, end: direct[1], id: only(direct[0]), ids: [...direct[0].ids], vendorWords: [] };
    let start = from;
    const words = [];
    for (let vendor = longest(names.vendors, tokens, start); vendor && words.length < 4; vendor = longest(names.vendors, tokens, start)) {
      words.push({ vendor: vendor[0], text: tokens.slice(start, vendor[1]).map((token) => token.text).join(" ") });
      start = vendor[1];
      const after = longest(names.boards, tokens, start);
      if (after && tokens[start] && goesOn(tokens[start]) && (!best || after[1] > best.end || (after[1] === best.end && !best.id))) {
        best = { kind: "board", from, end: after[1], id: only(after[0]), ids: [...after[0].ids], vendorWords: [...words] };
      }
    }
    if (!best) return null;
    for (let more = longest(names.boardSuffixes, tokens, best.end); more && goesOn(tokens[best.end]); more = longest(names.boardSuffixes, tokens, best.end)) {
      if (tokens[best.end].text === "s" && !tokens[best.end].glued) break;
      [, best.end] = more;
    }
    const behind = tokens[best.end];
    const longer = behind?.glued && behind.kind === "word" && !names.boardWords.has(behind.text); // "1080p"
    return longer ? null : best;
  }

  /** "p4d.24xlarge": the boards of a cloud's machine, once the list of these is here; `each` is how many. */
  function rentedAt(tokens, from) {
    const { kind, text } = tokens[from];
    if (kind !== "rented") return null;
    const [id, each] = atlas.rented?.[text] ?? [];
    return { kind: "board", from, end: from + 1, id, ids: id ? [id] : [], missing: !id, each, vendorWords: [] };
  }

  /** A vendor's word and a number or chip that no board has: "rtx 6090". Ids whose names contain it: "rtx 6000". */
  function boardLikeAt(names, tokens, from) {
    let start = from;
    const makers = new Set();
    for (let vendor = longest(names.vendors, tokens, start); vendor; vendor = longest(names.vendors, tokens, start)) {
      makers.add(vendor[0]);
      [, start] = vendor;
    }
    let end = start;
    if (tokens[end]?.kind === "word" && tokens[end].text.length <= 3 && tokens[end + 1]?.kind === "number" && tokens[end + 1].glued) end += 1;
    const number = tokens[end];
    const wide = number?.kind === "number" && number.value >= 100 && (end === from || goesOn(number));
    const chip = start === from && end > from && number.value >= 10 && /^(?:a|b|h|l|p|v|t|mi|gb|gh|rtx|gtx|rx)$/.test(tokens[from].text);
    if (!(start > from && wide) && !chip) return null;
    end += 1;
    if (tokens[end]?.text === "×" && tokens[end].glued && !tokens[end + 1]?.glued) end += 1; // "mi308x"
    while (tokens[end] && names.boardWords.has(tokens[end].text) && tokens[end].kind === "word" && tokens[end].gap.length <= 1) end += 1;
    const wanted = tokens.slice(start, end).map((token) => token.text);
    const ids = new Set();
    for (const [key, entry] of names.boards) if (key.includes(number.text) && within(wanted, key.split(" "))) for (const id of entry.ids) if (made(names, id, makers)) ids.add(id);
    return { kind: "board", from, end, id: null, ids: [...ids], missing: ids.size === 0, vendorWords: [] };
  }

  /** Whether a board is of every maker that is named: "rx 580" is no Arc A580. */
  const made = (names, id, makers) => [...makers].every((maker) => maker === names.vocabulary.boards[id].vendor);

  const within = (wanted, texts) => {
    let place = 0;
    for (const text of texts) if (text === wanted[place]) place += 1;
    return place === wanted.length;
  };

  /** A model: every name that has the tokens in this order; exact where a name has nothing else. */
  function modelAt(names, tokens, from) {
    const head = tokens[from];
    let live = (names.heads.get(head.text) ?? []).map(({ id, texts }) => ({ id, texts, at: 0, skipped: 0, versions: 0, purposes: 0, run: 1 }));
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
      if (end === from + 1 && single && token.kind !== "word" && !close(token)) break; // "z image"
      if (token.kind === "picture" && token.gap === " ") break; // "hunyuan video 720p"
      if (token.kind === "number" && !token.glued && otherUse(names, tokens, end)) break;
      const next = live.map((candidate) => advanced(names, candidate, token.text)).filter(Boolean);
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
    const near = live.some((candidate) => !candidate.versions && !candidate.purposes && candidate.skipped * 2 <= end - from);
    const unique = ids.length === 1 && near; // "starcoder 3b" is not StarCoder2, "mistral 8b" not Mistral-NeMo Minitron, "qwen3 2b" not Qwen3-VL
    const id = whole ? exact.id : unique ? ids[0] : null;
    return { kind: "model", from, end, id, ids, exact: whole };
  }

  /** A word such as "instruct" that changes nothing; "it" and "base" only behind a hyphen. */
  function suffixed(names, tokens, place) {
    const token = tokens[place];
    return names.modelSuffixes.has(token.text) && (close(token) || (token.gap === " " && token.text.length >= 4 && !names.plain.has(token.text)));
  }

  /** A candidate that has consumed one more token, the tokens between skipped; null where it cannot. */
  function advanced(names, candidate, text) {
    const place = candidate.texts.indexOf(text, candidate.at + 1);
    if (place < 0) return null;
    const between = candidate.texts.slice(candidate.at + 1, place);
    const versions = between.filter((word) => VERSION.test(word)).length;
    if (versions && VERSION.test(text)) return null; // "phi 5" is not Phi-1.5
    const skipped = candidate.skipped + between.length;
    const purposes = candidate.purposes + between.filter((word) => names.purposes.has(word)).length;
    return { ...candidate, at: place, skipped, versions: candidate.versions + versions, purposes, run: skipped ? candidate.run : candidate.run + 1 };
  }

  /** Whether a number belongs to what follows it: "4 bit", "2 x 3090". */
  function otherUse(names, tokens, place) {
    const phrase = longest(names.phrases, tokens, place);
    if (phrase && phrase[1] > place + 1) return true;
    return tokens[place + 1]?.text === "×" && Boolean(tokens[place + 2]);
  }

  atlas.words = { ...atlas.words, index, longest, phraseAt, boardAt, boardLikeAt, rentedAt, modelAt, goesOn, list };
})();
