// The view of a board without a model: what fits it.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const matricesOf = (task) =>
    Object.entries(atlas.catalog.matrices).filter(([, matrix]) => !task || matrix.task === task);

  /** Bytes that are offered: of each of several boards. */
  function offered(found) {
    const { board } = atlas.kept(found.request, found.reserve);
    return atlas.memoryOf(board) * atlas.texts.units.gib;
  }

  /** Lists as a script has them, counted when the site was built: {title, count, first, all}. */
  function fromTable(table, task) {
    return matricesOf(task).map(([id, { title, task: own }]) => {
      const [count, ...rows] = table[id];
      const models = rows.map(([model, need, rank, weights]) => ({ model, need, rank, changes: { task: own, weights } }));
      return { title, count, first: models[0], all: () => models };
    });
  }

  /** The same for a format, of which a script has the needs of all models. */
  function fromFormat([places, needs, highs], have) {
    const ids = Object.keys(atlas.catalog.models);
    const models = places
      .map((place, row) => ({ model: ids[place], need: needs[row], high: highs[row], changes: {} }))
      .filter(({ high }) => atlas.printed.judge({ peak: { high } }, have) === "fits");
    return { title: atlas.texts.place.models, first: models[0], all: () => models.slice(0, atlas.texts.models_shown) };
  }

  /** The next of those that fit, as many as are shown. */
  function* shown(fitting, changes) {
    for (const { model, peak } of fitting) {
      const { rank } = atlas.catalog.models[model];
      yield { model, need: peak.expected, rank, changes: changes(model) };
    }
  }

  function taken(models, most) {
    const found = [];
    while (found.length < most) {
      const { value, done } = models.next();
      if (done) break;
      found.push(value);
    }
    return found;
  }

  /** A list of as many as are shown, found when it is shown; of how many, where `counts`. */
  function list(title, fitting, changes, counts) {
    const all = counts ? [...fitting] : null;
    const models = shown(all?.values() ?? fitting, changes);
    const [first] = taken(models, 1);
    return { title, count: all?.length, first, all: () => [first, ...taken(models, atlas.texts.models_shown - 1)] };
  }

  /** The board, where some models need more on it than on others, or other software. */
  function special({ board }) {
    const { bf16, lacks } = atlas.catalog.boards[board] ?? {};
    return bf16 === false || lacks?.some(({ length }) => length) ? board : undefined;
  }

  /**
   * The same from the records of all models, for any question. How many fit is counted at the defaults;
   * in a setting of the reader's own it would take asking every model.
   */
  function fromRecords(found, have) {
    const { model, board, task, ...asked } = found.request;
    const there = special(found.request);
    if (task && asked.weights) {
      return [list(atlas.texts.place.models, atlas.fittingOf({ task, ...asked }, have, there), () => ({}))];
    }
    const counts = !Object.keys(asked).length;
    return matricesOf(task).map(([id, { title }]) =>
      list(title, atlas.fittingIn(id, asked, have, there), (one) => atlas.matrixRequest(one, id, there), counts),
    );
  }

  function modelRow(found, { model, need, changes }) {
    return [{ text: atlas.catalog.models[model].name, state: atlas.stateWith(found, { ...changes, model }) }, atlas.size(need)];
  }

  /** Each matrix with its largest model, and how many fit, where they were counted. */
  function matricesSection(found, lists) {
    const { texts: words } = atlas;
    const counted = lists.every(({ count }) => count);
    const head = [words.head.task, words.head.largest, ...(counted ? [words.head.count_models] : [])];
    const rows = lists.map(({ title, count, first }) => [title, modelRow(found, first)[0], ...(counted ? [String(count)] : [])]);
    return { id: "tasks", title: words.place.tasks, head, rows };
  }

  /** "What can a 3060 run?": the largest model of each matrix, and the largest of the last one. */
  function whatRuns(found) {
    const { texts: words, fill, size } = atlas;
    const { board, boards, task } = found.request;
    const have = offered(found);
    const name = atlas.boardWords(board, boards);
    const table = atlas.tableFor(found);
    const needs = atlas.needsInFormat(found);
    const lists = table ? fromTable(table, task) : needs ? [fromFormat(needs, have)] : fromRecords(found, have);
    const full = lists.filter(({ first }) => first);
    if (!full.length) {
      return { verdict: "no", word: words.headline.no, line: fill(words.line.largest_none, { board: name }) };
    }
    const chosen = largestOf(full);
    const { first: largest } = chosen;
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
          rows: chosen.all().map((one) => modelRow(found, one)),
        },
      ],
      contract: { model: largest.model, need: largest.need, have },
    };
  }

  /** Of several lists the one whose first model has the most parameters. */
  function largestOf(lists) {
    return lists.reduce((best, one) => (one.first.rank > best.first.rank ? one : best));
  }

  Object.assign(atlas, { whatRuns });
})();
