// Which models fit a board. What each needs is asked when a list comes to it, and kept.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** Fields with which all boards together never hold less than one does at the defaults. */
  const ONLY_MORE = ["boards", "context_length", "sequence_length", "prompt_length", "micro_batch_size"];

  let groups = null;
  /** Models of as many parameters, those with the most first. */
  function bySize() {
    if (groups) return groups;
    groups = [];
    for (const { id, rank } of Object.values(atlas.catalog.models)) (groups[rank] ??= []).push(id);
    return groups.reverse();
  }

  /** As grid.py sorts those of as many parameters: the larger need first, then by name. */
  const neediestFirst = (one, other) => other.peak.expected - one.peak.expected || (one.model < other.model ? -1 : 1);

  const questions = new Map(); // by what is asked of every model

  /** One question to all models: `known` is what was found of each, null where nothing can be computed. */
  function questionTo(fields, fieldsOf) {
    const key = JSON.stringify(fields);
    if (!questions.has(key)) questions.set(key, { fieldsOf, known: new Map() });
    return questions.get(key);
  }

  /** What a model needs, on any board or on a `board`. */
  function needOf({ known, fieldsOf }, model, board) {
    const key = board ? `${model} ${board}` : model;
    if (!known.has(key)) {
      const need = atlas.need({ model, ...(board && { board }), ...fieldsOf(model, board) });
      known.set(key, need?.peak_bytes ? { model, ...need, peak: need.peak_bytes } : null);
    }
    return known.get(key);
  }

  /** The cells of a matrix; `asked` are fields of the question that hold for all. */
  const cells = (id, asked) =>
    questionTo({ matrix: id, ...asked }, (model, board) => ({ ...atlas.matrixRequest(model, id, board), ...asked }));

  /**
   * Models that fit `have` bytes, the largest first, each asked when it is its turn, but for those that cannot
   * fit. A model is asked again on a `board` where it needs more, or where other software or none runs it.
   */
  function* fitting(question, have, board, cannot = () => false) {
    const fits = (need) => need && atlas.printed.judge(need, have) === "fits";
    const moved = (need) => board && need && !atlas.runsOn(board, need);
    const older = board && !atlas.catalog.boards[board].bf16;
    const there = (need) =>
      moved(need) || (older && atlas.catalog.runtimes[need.runtime].groups_keys) ? needOf(question, need.model, board) : need;
    for (const models of bySize()) {
      const needs = models.filter((model) => !cannot(model)).map((model) => needOf(question, model));
      yield* needs.filter((need) => fits(need) || moved(need)).map(there).filter(fits).sort(neediestFirst);
    }
  }

  /** The same of a matrix. What the defaults were found to hold, or to refuse, need not be asked again. */
  function fittingIn(id, asked, have, board) {
    const { known } = cells(id, {});
    const cannot = (model) => {
      const usual = known.get(model);
      if (!usual) return usual === null;
      return usual.held > have * (asked.boards ?? 1) && !(board && !atlas.runsOn(board, usual));
    };
    const holds = Object.keys(asked).every((field) => ONLY_MORE.includes(field));
    return fitting(cells(id, asked), have, board, holds ? cannot : undefined);
  }

  /** The same for one request to all. */
  const fittingOf = (fields, have, board) => fitting(questionTo(fields, () => fields), have, board);

  /** What makes later answers fast, in steps that no key has to wait for. */
  function* preparing(questions) {
    atlas.understand(""); // builds its index
    for (const id of Object.keys(atlas.catalog.matrices)) {
      for (const model of Object.keys(atlas.catalog.models)) {
        needOf(cells(id, {}), model);
        yield;
      }
    }
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

  Object.assign(atlas, { fittingIn, fittingOf, warm });
})();
