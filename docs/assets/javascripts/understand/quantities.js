// Numbers and what they count: lengths, batches, ranks, image sizes, boards, memory.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});

  const MOST_BOARDS = 1024;
  const MOST_SIZES = 16; // "2 24gb cards" counts, "h 100 80gb" does not
  const VISIBLE = 0.9; // of a board's label programs see at least: "23.69 GiB total capacity" on a 3090
  const SEVERAL = "gradient_accumulation_steps";
  const WHOLE = new Set(["number", "count-word"]);

  /** Tokens in a number item: "32k" is 32,768. */
  function amount(names, item) {
    return Math.round(item.value * (names.vocabulary.language.multipliers[item.unit] ?? 1));
  }

  const lengthLike = (item) => item.value > 0 && (item.kind === "length" || item.kind === "number" || (item.kind === "size" && item.unit === "m"));

  /** Whether an item can be the number of a field. */
  function suits(field, item) {
    if (!item || item.used || /\s-$/.test(item.gap)) return false;
    if (field === "context_length" || field === "sequence_length" || field === "tokens") return lengthLike(item);
    if (field === "ignored") return item.kind === "number" || item.kind === "length";
    return WHOLE.has(item.kind) && Number.isInteger(item.value) && item.value > 0;
  }

  /** "batch size of 16", "r=32", "32k context", "8192 tokens": the number after the word, else right before it. */
  function quantities(names, items) {
    const found = {};
    const tuned = items.some((item) => item.kind === "task" && item.id !== "inference");
    for (const [place, item] of items.entries()) {
      if (item.kind !== "quantity" || item.used) continue;
      const short = /^[a-z]$/i.test(item.word); // "r", "c": only with "=" or ":" or glued
      if (short && !tuned && items[place + 1]?.kind === "number" && items[place + 1].gap === "" && item.field === "lora_rank") continue; // "detr r101"
      let next = place + 1;
      while (items[next]?.kind === "connectors") next += 1;
      const after = items[next];
      const beyond = items[next + 1]; // "c8g1" is no context of 8
      const explicit = next > place + 1 || /[:=]/.test(after?.gap ?? "") || (after?.gap === "" && (beyond?.gap !== "" || beyond.kind === "symbol")) || /\s-+$/.test((item.from ? "" : " ") + item.gap);
      const before = items[place - 1];
      let number = null;
      if (item.field === "tokens") number = suits(item.field, before) ? before : null;
      else if (suits(item.field, after) && (!short || explicit) && !countsBoards(items, next)) number = after;
      else if (!short && suits(item.field, before) && !/[,;]/.test(item.gap)) number = before;
      else if (!short && before?.tokens && item.field !== "micro_batch_size") {
        found[item.field] = { ...before.tokens, stop: item.stop, field: item.field };
        delete found.tokens;
        item.used = true;
      }
      if (!number && item.field === SEVERAL && before?.kind !== "less") {
        found[SEVERAL] ??= { field: SEVERAL, value: 2, start: item.start, stop: item.stop }; // more need no more
        item.used = true;
      }
      if (!number) {
        if (short && !item.used) item.kind = "stop";
        continue;
      }
      const value = amount(names, number);
      number.used = item.used = true;
      const range = { start: Math.min(number.start, item.start), stop: Math.max(number.stop, item.stop) };
      const quantity = { field: item.field, value, ...range };
      if (item.field === "tokens") item.tokens = quantity;
      if (found[item.field] && found[item.field].value !== value) quantity.several = true;
      found[item.field] = quantity;
    }
    const odd = (item) => item?.reason === "price" || (["unknown", "symbol", "quantity"].includes(item?.kind) && !item.used); // "$2k", "2k euro", "2k resolution"
    for (const [place, item] of items.entries()) {
      if (odd(items[place - 1]) || odd(items[place + 1])) continue;
      if (item.kind === "length" && item.value > 0 && !item.used && !found.tokens && !found.context_length && !found.sequence_length) {
        item.used = true;
        found.tokens = { field: "tokens", value: amount(names, item), start: item.start, stop: item.stop };
      }
    }
    return found;
  }

  /** Whether the number at a place is followed by boards: "batch 2 3090s" has no batch of 2. */
  function countsBoards(items, place) {
    return items[place + 1]?.kind === "symbol" && items[place + 1].text === "×" && isBoard(items[place + 2]);
  }

  const isBoard = (item) => item?.kind === "board" || item?.kind === "memory";

  /** "1024x1024", "1280x720" as one side of an image. */
  function images(items) {
    const item = items.find(({ kind }) => kind === "picture");
    if (!item) return null;
    item.used = true;
    return { field: "image_size", value: item.value, label: item.word, start: item.start, stop: item.stop };
  }

  /** How many of each board: "2x3090", "3090 x2", "two 3090s", "8 GPUs", "双卡". Sets `count` on boards. */
  function counts(items) {
    const boards = items.filter(isBoard);
    const loose = [];
    for (const [place, item] of items.entries()) {
      if (item.used || !WHOLE.has(item.kind) || !(Number.isInteger(item.value) && item.value > 0 && item.value <= MOST_BOARDS)) continue;
      let next = place + 1;
      let times = false;
      while (items[next]?.text === "×" || items[next]?.kind === "classifiers" || (items[next]?.kind === "noun" && items[next].noun === "board") || items[next]?.kind === "vendor") {
        times = true;
        next += 1;
      }
      const before = items[place - 1];
      const named = item.gap === "" ? before && before.kind !== "symbol" && /[a-z]$/i.test(before.word) : ["unknown", "unused", "quantity"].includes(before?.kind) && /^[\s-]$/.test(item.gap);
      if (named && !times && item.kind === "number") continue; // "large v1 t4", "windows 11 4090"
      const possible = isBoard(items[next]) && !items[next].count && !/[,;]/.test(items[next].gap);
      const target = possible && (times || items[next].kind === "board" || item.value <= MOST_SIZES) ? items[next] : null;
      const lanes = before?.text === "×" && ["number", "unknown"].includes(items[place - 2]?.kind); // "PCIe 4.0 x16"
      if (lanes) continue;
      if (before?.text === "×" && isBoard(items[place - 2])) set(items[place - 2], item, [before]);
      else if (target && boards.length > 1 && item.value === boards.length && items[next - 1].kind === "noun") {
        item.used = true; // "2 GPUs: a 3060 and a 1080 Ti"
      } else if (target) set(target, item, items.slice(place + 1, next));
      else if (items[place + 1]?.text === "×" && isBoard(before) && !before.count) set(before, item, [items[place + 1]]);
      else if (times && items[next - 1].text !== "×") loose.push([item, items.slice(place + 1, next)]);
      else if (isBoard(before) && item.kind === "count-word" && boards.length === 1) set(before, item, []);
    }
    const cards = boards.filter((item) => item.kind === "board");
    const [only, another] = cards.length ? cards : boards;
    for (const [item, more] of loose) {
      const target = another || only?.count ? null : only;
      if (target) set(target, item, more);
      else if (item.kind === "number" && !boards.length) item.cards = item.used = true;
    }
  }

  function set(board, number, more) {
    board.count = number.value;
    board.countStart = Math.min(number.start, board.start);
    board.countStop = Math.max(number.stop, board.stop, ...more.map((item) => item.stop));
    number.used = true;
    for (const item of more) item.used = true;
  }

  /** Memory sizes that are no board: system RAM, and the size that belongs to a named board. */
  function memories(names, items, said) {
    const boards = items.filter((item) => item.kind === "board");
    for (const [place, item] of items.entries()) {
      if (item.kind !== "memory") continue;
      let next = place + 1;
      while (items[next] && ["stop", "connectors"].includes(items[next].kind) && !/[,;?!]/.test(items[next].gap)) next += 1;
      let back = place - 1;
      while (items[back] && ["stop", "connectors"].includes(items[back].kind)) back -= 1;
      const ram = (other) => other?.kind === "unused" && other.reason === "system-memory" && !other.owner;
      const named = (other) => other?.kind === "noun" && other.noun === "memory" && !other.owner;
      const front = items[place - 1]; // "vram 12gb ram 64gb"
      const owner = (named(front) || ram(front)) && !/[,;]/.test(item.gap) ? front : named(items[place + 1]) || ram(items[place + 1]) ? items[place + 1] : ram(items[next]) || named(items[next]) ? items[next] : ram(items[back]) || named(items[back]) ? items[back] : null;
      if (owner) owner.owner = owner.used = true;
      if (owner?.kind === "unused" && !shared(names, items)) {
        item.used = true;
        said.note({ kind: "not-used", reason: "system-memory", text: said.text(item.start, item.stop), start: item.start, end: item.stop });
        continue;
      }
      const near = [items[place - 1], items[items[place + 1]?.word === "的" ? place + 2 : place + 1]].filter((other) => other?.kind === "board");
      const board = near[0] ?? (boards.length === 1 ? boards[0] : null);
      if (item.count && board === near[0] && !board.count) [board.count, board.countStart, board.countStop, item.count] = [item.count, item.countStart, item.countStop]; // "4090 24g*8", "two 32g v100"
      if (board && !item.count) ofBoard(names, board, item, near.length > 0, said);
    }
  }

  /** Whether a machine is named whose memory is also its GPU's: a Mac's RAM is what its GPU has. */
  function shared(names, items) {
    return items.some((item) => item.kind === "unified" || (item.kind === "board" && item.ids.some((id) => names.vocabulary.boards[id].unified)));
  }

  /** "3060 12gb", "24gb 4090", "3060 24gb": the variant with that memory, or none. */
  function ofBoard(names, board, item, adjacent, said) {
    item.used = true;
    const visible = ({ label }) => label === item.value || (!Number.isInteger(item.value) && item.value < label && item.value > VISIBLE * label);
    const variants = board.ids.filter((id) => visible(names.vocabulary.boards[id]));
    if (variants.length) {
      board.id = variants.length === 1 || !variants.includes(board.id) ? variants[0] : board.id;
      board.ids = variants;
      board.start = Math.min(board.start, item.start);
      board.stop = Math.max(board.stop, item.stop);
    } else if (adjacent || !board.id) {
      board.missing = true;
      board.ids = [...siblings(names, board.ids[0], item.value), ...board.ids]; // "m3 36gb": a Pro or a Max
      board.start = Math.min(board.start, item.start);
      board.stop = Math.max(board.stop, item.stop);
    } else if (names.vocabulary.boards[board.id].label * board.count !== item.value) {
      said.note({ kind: "memory-mismatch", text: said.text(item.start, item.stop), start: item.start, end: item.stop, board: board.id });
      said.doubt();
    }
  }

  /** Boards with that memory whose chips are of the same generation as one whose memory is also its machine's. */
  function siblings(names, id, memory) {
    const { boards } = names.vocabulary;
    const [chip] = id?.split("-") ?? [];
    if (!boards[id]?.unified) return [];
    return Object.keys(boards).filter((other) => other.startsWith(`${chip}-`) && boards[other].label === memory);
  }

  atlas.words = { ...atlas.words, quantities, images, counts, memories };
})();
