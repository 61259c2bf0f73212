// Which models fit a board: the needs of all of them, kept, because one question takes all of them.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const kept = new Map(); // by what is asked of every model: its models with their peaks, the most parameters first

  const size = ({ model }) => atlas.catalog.models[model].parameters.counted;

  /** As grid.py sorts them: more parameters first, then the larger need, then by name. */
  const largestFirst = (one, other) =>
    size(other) - size(one) || other.peak.expected - one.peak.expected || (one.model < other.model ? -1 : 1);

  /** Peaks of every model for `fields` of a request without model and board. */
  function needs(fields, fieldsOf = () => fields) {
    const key = JSON.stringify(fields);
    if (!kept.has(key)) {
      const found = [];
      for (const model of Object.keys(atlas.catalog.models)) {
        const answer = atlas.ask({ model, ...fieldsOf(model) });
        if (answer.peak_bytes) found.push({ model, peak: answer.peak_bytes });
      }
      found.sort(largestFirst);
      kept.set(key, found);
    }
    return kept.get(key);
  }

  /** What a cell of a matrix asks for; `asked` are fields of the question that hold for all. */
  function needsOfMatrix(id, asked = {}) {
    const fields = (model) => ({ ...atlas.matrixRequest(model, id), ...asked });
    return needs({ matrix: id, ...asked }, fields);
  }

  /** Models that fit `have` bytes, the largest first. */
  function fitting(needed, have) {
    return needed.filter(({ peak }) => atlas.printed.judge({ peak }, have) === "fits");
  }

  /** Compute the needs at the defaults while the reader is still typing. */
  function warm() {
    const waiting = Object.keys(atlas.catalog.matrices);
    const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));
    const next = () => {
      const id = waiting.shift();
      if (!id) return;
      needsOfMatrix(id);
      idle(next);
    };
    idle(() => {
      atlas.understand(""); // builds its index
      next();
    });
  }

  Object.assign(atlas, { needs, needsOfMatrix, fitting, warm });
})();
