// The way out of a list: a smaller board, or fewer of them, in fewer bits. A way as in ways.js.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** Fit matrices of the same task in fewer bits, the fewest first, where the question leaves the format open. */
  function fewerBits(found, answer) {
    if (found.reading?.request.weights || found.request.weights) return [];
    const bits = atlas.catalog.formats[answer.settings.weights].linear.element_bits;
    return Object.entries(atlas.catalog.matrices)
      .filter(([, matrix]) => matrix.task === answer.task && matrix.bits < bits)
      .reverse()
      .map(([id, { title }]) => ({ title, fieldsOf: (model) => atlas.matrixRequest(model, id) }));
  }

  /** A model for a link, where neither the question nor a size names one. */
  const named = (found, model) => (found.request.model || found.modelClass ? {} : { model });

  /** A smaller board in fewer bits, for all of `models`; `sizes` are those of the answer. */
  function smallerWay(found, answer, models, sizes) {
    const { texts: words, fill, size } = atlas;
    for (const { title, fieldsOf } of fewerBits(found, answer)) {
      const needs = models
        .map((model) => ({ ...found.request, model, ...fieldsOf(model) }))
        .map((request) => ({ request, peak: atlas.ask(request).peak_bytes }))
        .filter(({ peak }) => peak)
        .sort((one, other) => other.peak.expected - one.peak.expected);
      if (!needs.length) continue;
      const [first] = atlas.smallestSizes(needs[0].request, 1);
      if (!first || (sizes.length && first.label >= sizes[0].label)) continue;
      const [{ board }] = first.boards;
      const { model, weights } = needs[0].request;
      const text = fill(words.line.way_smallest, {
        title,
        board: atlas.boardWords(board),
        need: size(needs[0].peak.expected),
      });
      const changes = { ...named(found, model), board, boards: undefined, weights };
      return { verdict: "fits", text, state: atlas.stateWith(found, changes) };
    }
    return null;
  }

  /** Fewer boards in fewer bits, for all of `models`; `all` is the count of the answer. */
  function fewerWay(found, answer, models, all) {
    const { texts: words, fill, size } = atlas;
    for (const { title, fieldsOf } of fewerBits(found, answer)) {
      const other = atlas.fewestOfAll(found, models, fieldsOf);
      if (!other?.fits || (all.fits && other.boards >= all.boards)) continue;
      const { boards, decides } = other;
      const { weights } = decides.answer.settings;
      const text = fill(boards > 1 ? words.line.way_count : words.line.way_count_one, {
        title,
        boards: atlas.boardWords(found.request.board, boards),
        need: size(decides.answer.peak_bytes.expected),
      });
      const changes = { ...named(found, decides.model), boards, weights };
      return { verdict: "fits", text, state: atlas.stateWith(found, changes) };
    }
    return null;
  }

  Object.assign(atlas, { smallerWay, fewerWay });
})();
