// The view of a board without a model: what fits it.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const SHOWN = 12;

  const matricesOf = (task) =>
    Object.entries(atlas.catalog.matrices).filter(([, matrix]) => !task || matrix.task === task);

  /** What the question fixes for every model. */
  function fixed({ request }) {
    const { model, board, task, ...asked } = request;
    return asked;
  }

  /** Bytes that are offered: of each of several boards. */
  function offered(found) {
    const { board } = atlas.kept(found.request, found.reserve);
    return atlas.memoryOf(board) * atlas.texts.units.gib;
  }

  function modelRow(found, changes, { model, peak }) {
    return [
      { text: atlas.catalog.models[model].name, state: atlas.stateWith(found, { ...changes, model }) },
      atlas.size(peak.expected),
    ];
  }

  function modelsSection(found, title, changes, fitting) {
    const { texts: words } = atlas;
    return {
      id: "models",
      title,
      head: [words.head.model, words.head.needs],
      rows: fitting.slice(0, SHOWN).map((one) => modelRow(found, changes(one.model), one)),
    };
  }

  /** "What can a 3060 run?": the largest model of each matrix, and the largest of the last one. */
  function whatRuns(found) {
    const { texts: words, fill, size } = atlas;
    const { board, boards, task, weights } = found.request;
    const have = offered(found);
    const name = atlas.boardWords(board, boards);
    const asked = fixed(found);
    const one = task && weights;
    const lists = one
      ? [{ title: words.place.models, needed: atlas.needs({ task, ...asked }), changes: () => ({}) }]
      : matricesOf(task).map(([id, { title }]) => ({
          title,
          needed: atlas.needsOfMatrix(id, asked),
          changes: (model) => atlas.matrixRequest(model, id),
        }));
    for (const list of lists) list.fitting = atlas.fitting(list.needed, have);
    const full = lists.filter(({ fitting }) => fitting.length);
    if (!full.length) {
      return { verdict: "no", word: words.headline.no, line: fill(words.line.largest_none, { board: name }) };
    }
    const chosen = largestOf(full);
    const [largest] = chosen.fitting;
    const rows = full.map(({ title, fitting, changes }) => [
      title,
      modelRow(found, changes(fitting[0].model), fitting[0])[0],
      String(fitting.length),
    ]);
    return {
      verdict: "fits",
      name: atlas.catalog.models[largest.model].name,
      line: fill(words.line.largest_model, {
        need: size(largest.peak.expected),
        have: size(have),
        board: name,
        how: chosen.title,
      }),
      sections: [
        ...(one || lists.length === 1
          ? []
          : [{ id: "tasks", title: words.place.tasks, head: [words.head.task, words.head.largest, words.head.count_models], rows }]),
        modelsSection(found, fill(words.place.models_of, { title: chosen.title }), chosen.changes, chosen.fitting),
      ],
      contract: { model: largest.model, need: largest.peak.expected, have },
    };
  }

  /** Of several lists the one whose first model has the most parameters. */
  function largestOf(lists) {
    const parameters = ({ fitting }) => atlas.catalog.models[fitting[0].model].parameters.counted;
    return lists.reduce((best, list) => (parameters(list) > parameters(best) ? list : best));
  }

  Object.assign(atlas, { whatRuns });
})();
