// Scripts that an answer needs and that are not here yet: records of its models, the formulas of
// their kinds, what answers with a list. Most questions name one model or a size, and one board: they
// need few. One script can tell that another one is needed: then this is asked again.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const LISTS = "lists.js";
  const SMALLEST = "smallest.js";
  const COUNTS = "counts.js";
  const OPEN = "open.js";
  const LADDER = "ladder.js";
  const SINGLE = "single.js"; // what is in LADDER too
  const UNEQUAL = "unequal.js";
  const TRAINING = "training.js";
  const RECORDS = "models.js";
  const SHAPES = "own-shapes.js";
  const CHINESE = "chinese.js"; // words, for a text that has some
  const RENTED = "rented.js"; // machines of clouds, by which a question names boards

  const formulas = (names) => names.map((name) => `${name}.js`);
  const scriptsOf = (ids) => formulas([...new Set(ids.flatMap((id) => atlas.catalog.models[id].scripts))]);
  const allFormulas = () => scriptsOf(Object.keys(atlas.catalog.models));

  /** What answers every question about models of the catalog. */
  const everything = () => [CHINESE, SINGLE, UNEQUAL, TRAINING, LISTS, SMALLEST, COUNTS, OPEN, RECORDS, ...allFormulas()];

  const recordsOf = (ids) => {
    const missing = ids.filter((id) => !atlas.catalog.models[id].here);
    if (!missing.length) return [];
    return atlas.coming.has(RECORDS) ? [RECORDS] : missing.map((id) => `models/${id}.js`);
  };
  const ofModels = (ids) => [...recordsOf(ids), ...scriptsOf(ids)];
  const ofSize = (size) => {
    if (atlas.sizes[size]) return ofModels(atlas.sizes[size]);
    if (!atlas.catalog.sizes.includes(size)) return [];
    return [atlas.coming.has(RECORDS) ? RECORDS : `sizes/${size}.js`];
  };
  const tables = {};
  /** Where what fits a board is listed; null for a question that asks more than the board, and the task. */
  function tableName({ request, reserve, boardList }) {
    const { board, boards = 1, task, ...more } = request;
    if (boardList || boards > 1 || reserve || Object.keys(more).length) return null;
    if (typeof board === "string") return board in atlas.catalog.boards ? board : null;
    return atlas.texts.memory_sizes.includes(board?.memory_gib) ? `memory-${board.memory_gib}` : null;
  }

  /** Whether a board needs more, or may lack what software for a format needs: its list is of other boards. */
  function barred(board, format) {
    const { bf16 = true, lacks = [] } = atlas.catalog.boards[board] ?? {};
    const support = atlas.recordsOf(atlas.catalog.support);
    return !bf16 || lacks.flat().some((place) => !support[place].formats.length || support[place].formats.includes(format));
  }

  const formats = {};
  /** The format whose list of needs answers a question; null for one that asks more, or where a board changes needs. */
  function formatName({ request: { board, boards = 1, task, weights, ...more }, boardList }) {
    if (boardList || boards > 1 || task !== "inference" || Object.keys(more).length || barred(board, weights)) return null;
    return atlas.texts.listed_formats.includes(weights) ? weights : null;
  }

  /** Where the list that answers an open question is; null where none does. */
  function listFile(found) {
    const [table, format] = [tableName(found), formatName(found)];
    if (table) return `boards/${table}.js`;
    return format && `formats/${format}.js`;
  }

  /** The scripts of the view that a question about named models gets. */
  function viewScripts(found) {
    if (atlas.isSingle(found)) return [SINGLE];
    if (found.boardList) return found.request.model ? [UNEQUAL] : [LISTS, UNEQUAL];
    if (atlas.isOfSeveral(found)) return [LISTS, atlas.coming.has(SINGLE) ? SINGLE : LADDER];
    return atlas.isCount(found) ? [LISTS, SMALLEST, COUNTS] : [LISTS, SMALLEST];
  }

  /** The formulas of training, but for an answer that is about inference alone. */
  const training = (found) => (found.request.task === "inference" && !atlas.showsMatrices(found) ? [] : [TRAINING]);

  /** What a question needs; `candidates` are the models that an unclear name can mean. */
  function needed(found) {
    if (found.reading?.chinese && !atlas.chinese) return [CHINESE];
    if (found.reading?.rented && !atlas.rented) return [RENTED];
    const { model } = found.request;
    const list = [...viewScripts(found), ...training(found)];
    if (typeof model === "object") return [...list, SHAPES, ...allFormulas()];
    if (!model && found.modelClass) return [...list, ...ofSize(found.modelClass)];
    const named = model ? [atlas.modelId(model)].filter(Boolean) : found.candidates;
    if (named) return [...list, ...ofModels(named)];
    if (!found.request.board) return [];
    const file = atlas.coming.has(RECORDS) ? null : listFile(found);
    return [LISTS, OPEN, ...(file ? [file] : [...training(found), RECORDS, ...allFormulas()])];
  }

  /** A promise while scripts that are needed are missing, null where all are here. */
  function arrival(names) {
    const missing = names.filter((name) => !atlas.arrived.has(name));
    return missing.length ? Promise.all(missing.map(atlas.bring)) : null;
  }

  Object.assign(atlas, {
    needed,
    onBoard: (name, table) => Object.assign(tables, { [name]: table }),
    onFormat: (name, ...columns) => Object.assign(formats, { [name]: columns }),
    needsInFormat: (found) => formats[formatName(found)] ?? null,
    tableFor: (found) => tables[tableName(found)] ?? null,
    arrivalFor: (found) => arrival(needed(found)),
    bringShapes: () => Promise.all([SHAPES, TRAINING, ...allFormulas()].map(atlas.bring)),
    bringEverything: () => Promise.all(everything().map(atlas.bring)),
  });
})();
