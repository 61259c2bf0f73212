// Which models fit a board: the needs of all of them, kept, because one question takes all of them.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const kept = new Map(); // by what is asked of every model: {models with their peaks, done}

  const size = ({ model }) => atlas.catalog.models[model].parameters.counted;

  /** As grid.py sorts them: more parameters first, then the larger need, then by name. */
  const largestFirst = (one, other) =>
    size(other) - size(one) || other.peak.expected - one.peak.expected || (one.model < other.model ? -1 : 1);

  /** The answer for a model; on a `board` without flash attention, where its runtime needs that. */
  function needOf(model, { board, ...fields }) {
    const answer = atlas.ask({ model, ...fields });
    if (!board || !answer.peak_bytes) return answer;
    return atlas.catalog.runtimes[answer.settings.runtime].groups_keys ? atlas.ask({ model, board, ...fields }) : answer;
  }

  /** Find the peaks of every model into `found`, a model at a time. */
  function* finding(found, fieldsOf) {
    for (const model of Object.keys(atlas.catalog.models)) {
      const answer = needOf(model, fieldsOf(model));
      if (answer.peak_bytes) found.push({ model, peak: answer.peak_bytes });
      yield;
    }
    found.sort(largestFirst);
  }

  /** What is kept for `fields`: the models found, and what is still to do. */
  function begun(fields, fieldsOf) {
    const key = JSON.stringify(fields);
    if (!kept.has(key)) {
      const found = [];
      kept.set(key, { found, todo: finding(found, fieldsOf) });
    }
    return kept.get(key);
  }

  /** Peaks of every model for `fields` of a request without model and board. */
  function needs(fields, fieldsOf = () => fields) {
    const { found, todo } = begun(fields, fieldsOf);
    while (!todo.next().done);
    return found;
  }

  /** The fields that a cell of a matrix asks for; `asked` are fields of the question that hold for all. */
  const cell = (id, asked) => [{ matrix: id, ...asked }, (model) => ({ ...atlas.matrixRequest(model, id), ...asked })];

  const needsOfMatrix = (id, asked = {}) => needs(...cell(id, asked));

  /** Models that fit `have` bytes, the largest first. */
  function fitting(needed, have) {
    return needed.filter(({ peak }) => atlas.printed.judge({ peak }, have) === "fits");
  }

  /** What makes later answers fast, in steps that no key has to wait for. */
  function* preparing(questions) {
    atlas.understand(""); // builds its index
    for (const id of Object.keys(atlas.catalog.matrices)) yield* begun(...cell(id, {})).todo;
    for (const q of questions) {
      yield;
      atlas.compose({ q, fields: {} });
    }
  }

  /** Safari has no requestIdleCallback(). */
  function afterwards(work) {
    setTimeout(() => {
      const end = performance.now() + 10;
      work({ timeRemaining: () => end - performance.now() });
    }, 20);
  }
  const idle = globalThis.requestIdleCallback ?? afterwards;

  const LEAST = 5; // milliseconds for a step

  /** Prepare answers like those to `questions`, and the needs at the defaults, while the reader is still typing. */
  function warm(questions) {
    const steps = preparing(questions);
    const next = (deadline) => {
      do if (steps.next().done) return;
      while (deadline.timeRemaining() > LEAST);
      idle(next);
    };
    idle(next);
  }

  Object.assign(atlas, { needs, needsOfMatrix, fitting, warm });
})();
