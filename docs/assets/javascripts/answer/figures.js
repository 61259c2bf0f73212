// The figures of an answer in words: what it needs, what is offered, the parts, the room left.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

  /** The answer to a request; fields without a value are left out. */
  const ask = (fields) => atlas.answer(given(fields));

  /** The board of a request, less what is kept free on it. */
  function kept(request, reserve) {
    if (!reserve || request.board === undefined) return request;
    const all = atlas.memoryOf(request.board);
    return { ...request, board: { memory_gib: Math.max(all - reserve, 0.001) } };
  }

  /** Bytes that a board has, in GiB: what the catalog says, or the size that was given. */
  function memoryOf(board) {
    if (typeof board !== "string") return board.memory_gib;
    return atlas.gib(atlas.catalog.boards[board].visible);
  }

  /** The parts of the peak, in the order of every legend, with what lies outside the allocator. */
  function partsOf(answer) {
    const { parts, part_order: order } = atlas.texts;
    const named = order
      .filter((id) => answer.parts[id])
      .map((id) => ({ id, name: parts[id], bytes: answer.parts[id] }));
    const outside = answer.peak_bytes.expected - answer.allocated_bytes.expected;
    return [...named, { id: "outside", name: parts.outside, bytes: outside }];
  }

  function bar(answer) {
    const { expected, high } = answer.peak_bytes;
    return { parts: partsOf(answer), expected, high, have: answer.have_bytes };
  }

  /** "GeForce RTX 4090 offers 23.5 GiB", "you have 24.0 GiB". */
  function offerOf({ board, boards = 1 }, bytes) {
    const { texts: words, fill, size } = atlas;
    const kind = `offer${typeof board === "string" ? "" : "_memory"}${boards > 1 ? "_each" : ""}`;
    const named = atlas.boardWords(board, boards);
    return fill(words.line[kind], { board: named, boards: named, count: boards, have: size(bytes) });
  }

  /** "needs 26.4 GiB, GeForce RTX 4090 offers 23.5 GiB." */
  function needLine(answer, request) {
    const { texts: words, fill, size } = atlas;
    return fill(request.boards > 1 ? words.line.each : words.line.one, {
      need: size(answer.peak_bytes.expected),
      offer: offerOf(request, answer.have_bytes),
    });
  }

  function bandLine(answer) {
    const { texts: words, fill, size } = atlas;
    const { low, high } = answer.peak_bytes;
    return fill(words.line.band, { low: size(low), high: size(high) });
  }

  /** What is left, or what is missing. */
  function roomLine(answer) {
    const { texts: words, fill, size } = atlas;
    const left = answer.have_bytes - answer.peak_bytes.expected;
    return fill(left >= 0 ? words.line.free : words.line.over, { size: size(Math.abs(left)) });
  }

  /** "LoRA in bf16 of Llama 2 13B." */
  function whatOf(answer, model) {
    const { setting } = answer;
    const upper = setting[0].toUpperCase() + setting.slice(1);
    return atlas.fill(atlas.texts.line.what, { setting: upper, model });
  }

  function assumedLine(answer) {
    return atlas.fill(atlas.texts.line.assumed, { assumptions: answer.assumptions });
  }

  Object.assign(atlas, { ask, given, offerOf, whatOf, assumedLine, kept, memoryOf, partsOf, bar, needLine, bandLine, roomLine });
})();
