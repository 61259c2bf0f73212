// The view of a board without a model: what fits it.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const matricesOf = (task) =>
    Object.entries(atlas.catalog.matrices).filter(([, matrix]) => !task || matrix.task === task);

  /** What the question fixes for every model; the board too, where some models need more on it. */
  function fixed({ request }) {
    const { model, board, task, ...asked } = request;
    return atlas.catalog.boards[board]?.bf16 === false ? { board, ...asked } : asked;
  }

  /** Bytes that are offered: of each of several boards. */
  function offered(found) {
    const { board } = atlas.kept(found.request, found.reserve);
    return atlas.memoryOf(board) * atlas.texts.units.gib;
  }

  /** Lists as a script has them, counted when the site was built. */
  function fromTable(table, task) {
    return matricesOf(task).map(([id, { title, task: own }]) => {
      const [count, ...rows] = table[id];
      const models = rows.map(([model, need, counted, weights]) => ({ model, need, counted, changes: { task: own, weights } }));
      return { title, count, models };
    });
  }

  /** The same from the records of all models, for any question. */
  function fromRecords(found, have) {
    const { task, weights } = found.request;
    const asked = fixed(found);
    const list = (title, needed, changes) => {
      const fitting = atlas.fitting(needed, have);
      const models = fitting.slice(0, atlas.texts.models_shown).map(({ model, peak }) => ({
        model,
        need: peak.expected,
        counted: atlas.catalog.models[model].parameters.counted,
        changes: changes(model),
      }));
      return { title, count: fitting.length, models };
    };
    if (task && weights) return [list(atlas.texts.place.models, atlas.needs({ task, ...asked }), () => ({}))];
    return matricesOf(task).map(([id, { title }]) =>
      list(title, atlas.needsOfMatrix(id, asked), (model) => atlas.matrixRequest(model, id)),
    );
  }

  function modelRow(found, { model, need, changes }) {
    return [{ text: atlas.catalog.models[model].name, state: atlas.stateWith(found, { ...changes, model }) }, atlas.size(need)];
  }

  /** Each matrix with its largest model, and how many fit. */
  function matricesSection(found, lists) {
    const { texts: words } = atlas;
    const rows = lists.map(({ title, count, models: [first] }) => [title, modelRow(found, first)[0], String(count)]);
    return { id: "tasks", title: words.place.tasks, head: [words.head.task, words.head.largest, words.head.count_models], rows };
  }

  /** "What can a 3060 run?": the largest model of each matrix, and the largest of the last one. */
  function whatRuns(found) {
    const { texts: words, fill, size } = atlas;
    const { board, boards, task } = found.request;
    const have = offered(found);
    const name = atlas.boardWords(board, boards);
    const table = atlas.tableFor(found);
    const lists = table ? fromTable(table, task) : fromRecords(found, have);
    const full = lists.filter(({ count }) => count);
    if (!full.length) {
      return { verdict: "no", word: words.headline.no, line: fill(words.line.largest_none, { board: name }) };
    }
    const chosen = largestOf(full);
    const [largest] = chosen.models;
    return {
      verdict: "fits",
      name: atlas.catalog.models[largest.model].name,
      line: fill(words.line.largest_model, {
        need: size(largest.need),
        have: size(have),
        board: name,
        how: chosen.title,
      }),
      sections: [
        ...(lists.length === 1 ? [] : [matricesSection(found, full)]),
        {
          id: "models",
          title: fill(words.place.models_of, { title: chosen.title }),
          head: [words.head.model, words.head.needs],
          rows: chosen.models.map((one) => modelRow(found, one)),
        },
      ],
      contract: { model: largest.model, need: largest.need, have },
    };
  }

  /** Of several lists the one whose first model has the most parameters. */
  function largestOf(lists) {
    return lists.reduce((best, list) => (list.models[0].counted > best.models[0].counted ? list : best));
  }

  Object.assign(atlas, { whatRuns });
})();
