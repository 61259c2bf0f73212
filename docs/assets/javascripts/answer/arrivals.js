// Scripts that an answer needs and that are not here yet: records of its models, the formulas of
// their kinds, what answers with a list. Most questions name one model and one board: they need few.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const LISTS = "lists.js";
  const RECORDS = "models.js";
  const SHAPES = "own-shapes.js";
  const FEW = 4; // the records of more models come in one script

  const formulas = (names) => names.map((name) => `${name}.js`);
  const allFormulas = () => formulas([...new Set(atlas.catalog.scripts.flat())]);

  /** What answers every question about models of the catalog. */
  const everything = () => [LISTS, RECORDS, ...allFormulas()];

  const recordsOf = (ids) => {
    const missing = ids.filter((id) => !("parameters" in atlas.catalog.models[id]));
    if (!missing.length) return [];
    return missing.length > FEW || atlas.coming.has(RECORDS) ? [RECORDS] : missing.map((id) => `models/${id}.js`);
  };

  /** What a question needs; `candidates` are the models that an unclear name can mean. */
  function needed(found) {
    const { model } = found.request;
    const list = atlas.isSingle(found) ? [] : [LISTS];
    if (typeof model === "object") return [...list, SHAPES, ...allFormulas()];
    if (!model && found.modelClass) return everything();
    const named = model ? [atlas.modelId(model)].filter(Boolean) : found.candidates;
    if (!named) return found.request.board || found.boardList ? everything() : [];
    const scripts = named.flatMap((id) => atlas.catalog.models[id].scripts);
    return [...list, ...recordsOf(named), ...formulas(scripts)];
  }

  /** A promise while scripts that are needed are missing, null where all are here. */
  function arrival(names) {
    const missing = names.filter((name) => !atlas.arrived.has(name));
    return missing.length ? Promise.all(missing.map(atlas.bring)) : null;
  }

  Object.assign(atlas, {
    needed,
    arrivalFor: (found) => arrival(needed(found)),
    bringShapes: () => Promise.all([SHAPES, ...allFormulas()].map(atlas.bring)),
    bringEverything: () => Promise.all(everything().map(atlas.bring)),
  });
})();
