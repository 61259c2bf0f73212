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

  const fitsIn = (need, have) => atlas.printed.judge(need, have) === "fits";

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
    const fits = (need) => need && fitsIn(need, have);
    const moved = (need) => board && need && !atlas.runsOn(board, need);
    const older = board && !atlas.catalog.boards[board].bf16;
    const there = (need) =>
      moved(need) || (older && atlas.catalog.runtimes[need.runtime].groups_keys) ? needOf(question, need.model, board) : need;
    for (const models of bySize()) {
      const needs = models.filter((model) => !cannot(model)).map((model) => needOf(question, model));
      yield* needs.filter((need) => fits(need) || moved(need)).map(there).filter(fits).sort(neediestFirst);
    }
  }

  const PAIR = { boards: 2 };

  /** Whether a question to a matrix asks no less than the defaults, of one board or two. */
  function enlarges(id, { boards = 1, ...asked }) {
    const { defaults } = atlas.catalog.tasks[atlas.catalog.matrices[id].task];
    const length = defaults.context_length ?? defaults.sequence_length;
    const usual = { ...defaults, context_length: length, sequence_length: length };
    return boards <= PAIR.boards && Object.entries(asked).every(([field, value]) => value >= usual[field]);
  }

  /**
   * The same of a matrix. What the defaults were found to hold, or to refuse, need not be asked again;
   * several boards hold at least as much together as two do. Nor what is too large already with less asked.
   */
  function fittingIn(id, asked, have, board) {
    const { boards = 1 } = asked;
    const { known } = cells(id, {});
    const pairs = boards > 1 ? cells(id, PAIR).known : known;
    const larger = enlarges(id, asked);
    const cannot = (model) => {
      const usual = known.get(model);
      if (!usual) return usual === null;
      if (board && !atlas.runsOn(board, usual)) return false;
      const alike = pairs.get(model);
      const held = Math.max(usual.held, alike && boards > 1 ? PAIR.boards * alike.held : 0);
      return held > have * boards || Boolean(larger && alike && !fitsIn(alike, have));
    };
    const holds = Object.keys(asked).every((field) => ONLY_MORE.includes(field));
    return fitting(cells(id, asked), have, board, holds ? cannot : undefined);
  }

  /** The same for one request to all. Inference needs all weights; training can do without a text encoder's. */
  function fittingOf(fields, have, board) {
    const cannot = (model) => fields.task === "inference" && atlas.lightest(model, fields) > have;
    return fitting(questionTo(fields, () => fields), have, board, cannot);
  }

  function* everyNeed(asked) {
    for (const id of Object.keys(atlas.catalog.matrices)) {
      for (const model of Object.keys(atlas.catalog.models)) {
        needOf(cells(id, asked), model);
        yield;
      }
    }
  }

  /** What makes later answers fast, in steps that no key has to wait for. */
  function* preparing(questions) {
    atlas.understand(""); // builds its index
    yield* everyNeed({});
    for (const q of questions) {
      yield;
      atlas.compose({ q, fields: {} });
    }
    const board = atlas.texts.popular.slice(0, 2).map((id) => ({ id, count: 1 })); // no example asks for boards that differ
    for (const model of Object.values(atlas.sizes).flat().slice(0, UNEQUAL)) {
      yield;
      atlas.compose({ q: "", fields: { model, board } });
    }
    yield* everyNeed(PAIR);
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
  const UNEQUAL = 60; // answers after which the browser has compiled what divides a model

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
