// From a state to what is asked: the reading of the text, and over it what was chosen.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const MAIN = ["model", "task", "board", "boards"];
  const CLASS = "class:";

  /** The text "32k context", "batch 4" … of the fields that a sentence can say. */
  function extras(fields) {
    const { texts: words, catalog, fill } = atlas;
    const said = Object.entries(words.sentence.extras)
      .filter(([name]) => fields[name])
      .map(([name, template]) => {
        const known = catalog.formats[fields[name]];
        return fill(template, { value: known ? known.name : fields[name] });
      });
    return said.length ? `, ${said.join(", ")}` : "";
  }

  function boardWords(board, count = 1) {
    const { texts: words, catalog, fill } = atlas;
    if (Array.isArray(board)) {
      const each = board.map((one) => boardWords(one.id, one.count));
      return each.join(words.sentence.and);
    }
    const name =
      typeof board === "string"
        ? (catalog.boards[board]?.name ?? board)
        : fill(words.sentence.memory, { gib: board.memory_gib });
    return count > 1 ? fill(words.sentence.several, { count, board: name }) : name;
  }

  /** A model by its id, a size, or a reader's own shape. */
  function modelWords(model) {
    if (typeof model === "object") return atlas.texts.choice.own_model;
    if (model.startsWith(CLASS)) return model.slice(CLASS.length).toUpperCase();
    return atlas.catalog.models[model]?.name ?? model;
  }

  /** A sentence for what was chosen, such as a reader would type; "" for nothing. */
  function sentence(fields) {
    const { texts: words, fill } = atlas;
    const { model, task, board, boards } = fields;
    const parts = {
      task: task ? (words.sentence.task[task] ?? task) : "",
      model: model ? modelWords(model).replaceAll(",", "") : "", // a comma ends a name
      board: board ? boardWords(board, boards) : "",
    };
    const kind = ["model", "board"].filter((name) => parts[name]).join("_") || "none";
    const text = fill(words.sentence[kind], parts).replace(/ {2,}/g, " ").trim();
    return text ? text[0].toUpperCase() + text.slice(1) + extras(fields) : "";
  }

  function split(fields) {
    const { reserve, ...request } = fields;
    const found = { request, reserve: reserve ?? 0, modelClass: null, boardList: null, candidates: null };
    if (Array.isArray(request.board)) {
      found.boardList = request.board;
      delete request.board;
      delete request.boards;
    }
    if (typeof request.model === "string" && request.model.startsWith(CLASS)) {
      found.modelClass = request.model.slice(CLASS.length);
      delete request.model;
    }
    return found;
  }

  function derived({ request, modelClass, boardList, candidates }) {
    const model = request.model ?? modelClass ?? candidates;
    const board = request.board ?? boardList;
    if (model && board) return "fits";
    if (model) return "smallest-board";
    return board ? "what-runs" : "incomplete";
  }

  /**
   * What a state asks: {reading, question, request, modelClass, boardList, candidates, reserve}.
   * `reading` is null where there is no text; `candidates` are the models that an unclear name can mean.
   */
  function asked(state) {
    const chosen = split(state.fields);
    if (!state.q.trim()) {
      const { task = "inference" } = chosen.request;
      return { ...chosen, request: { ...chosen.request, task }, reading: null, question: derived(chosen) };
    }
    const reading = atlas.understand(state.q);
    const found = {
      ...chosen,
      reading,
      request: { ...reading.request, ...chosen.request },
      modelClass: chosen.modelClass ?? (chosen.request.model ? null : reading.modelClass),
      boardList: chosen.boardList ?? (chosen.request.board ? null : reading.boardList),
    };
    if (!found.boardList?.length) found.boardList = null;
    const unknown = reading.notes.some(({ kind }) => kind === "unknown-model");
    const missing = !found.request.model && !found.modelClass && !unknown;
    found.candidates = missing ? (reading.alternatives.model ?? null) : null;
    const boards = found.boardList || reading.notes.some(({ kind, uneven }) => kind === "unknown-board" || uneven) ? [] : (reading.alternatives.board ?? []);
    if (!found.request.board && boards.length) {
      const [least] = [...boards].sort((one, other) => atlas.memoryOf(one) - atlas.memoryOf(other));
      found.request.board = least;
      reading.notes.push({ kind: "least", board: least });
    }
    const assumed = reading.notes.find(({ kind, field }) => kind === "assumed" && field === "task");
    if (assumed) found.request.task ??= assumed.value;
    if (reading.alternatives.task) found.request.task ??= reading.alternatives.task[0]; // "lora or qlora": the first, and says so
    const open = reading.question !== "fits";
    return { ...found, question: open ? reading.question : derived(found) };
  }

  /** All that is asked as chosen fields, so that one of them can be changed. */
  function fieldsOf({ request, modelClass, boardList, reserve }) {
    const fields = { ...request };
    if (modelClass) fields.model = CLASS + modelClass;
    if (boardList) fields.board = boardList;
    if (reserve) fields.reserve = reserve;
    return fields;
  }

  /** The state after a field is chosen (undefined: its default). The text follows. */
  function choose(state, changes) {
    const found = asked(state);
    const inText = Object.keys(changes).some(
      (name) => MAIN.includes(name) || name in (found.reading?.request ?? {}),
    );
    const before = inText ? fieldsOf(found) : state.fields;
    const fields = Object.fromEntries(
      Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined),
    );
    return { q: inText ? "" : state.q, fields };
  }

  /** The state after the text is edited: what it says now is dropped from what was chosen. */
  function retype(state, q) {
    if (!Object.keys(state.fields).length) return { q, fields: {} };
    const before = state.q ? [] : Object.keys(atlas.texts.sentence.extras);
    const now = q.trim() ? Object.keys(atlas.understand(q).request) : [];
    const said = new Set([...MAIN, ...before, ...now]);
    const fields = Object.fromEntries(
      Object.entries(state.fields).filter(([name]) => !said.has(name)),
    );
    return { q, fields };
  }

  Object.assign(atlas, { asked, choose, retype, fieldsOf, sentence, boardWords, modelWords, CLASS });
})();
