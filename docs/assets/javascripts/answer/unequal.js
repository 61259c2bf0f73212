// Boards that differ. The estimator divides among equal boards, so this answer is a bound, and says so.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  /**
   * As many boards like the smallest decide where the work is divided equally. Where layers are
   * divided (inference), as many boards of the average size are the best case: at most tight.
   */
  function unequal(found) {
    const { texts: words, fill, size, catalog } = atlas;
    const { boardList, reserve } = found;
    const each = boardList.flatMap(({ id, count }) => Array(count).fill(id));
    const visible = (id) => (atlas.memoryOf(id) - reserve) * words.units.gib;
    const least = each.reduce((one, other) => (visible(other) < visible(one) ? other : one));
    const have = sum(each.map(visible));
    const request = { ...found.request, boards: each.length };
    const small = atlas.ask(atlas.kept({ ...request, board: least }, reserve));
    if (!small.peak_bytes) return atlas.refusal(small);
    const { sharing } = catalog.runtimes[small.settings.runtime];
    const layers = small.task === "inference" && sharing === "layers";
    const even = atlas.ask({ ...request, board: { memory_gib: atlas.gib(have / each.length) } });
    const best = small.verdict === "fits" || !layers ? small : even;
    const verdict = best === even && even.verdict === "fits" ? "tight" : best.verdict;
    const named = atlas.boardWords(boardList);
    const line = layers
      ? fill(words.line.unequal, {
          boards: named,
          need: size(each.length * best.peak_bytes.expected),
          have: size(have),
        })
      : fill(words.line.unequal_equal, {
          need: size(small.peak_bytes.expected),
          board: atlas.boardWords(least),
          have: size(small.have_bytes),
          boards: named,
        });
    return {
      verdict,
      word: words.headline[verdict],
      line,
      what: atlas.whatOf(best, atlas.modelWords(found.request.model)),
      details: [
        layers ? (best === even ? words.line.unequal_split : words.line.unequal_fits) : words.line.unequal_smallest,
        atlas.assumedLine(best),
      ],
      sections: [
        {
          id: "boards",
          title: words.place.each_board,
          head: [words.head.board, words.head.offers],
          rows: boardList.map(({ id, count }) => [
            { text: atlas.boardWords(id, count), page: catalog.boards[id]?.page },
            size(visible(id)),
          ]),
        },
      ],
      contract: {
        need: (layers ? each.length : 1) * best.peak_bytes.expected,
        have: layers ? have : small.have_bytes,
        format: best.settings.weights,
      },
    };
  }

  /** Boards that differ, and a size instead of a model. */
  function severalUnequal(found, models) {
    const { texts: words, catalog } = atlas;
    const views = models
      .map((model) => ({ model, view: unequal({ ...found, request: { ...found.request, model } }) }))
      .filter(({ view }) => view.contract?.need)
      .sort((one, other) => one.view.contract.need - other.view.contract.need);
    if (!views.length) return atlas.noneOfSize(found, models);
    const verdicts = new Set(views.map(({ view }) => view.verdict));
    const verdict = verdicts.size === 1 ? [...verdicts][0] : "mixed";
    const { view } = verdict === "no" ? views[0] : views.at(-1);
    return {
      ...view,
      verdict,
      word: words.headline[verdict],
      sections: [
        {
          id: "members",
          title: words.place.members,
          head: [words.head.model, words.head.needs, words.head.verdict],
          rows: views.map((one) => [
            { text: catalog.models[one.model].name, state: atlas.stateWith(found, { model: one.model }) },
            atlas.size(one.view.contract.need),
            atlas.verdictCell(one.view.verdict),
          ]),
        },
        ...view.sections,
      ],
    };
  }

  Object.assign(atlas, { unequal, severalUnequal });
})();
