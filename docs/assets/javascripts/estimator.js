// Requests and answers: vramAtlas.answer, .ladder and .inverse. The arithmetic is in generated/formulas.js.
(function () {
  "use strict";

  const { python: $, printed } = globalThis.vramAtlas;

  // A property that is made when it is first read, and kept. It stays a getter: to redefine hundreds
  // of properties of one object takes a phone a quarter of a second.
  const lazily = (object, name, make) => {
    let value;
    const get = () => (value === undefined ? (value = make()) : value);
    return Object.defineProperty(object, name, { enumerable: true, get });
  };
  const eachLazily = (entries, make) => {
    const found = {};
    for (const id of Object.keys(entries)) lazily(found, id, () => make({ id, ...entries[id] }));
    return found;
  };

  const modelEntry = (fields) => {
    const entry = new printed.ModelEntry({ model: new printed.Model(fields) });
    return lazily(entry, "groups", () =>
      entry.architecture === null ? null : printed.count(entry.architecture),
    );
  };
  // The record of a model comes when it is asked for; until then there is only its name.
  const recordOf = (fields) => {
    if (!fields.here) throw new Error(`the record of ${fields.id} is not here yet`);
    return fields;
  };
  // A reader's own shape, made once: the formulas remember what they counted of it.
  const own = new Map();
  $.readShape = (text) => {
    if (!own.has(text)) {
      const { context_length = null, native_format = null, ...architecture } = JSON.parse(text);
      const fields = { id: printed.OWN_ID, name: printed.OWN_NAME, context_length, native_format, architecture };
      own.set(text, modelEntry(fields));
    }
    return own.get(text);
  };
  const boardEntry = (fields) => {
    const entry = new printed.BoardEntry({
      board: new printed.Board({ ...fields, memory: {} }), // what a program can use is below
      line: fields,
      memory: new printed.BoardMemory(fields),
      lacks: fields.lacks.flat(),
      unsure: fields.lacks[1],
    });
    return Object.defineProperty(entry, "example", { value: fields.example });
  };

  // The id behind every id, name and alias.
  const owners = (entries) => {
    const found = {};
    for (const [id, names] of Object.entries(entries)) {
      for (const name of [id, ...names]) found[printed.normalised(name)] = id;
    }
    return found;
  };
  const byName = (bands) => {
    const nameOf = ({ task, family, kind }) => printed.band_name(task, family, kind);
    return Object.fromEntries(globalThis.vramAtlas.recordsOf(bands).map((band) => [nameOf(band), band]));
  };
  const read = (data) => {
    const aliases = {};
    for (const what of ["models", "boards", "formats", "optimizers", "runtimes"]) {
      lazily(aliases, what, () => owners(globalThis.vramAtlas.names[what]));
    }
    return new printed.Catalog({
      models: eachLazily(data.models, (fields) => modelEntry(recordOf(fields))),
      boards: eachLazily(data.boards, boardEntry),
      formats: eachLazily(data.formats, (fields) => new printed.Format(fields)),
      optimizers: eachLazily(data.optimizers, (fields) => new printed.Optimizer(fields)),
      runtimes: eachLazily(data.runtimes, (fields) => new printed.Runtime(fields)),
      tasks: eachLazily(data.tasks, (fields) => new printed.TaskMethod(fields)),
      matrices: data.matrices,
      needs: globalThis.vramAtlas.recordsOf(data.support).map((fields, id) => new printed.Need({ id, ...fields })),
      communication: new printed.Mebibytes(data.communication),
      margins: new printed.Margins({ ...data.margins, bands: byName(data.margins.bands) }),
      aliases,
    });
  };
  let known = null;
  const catalog = () => (known = known || read(globalThis.vramAtlas.catalog));

  // What each form of a field may hold: vram_atlas/request.py.
  const LARGEST = printed.LARGEST;
  const isText = (value) => typeof value === "string";
  const isWhole = (value) => Number.isInteger(value) && value > 0 && value <= LARGEST;
  const isSize = (value) =>
    (typeof value === "number" || (isText(value) && value.trim() !== "")) &&
    Number(value) > 0 &&
    Number(value) <= LARGEST;
  const { isRecord } = $;
  const ALLOWED = {
    text: isText,
    "whole-number": isWhole,
    word: (value, rule) => rule.words.includes(value),
    switch: (value) => typeof value === "boolean",
    id: (value) => isText(value) || Number.isInteger(value),
    model: (value) => isText(value) || isRecord(value),
    board: (value) =>
      isText(value) ||
      (isRecord(value) && Object.keys(value).join() === "memory_gib" && isSize(value.memory_gib)),
    targets: (value) =>
      value === "all-linear" || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  };

  const faulty = (name, given) => {
    const rule = $.get(printed.FIELDS, name);
    if (rule === null || !Object.hasOwn(given, name)) return true;
    const value = given[name];
    if (value === null && !rule.required && rule.default === null) return false;
    return !ALLOWED[rule.form](value, rule);
  };

  const rules = Object.entries(printed.FIELDS);
  const REQUIRED = rules.filter(([, rule]) => rule.required).map(([name]) => name);
  const DEFAULTS = Object.fromEntries(rules.map(([name, rule]) => [name, rule.default]));

  class Request {
    constructor(given) {
      Object.assign(this, DEFAULTS, given, { given });
      if (isRecord(this.board)) {
        this.board = new printed.OwnBoard({ memory_gib: Number(this.board.memory_gib) });
      }
    }
  }

  $.makeRequest = (given) => {
    if (!isRecord(given)) throw new $.ProblemsError([printed.not_an_object(given)]);
    const names = new Set([...REQUIRED, ...Object.keys(given)]);
    const wrong = [...names].filter((name) => faulty(name, given));
    if (wrong.length > 0) {
      throw new $.ProblemsError(wrong.map((name) => printed.field_problem(name, given)));
    }
    return new Request(given);
  };
  $.givenFields = (request) => request.given;

  // What `work` gives, or the problems of the request.
  const attempt = (fields, work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof $.ProblemsError)) throw error;
      const id = isRecord(fields) && Object.hasOwn(fields, "id") ? fields.id : null;
      return { id, problems: error.problems.map((problem) => problem.as_json()) };
    }
  };

  const asked = (fields, work) =>
    attempt(fields, () => work(printed.resolve($.makeRequest(fields), catalog())));

  // The public functions: from the fields of a request to plain data.
  const answering = (work) => (fields) => asked(fields, (question) => work(question, catalog()));
  vramAtlas.answer = answering(printed.answer_question);
  vramAtlas.need = answering(printed.answer_need);
  // Their formulas come later: they are looked up when they are asked.
  vramAtlas.ladder = answering((question, known) => printed.answer_ladder(question, known));
  vramAtlas.inverse = answering((question, known) => printed.answer_inverse(question, known));

  // Bytes that the weights of a model take of each board.
  vramAtlas.lightest = (model, { weights, boards = null }) => {
    const { models, formats } = catalog();
    return printed.lightest(models[model], formats[weights], boards, catalog());
  };

  // Whether what an answer assumes runs on a board.
  vramAtlas.runsOn = (board, { weights, runtime }) => {
    const { formats, runtimes, boards } = catalog();
    return printed.obstacle(formats[weights], runtimes[runtime], boards[board], catalog()) === null;
  };

  // The id behind a name of a model; undefined where none has it.
  vramAtlas.modelId = (name) => catalog().aliases.models[printed.normalised(name)];

  // Boards that differ: pairs of an id or a size, and how many of it.
  vramAtlas.divide = (fields, boards) =>
    attempt(fields, () => printed.answer_division(fields, boards, catalog()));

  // One inverse question alone, for an answer that is about nothing else.
  const found = (largest) => (largest === null ? null : largest.as_json());
  vramAtlas.largestBatch = answering((question) =>
    found(printed.largest_batch(question.request, question.have, catalog())),
  );
  vramAtlas.longestText = answering((question) =>
    found(printed.longest_text(question, question.have, catalog())),
  );

  // The fields of a request that a cell of a fit matrix stands for; a model by its id or its shape.
  // On the board that is named, if one is: nothing may run the published format there.
  vramAtlas.matrixRequest = (model, id, board) => {
    const { models, matrices, boards } = catalog();
    const matrix = matrices[id];
    const entry = isRecord(model) ? $.readShape($.json(model)) : models[model];
    return { task: matrix.task, ...printed.matrix_format(entry, matrix, catalog(), boards[board] ?? null) };
  };
})();
