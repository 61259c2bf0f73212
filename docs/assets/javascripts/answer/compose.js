// From a state to what is shown: words and numbers as plain data, without any HTML.
//
// A view: {contract, verdict, word | name, line, what, way, details, bar, sections, warnings, found}: the
// headline is "No: needs …" or "RTX 3060 is enough …", the way what would make it fit.
// `contract` becomes the attributes of #answer. A section is a table {id, title, head, rows} whose
// cells are {text, verdict?, state?, page?}: a verdict has its icon, a state its link to an answer.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const NOTHING = {
    warnings: [],
    details: [],
    sections: [],
    bar: null,
    verdict: null,
    name: "",
    word: "",
    line: "",
    what: "",
    way: null,
  };

  /** Sentences about the reading: {warnings} that question the answer, {remarks} that do not. */
  function remarksOn(reading) {
    const { texts: words, fill } = atlas;
    const warnings = [];
    const remarks = [];
    if (reading?.unknown.length) {
      const named = reading.unknown.map((word) => `“${word}”`).join(", ");
      warnings.push(fill(words.note.not_understood, { words: named }));
    }
    for (const note of reading?.notes ?? []) {
      const text = noteWords(note);
      if (text) (words.quiet_notes.includes(note.kind) ? remarks : warnings).push(text);
    }
    return { warnings, remarks };
  }

  /** A remark of the parser as a sentence; "" where there is nothing to say. */
  function noteWords(note) {
    const { texts: words, fill } = atlas;
    const about = note.field ?? note.what ?? note.reason;
    const keys = [`${note.kind}:${about}:${note.why}`, `${note.kind}:${about}`, note.kind];
    const key = keys.find((one) => one in words.note);
    if (!key) return "";
    return fill(words.note[key], {
      ...note,
      field: words.field[note.field] ?? note.field,
      value: atlas.nameOf(note.field, note.value),
      values: (note.values ?? []).join(", "),
      board: note.board ? atlas.boardWords(note.board) : "",
    });
  }

  /** What the text was read as, and what else it can mean: {understood, alternatives}. */
  function echo(found) {
    const { reading } = found;
    if (!reading) return { understood: [], alternatives: [] };
    const fields = atlas.fieldsOf(found);
    const others = (name, label) =>
      (reading.alternatives?.[name] ?? []).filter((id) => id !== fields[name]).map((id) => ({
        text: label(id),
        state: { q: "", fields: { ...fields, [name]: id } },
      }));
    return {
      understood: reading.understood.map(({ text, what, value, label }) => ({
        text,
        label: what === "question" ? atlas.texts.question[value] : label,
      })),
      alternatives: [
        ...others("model", (id) => atlas.catalog.models[id]?.name ?? id),
        ...others("board", (id) => atlas.boardWords(id)),
        ...others("task", (id) => atlas.texts.task[id]),
      ],
    };
  }

  function contractOf(found, view) {
    const { request, modelClass, boardList } = found;
    const board = boardList ?? request.board;
    const inGib = (bytes) => (bytes === undefined || bytes === null ? "" : atlas.gib(bytes).toFixed(3));
    const said = view.contract ?? {};
    return {
      state: view.state,
      question: found.question,
      verdict: view.verdict ?? "",
      model: said.model ?? idOf(request.model) ?? (modelClass ? atlas.CLASS + modelClass : ""),
      board: said.board ?? atlas.state.boardName(board),
      boards: String(said.boards ?? (boardList ? total(boardList) : board ? request.boards ?? 1 : "")),
      task: request.task ?? "",
      format: said.format ?? request.weights ?? "",
      needGib: inGib(said.need),
      haveGib: inGib(said.have),
    };
  }

  const idOf = (model) => (typeof model === "object" ? atlas.printed.OWN_ID : model);
  const total = (list) => list.reduce((sum, { count }) => sum + count, 0);

  const VIEWS = {
    fits: "single",
    "smallest-board": "smallestBoard",
    "what-runs": "whatRuns",
    "largest-model": "whatRuns",
    "how-many-boards": "howMany",
    "longest-context": "single",
    "largest-batch": "single",
  };

  /** Whether one model on one kind of board is the answer, not a list. */
  const isSingle = ({ request, boardList, question }) =>
    Boolean(request.model && request.board && !boardList) && VIEWS[question] === "single";

  /** Whether several models on one kind of board are the answer. */
  const isOfSeveral = ({ request, boardList, question }) =>
    Boolean(!request.model && request.board && !boardList) && ["single", "smallestBoard"].includes(VIEWS[question]);

  /** Whether the number of boards of a kind is the answer. */
  const isCount = ({ request, question }) => Boolean(request.board) && VIEWS[question] === "howMany";

  /** Whether the answer has the other fit matrices of one model beside it. */
  const showsMatrices = (found) => Boolean(found.request.model && !found.boardList) && !isCount(found);

  /** The view for what is asked, or what is missing for one. */
  function viewOf(found) {
    const { texts: words, catalog, fill } = atlas;
    const { request, modelClass, boardList, question } = found;
    const models = modelClass ? atlas.sizes[modelClass] : found.candidates;
    const model = request.model ?? models;
    const board = request.board ?? boardList;
    if (question === "incomplete" || (!model && !board)) {
      return { warnings: [fill(words.line.need_both, { example: words.example })] };
    }
    if (!board && VIEWS[question] !== "smallestBoard") {
      return { ...viewOf({ ...found, question: "smallest-board" }), open: true };
    }
    if (!model && VIEWS[question] !== "whatRuns") return viewOf({ ...found, question: "what-runs" });
    if (VIEWS[question] === "whatRuns") {
      return boardList ? { warnings: [words.line.need_model] } : atlas.whatRuns(found);
    }
    if (models && !request.model) {
      if (boardList) return atlas.severalUnequal(found, models);
      if (board && question === "how-many-boards") return atlas.howMany(found, models);
      return board ? atlas.severalModels(found, models) : atlas.severalSmallest(found, models);
    }
    if (typeof request.model === "string" && !computed(catalog.models[request.model])) {
      const alone = board && !boardList && (request.boards ?? 1) === 1;
      return atlas.refusal(atlas.ask({ ...request, board: alone ? board : undefined, task: request.task ?? "inference" }));
    }
    if (boardList) return atlas.unequal(found);
    return atlas[VIEWS[question]](found);
  }

  /** Whether there is more to say of a model than its weights. */
  const computed = (model) => !["undisclosed", "weights-only"].includes(model?.architecture?.kind ?? "undisclosed");

  /** No verdict, and why. */
  const unknown = (line) => ({ verdict: "unknown", name: "", word: atlas.texts.headline.unknown, line, contract: {} });

  /** The remark that a model or board does not exist, where no other is named: no verdict on another one. */
  function strangerIn({ reading, request, modelClass, boardList }) {
    const named = { "unknown-model": request.model ?? modelClass, "unknown-board": request.board ?? boardList };
    return reading?.notes.find(({ kind }) => kind in named && !named[kind]);
  }

  const taken = (warnings, line) => warnings.splice(warnings.indexOf(line), 1)[0];

  /** What is said changes the need, and nothing here computes it: what is known is the answer without it. */
  function withoutIt(view, found, warnings) {
    const { texts: words, fill } = atlas;
    const note = found.reading?.notes.find(({ kind, reason }) => kind === "not-used" && words.not_computed.includes(reason));
    if (!note || !view.verdict || view.verdict === "unknown") return;
    const said = taken(warnings, noteWords(note));
    const answered = view.verdict === "fits" || view.sections.some(({ layers }) => layers?.value);
    if (note.reason === "offload" && answered) return; // nothing need be elsewhere, or it says how much
    const answer = view.name || `${view.word}:`;
    Object.assign(view, unknown(fill(words.line.without, { said, answer, line: view.line })));
  }

  /** The view of a state; all scripts that it needs are here. */
  function compose(state, found = atlas.asked(state)) {
    const { warnings, remarks } = remarksOn(found.reading);
    const view = { ...NOTHING, ...viewOf(found), found, ...echo(found) };
    const stranger = strangerIn(found);
    if (stranger) Object.assign(view, unknown(taken(warnings, noteWords(stranger))), { bar: null, warnings: [] });
    withoutIt(view, found, warnings);
    const empty = !view.verdict && !view.sections.length;
    view.state = stateOf(found.reading, empty);
    view.warnings = [...warnings, ...view.warnings];
    view.remarks = empty ? [] : remarks;
    view.contract = contractOf(found, view);
    return view;
  }

  /** "partial" where something of the question is missing from the answer. */
  function stateOf(reading, empty) {
    if (!reading) return empty ? "partial" : "answered";
    if (empty && reading.state === "answered") return "partial";
    return reading.state;
  }

  Object.assign(atlas, { compose, isSingle, isOfSeveral, isCount, showsMatrices });
})();
