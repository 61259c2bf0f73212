// Scripts that an answer needs and that are not here yet: records of its models, the formulas of
// their kinds, what answers with a list. Most questions name one model or a size, and one board: they
// need few. One script can tell that another one is needed: then this is asked again.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const LISTS = "lists.js";
  const LADDER = "ladder.js";
  const INVERSE = "inverse.js";
  const UNEQUAL = "unequal.js";
  const RECORDS = "models.js";
  const SHAPES = "own-shapes.js";

  const formulas = (names) => names.map((name) => `${name}.js`);
  const allFormulas = () => formulas([...new Set(atlas.catalog.scripts.flat())]);

  /** What a list of all models needs. */
  const allModels = () => [LISTS, RECORDS, ...allFormulas()];
  /** What answers every question about models of the catalog. */
  const everything = () => [LADDER, INVERSE, UNEQUAL, ...allModels()];

  const recordsOf = (ids) => {
    const missing = ids.filter((id) => !("parameters" in atlas.catalog.models[id]));
    if (!missing.length) return [];
    return atlas.coming.has(RECORDS) ? [RECORDS] : missing.map((id) => `models/${id}.js`);
  };
  const ofModels = (ids) => [...recordsOf(ids), ...formulas(ids.flatMap((id) => atlas.catalog.models[id].scripts))];
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

  /** The scripts of the view that a question about named models gets. */
  function viewScripts(found) {
    if (atlas.isSingle(found)) return [LADDER, INVERSE];
    if (found.boardList) return found.request.model ? [UNEQUAL] : [LISTS, UNEQUAL];
    return atlas.isOfSeveral(found) ? [LISTS, LADDER] : [LISTS];
  }

  /** What a question needs; `candidates` are the models that an unclear name can mean. */
  function needed(found) {
    const { model } = found.request;
    const list = viewScripts(found);
    if (typeof model === "object") return [...list, SHAPES, ...allFormulas()];
    if (!model && found.modelClass) return [...list, ...ofSize(found.modelClass)];
    const named = model ? [atlas.modelId(model)].filter(Boolean) : found.candidates;
    if (named) return [...list, ...ofModels(named)];
    if (!found.request.board) return [];
    const table = atlas.coming.has(RECORDS) ? null : tableName(found);
    return table ? [LISTS, `boards/${table}.js`] : allModels();
  }

  /** A promise while scripts that are needed are missing, null where all are here. */
  function arrival(names) {
    const missing = names.filter((name) => !atlas.arrived.has(name));
    return missing.length ? Promise.all(missing.map(atlas.bring)) : null;
  }

  Object.assign(atlas, {
    needed,
    onBoard: (name, table) => Object.assign(tables, { [name]: table }),
    tableFor: (found) => tables[tableName(found)] ?? null,
    arrivalFor: (found) => arrival(needed(found)),
    bringShapes: () => Promise.all([SHAPES, ...allFormulas()].map(atlas.bring)),
    bringEverything: () => Promise.all(everything().map(atlas.bring)),
  });
})();
