// Text to tokens: words, numbers with their unit, Chinese characters, symbols; each with its place.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});

  const LONGEST = 400; // characters that are read; a question is shorter
  // Machines of clouds: "p4d.24xlarge", "ecs.gn7i-c8g1.2xlarge", "a2-highgpu-8g", "Standard_NC24ads_A100_v4".
  const RENTED = String.raw`[a-z]+\d[\w-]*\.(?:(?:\d*x)?large\d*|metal)|[ag]\d\w?-[a-z]+-\d+g?|n[a-z]+\d+\w+_v\d`;
  const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:\.\d+)*`;
  const PATTERN = new RegExp(
    [
      String.raw`(?<![\w-])(?:ecs\.|standard_)?(?<rented>${RENTED})(?![\w-])`,
      String.raw`(?<![\d.])(?<lines>360|480|540|720|1080|1440|2160)p(?![a-z0-9])`, // of a picture 16 to 9
      String.raw`(?<size>\d+x\d+(?:\.\d+)?b|a\d+(?:\.\d+)?b)(?![a-z0-9])`, // 8x7b, a3b
      String.raw`(?<![\d.])(?<wide>\d{3,4})\s?[x×*]\s?(?!(?:10[5-7]0|16[56]0|[2-5]0[5-9]0)(?!\d))(?<high>\d{3,4})(?![\d.g]|[a-z](?<!p))`, // 1280x720, not "128x3090"
      String.raw`(?<number>${NUMBER})(?:(?<unit>gib|gb|gig|gigs|b|g|k|m|t(?!\/))(?!(?!x\d)[a-z0-9])|[\s-](?<far>gib|gb|gigs?|g|b|billion|bn)(?![a-z0-9])|(?<hundredMillions>亿))?`,
      String.raw`(?<chinese>[\u3400-\u9fff])`,
      String.raw`(?<word>(?:(?![\u3400-\u9fff])\p{L})+(?:'(?:t|re|ve|ll|d|m|s)(?!\p{L}))?)`,
      String.raw`(?<symbol>[+&*×=@$€£¥])`,
    ].join("|"),
    "gu",
  );
  const GIGABYTES = new Set(["gib", "gb", "gig", "gigs", "g"]);
  const BILLIONS = new Set(["b", "bn", "billion"]);
  // Units that are none behind a letter and a number: "a10g" and "q4k" are names, as "3060m" is.
  const CAREFUL = new Set(["g", "k", "t"]);
  const MOST_DIGITS = { g: 3, k: 4, m: 3, t: 2 };
  const WITH_X = /^x(?!t(?:x)?$|l$|xl$|lsr$)/; // "8xh100" is 8 times h100; "7900xtx", "t5 xxl", "wav2vec2 xlsr" are names

  /** Full-width forms to plain ones, capitals to small letters, with the place of each character. */
  function plain(text) {
    let out = "";
    const places = [];
    let place = 0;
    for (const character of text.slice(0, LONGEST)) {
      const shown = character.normalize("NFKC").toLowerCase();
      for (let index = 0; index < shown.length; index += 1) places.push(place);
      out += shown;
      place += character.length;
    }
    places.push(place);
    out = out.replace(/[’‘]/g, "'").replace(/[‐‑–—]/g, "-").replace(/(?<=[-\s]\d)_(?=\d)/g, "."); // "phi-1_5"
    return { out, places };
  }

  /** Addresses and publishers ("meta-llama/") are blanked out: the name after them is what counts. */
  function withoutPublishers(text, publishers) {
    const blank = (found) => " ".repeat(found.length);
    return text
      .replace(/https?:\/\/(?:www\.)?(?:huggingface\.co|hf\.co|ollama\.com\/library)\//g, blank)
      .replace(/(?<![\w.-])([a-z0-9][\w.-]*)\/(?=[a-z0-9])/g, (found, name) =>
        publishers.has(name) ? blank(found) : found,
      );
  }

  const STEP = 8; // pixels of one latent

  /** The side of a square with as many pixels: what is computed depends on their number. */
  const sideOf = (wide, high) => (wide === high ? wide : STEP * Math.ceil(Math.sqrt(wide * high) / STEP));

  function numberToken(groups, gluedToLetter) {
    const digits = groups.number;
    const whole = digits.replace(/,/g, "");
    if (groups.hundredMillions) return { unit: "b", cut: 0, text: `${Number.parseFloat(whole) / 10}b` };
    let unit = groups.unit ?? groups.far ?? "";
    const named = (CAREFUL.has(unit) && gluedToLetter) || digits.length > (MOST_DIGITS[unit] ?? Infinity);
    if (named && !(unit === "g" && groups.far)) return { unit: "", cut: digits.length, text: whole };
    if (GIGABYTES.has(unit)) unit = "g";
    if (BILLIONS.has(unit)) unit = "b";
    return { unit, cut: 0, text: whole + unit };
  }

  // Of PyTorch's message when memory runs out only the capacity of the board counts.
  const ERROR = /torch\.(?:cuda\.)?(?=outofmemory)|gpu \d|[\d.]+ [kmg]ib(?! total| of which)/g;
  const withoutError = (text) => (/outofmemory|tried to alloc/.test(text) ? text.replace(ERROR, (found) => " ".repeat(found.length)) : text);

  /** Tokens `{text, kind, start, end, gap, glued, value?, unit?}`; `gap` is what stands before it. */
  function tokens(text, publishers) {
    const { out, places } = plain(text);
    const source = withoutError(withoutPublishers(out, publishers));
    const found = [];
    let last = -1;
    const push = (kind, word, from, to, more = {}) => {
      const gap = source.slice(Math.max(last, 0), from);
      found.push({ kind, text: word, to, start: places[from], end: places[to], gap, glued: from === last, ...more });
      last = to;
    };
    PATTERN.lastIndex = 0;
    for (let match = PATTERN.exec(source); match; match = PATTERN.exec(source)) {
      const { groups, index } = match;
      const before = found.at(-1);
      if (groups.rented) push("rented", groups.rented, index, PATTERN.lastIndex);
      else if (groups.lines) push("picture", match[0], index, PATTERN.lastIndex, { value: (groups.lines * 4) / 3 });
      else if (groups.size) push("size", groups.size, index, PATTERN.lastIndex);
      else if (groups.wide) push("picture", match[0], index, PATTERN.lastIndex, { value: sideOf(Number(groups.wide), Number(groups.high)) });
      else if (groups.number) {
        const read = numberToken(groups, index === last && before?.kind === "word" && before.text.length === 1);
        if (read.cut) PATTERN.lastIndex = index + read.cut;
        const kind = { b: "size", g: "memory", k: "length", m: "size", t: "size" }[read.unit] ?? "number";
        push(kind, read.text, index, PATTERN.lastIndex, { value: Number.parseFloat(read.text), unit: read.unit });
      } else if (groups.word) {
        const word = groups.word;
        const chip = (word === "xt" || word === "xl") && /^\d+(?![\dg])/.test(source.slice(PATTERN.lastIndex)); // "8xt4", "2xl40s", not "9060xt8gb"
        const times = chip || WITH_X.test(word);
        if (index === last && before && before.kind !== "word" && times) {
          push("symbol", "×", index, index + 1);
          PATTERN.lastIndex = index + 1;
        } else if (word === "x") push("symbol", "×", index, PATTERN.lastIndex);
        else push("word", word.replace(/'/g, ""), index, PATTERN.lastIndex);
      } else if (groups.chinese) push("chinese", groups.chinese, index, PATTERN.lastIndex);
      else push("symbol", groups.symbol === "*" ? "×" : (groups.symbol ?? match[0]), index, PATTERN.lastIndex);
    }
    return found;
  }

  atlas.words = { ...atlas.words, tokens };
})();
