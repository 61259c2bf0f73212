// The views of questions without a board: which is the smallest.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const SIZES_SHOWN = 6;
  const NAMED = 3;
  const POWERS = [2, 4, 8, 16, 32, 64];
  const IN_ONE_MACHINE = 8;

  const sorted = {};

  /** Boards that can stand for their size, with memory of their own, that compute in what is assumed. */
  function boardsFor(task) {
    sorted[task] ??= Object.entries(atlas.catalog.boards)
      .filter(([, board]) => board.example && board.segment !== "unified")
      .filter(([, board]) => task === "inference" || board.bf16)
      .sort(([, one], [, other]) => one.visible - other.visible);
    return sorted[task];
  }

  /** Well-known boards first. */
  function familiar(one, other) {
    const rank = ({ board }) => (atlas.texts.popular.indexOf(board) + 1 || Infinity);
    return rank(one) - rank(other) || 0;
  }

  /**
   * The answer on a board: the need is the same on all, unless an engine reserves by their memory or
   * a board lacks what attention needs.
   */
  function answerOn(request, without) {
    const { sampler } = atlas.catalog.runtimes[without.settings.runtime];
    return (board, have) => {
      const verdict = atlas.printed.judge({ peak: without.peak_bytes }, have);
      const own = sampler || (verdict === "fits" && !atlas.catalog.boards[board].bf16);
      return own ? atlas.ask({ ...request, board, boards: 1 }) : { ...without, have_bytes: have, verdict };
    };
  }

  /**
   * The smallest memory sizes with a board on which a request fits, by the number on the label:
   * lists of {board, answer}, well-known boards first.
   */
  function smallestSizes(request, shown = SIZES_SHOWN) {
    const found = new Map();
    const without = atlas.ask({ ...request, board: undefined, boards: undefined });
    if (!without.peak_bytes) return [];
    const onBoard = answerOn(request, without);
    for (const [board, { visible, label_gb: label }] of boardsFor(request.task)) {
      if (visible < without.peak_bytes.low) continue;
      if (!found.has(label) && found.size === shown) break;
      if (!atlas.runsOn(board, without.settings)) continue;
      const answer = onBoard(board, visible);
      if (answer.verdict !== "fits") continue;
      found.set(label, [...(found.get(label) ?? []), { board, answer }]);
    }
    const sizes = [...found].sort(([one], [other]) => one - other);
    return sizes.map(([label, boards]) => ({ label, boards: boards.sort(familiar) }));
  }

  /** The board that is named where one is enough. */
  const smallestOf = (sizes) => sizes[0]?.boards[0];

  function sizeRow(found, { label, boards }) {
    const { texts: words, fill } = atlas;
    const links = boards.slice(0, NAMED).map(({ board }) => ({
      text: atlas.catalog.boards[board].name,
      state: atlas.stateWith(found, { board, boards: undefined }),
    }));
    const more = boards.length - links.length;
    if (more > 0) links.push({ text: fill(words.line.and_more, { count: more }) });
    return [fill(words.line.label, { gb: label }), { several: links }];
  }

  function boardsSection(found, sizes) {
    const { texts: words } = atlas;
    if (!sizes.length) return [];
    return [
      {
        id: "boards",
        title: words.place.boards,
        head: [words.head.memory, words.head.board],
        rows: sizes.map((one) => sizeRow(found, one)),
      },
    ];
  }

  /** The same for the other fit matrices: often a smaller GPU is enough in fewer bits. */
  function otherSizes(found, answer) {
    const { texts: words, size } = atlas;
    const rows = [];
    for (const [id, { title }] of Object.entries(atlas.catalog.matrices)) {
      const fields = atlas.matrixRequest(found.request.model, id);
      const request = { ...found.request, weights: undefined, ...fields };
      const other = atlas.ask(request);
      if (!other.peak_bytes) continue;
      const first = smallestSizes(request, 1)[0];
      rows.push([
        { text: title, state: atlas.stateWith(found, { weights: undefined, ...fields }) },
        size(other.peak_bytes.expected),
        first ? sizeRow(found, first).reduce((label, names) => ({ several: [label, ...names.several] })) : words.line.no_board,
      ]);
    }
    if (!rows.length) return [];
    const head = [words.head.task, words.head.needs, words.head.smallest];
    return [{ id: "tasks", title: words.place.tasks, head, rows }];
  }

  /** For each count, the smallest board that clouds put together and of which so many hold it: {board, boards, answer}. */
  function machines(request) {
    const { settings } = atlas.ask({ ...request, board: undefined, boards: undefined });
    const offered = boardsFor(request.task).filter(
      ([board]) => atlas.texts.machines.includes(board) && atlas.runsOn(board, settings),
    );
    if (!offered.length) return [];
    const [largest] = offered.at(-1);
    const found = [];
    for (const boards of POWERS) {
      if (boards > IN_ONE_MACHINE && found.length > 1) break;
      const most = atlas.ask({ ...request, board: largest, boards }); // an engine reserves most on the largest
      if (!most.peak_bytes) continue;
      const enough = offered.filter(([, { visible }]) => visible >= most.peak_bytes.high);
      if (!enough.length) continue;
      const [[, { label_gb: label }]] = enough;
      const [{ board }] = enough
        .filter(([, one]) => one.label_gb === label)
        .map(([id]) => ({ board: id }))
        .sort(familiar);
      found.push({ board, boards, answer: atlas.ask({ ...request, board, boards }) });
    }
    const smaller = ({ board }, index) =>
      !index || atlas.catalog.boards[board].visible < atlas.catalog.boards[found[index - 1].board].visible;
    return found.filter(smaller);
  }

  /** "It takes 8x B200." */
  function machineLine(listed) {
    if (!listed.length) return "";
    const { board, boards } = listed.findLast((one) => one.boards <= IN_ONE_MACHINE) ?? listed[0];
    return ` ${atlas.fill(atlas.texts.line.takes, { boards: atlas.boardWords(board, boards) })}`;
  }

  function machinesSection(found, listed) {
    const { texts: words, size } = atlas;
    if (!listed.length) return [];
    return [
      {
        id: "machines",
        title: words.place.machines,
        head: [words.head.board, words.head.needs_each, words.head.offers],
        rows: listed.map(({ board, boards, answer }) => [
          { text: atlas.boardWords(board, boards), state: atlas.stateWith(found, { board, boards }) },
          size(answer.peak_bytes.expected),
          size(answer.have_bytes),
        ]),
      },
    ];
  }

  /** "Minimum GPU for Mixtral": for one task. */
  function smallestBoard(found) {
    const { texts: words, fill, size } = atlas;
    const answer = atlas.ask(found.request);
    if (!answer.peak_bytes) return atlas.refusal(answer);
    const sizes = smallestSizes(found.request);
    const need = size(answer.peak_bytes.expected);
    const first = smallestOf(sizes);
    const several = first ? [] : machines(found.request);
    const line = first
      ? fill(words.line.smallest, {
          have: size(first.answer.have_bytes),
          need,
        })
      : fill(words.line.smallest_none, { need }) + machineLine(several);
    return {
      verdict: first ? "fits" : "no",
      name: first && atlas.boardWords(first.board),
      word: words.headline.no,
      line,
      what: atlas.whatOf(answer, atlas.modelWords(found.request.model)),
      way: atlas.smallerWay(found, answer, [found.request.model], sizes),
      details: [atlas.bandLine(answer), atlas.assumedLine(answer)],
      bar: atlas.bar(first?.answer ?? answer),
      answer,
      sections: [...boardsSection(found, sizes), ...machinesSection(found, several), ...otherSizes(found, answer)],
      contract: {
        board: first?.board,
        boards: first ? 1 : "",
        need: answer.peak_bytes.expected,
        have: first?.answer.have_bytes,
        format: answer.settings.weights,
      },
    };
  }

  Object.assign(atlas, { smallestSizes, smallestOf, smallestBoard, boardsSection, machines, machineLine, machinesSection });
})();
