// Free text to a reading: what is asked, about which model and board, and what was not understood.
(() => {
  const atlas = (globalThis.vramAtlas ??= {});
  const { words } = atlas;
  const CHINESE = /[\u3400-\u9fff]/;
  let names = null;

  /** Collects what is said about the text while it is read. */
  function notebook(text, reading) {
    let doubtful = false;
    let meaning = false;
    let unknown = null;
    return {
      text: (start, stop) => text.slice(start, stop),
      note: (note) => reading.notes.push(note),
      doubt: () => (doubtful = true),
      meant: () => (meaning = true),
      doubtful: () => doubtful,
      meaningful: () => meaning || reading.understood.length > 0,
      unknown: (item) => {
        const more = unknown && unknown.stop === item.start; // "5800" "x" is one word
        if (more) reading.unknown.pop();
        unknown = { start: more ? unknown.start : item.start, stop: item.stop };
        reading.unknown.push(text.slice(unknown.start, unknown.stop));
      },
      alternatives: (what, ids) => {
        if (ids.length) reading.alternatives[what] = [...new Set([...(reading.alternatives[what] ?? []), ...ids])];
      },
      understood: (item, what, value, label) =>
        reading.understood.push({ start: item.start, end: item.stop, text: text.slice(item.start, item.stop), what, value, label }),
    };
  }

  /** The length that the task has: `tokens` and a context of a training run are its sequence. */
  function lengths(found, reading, said) {
    const training = ["lora", "qlora", "full"].includes(reading.request.task);
    for (const quantity of Object.values(found)) {
      let { field } = quantity;
      if (field === "ignored" || field === "frames") {
        if (field === "frames") said.doubt();
        said.note({ kind: "not-used", reason: field, text: said.text(quantity.start, quantity.stop), start: quantity.start, end: quantity.stop });
        continue;
      }
      if (field === "tokens" || (field === "context_length" && training)) field = training ? "sequence_length" : "context_length";
      if (quantity.several) {
        said.note({ kind: "two-values", field });
        said.doubt();
      }
      reading.request[field] ??= quantity.value;
      said.understood(quantity, field, quantity.value, quantity.label ?? quantity.value.toLocaleString("en-US"));
    }
    const { tensor_parallel: tensor = 1, pipeline_parallel: pipeline = 1, board } = reading.request;
    if (board && tensor * pipeline > 1) reading.request.boards ??= tensor * pipeline; // "tp 4 on an L40S"
    const { task } = reading.request;
    if (found.lora_rank && !task) {
      reading.request.task = "lora";
      said.note({ kind: "assumed", field: "task", value: "lora", why: "rank" });
    } else if (found.lora_rank && !task.endsWith("lora")) {
      said.note({ kind: "contradiction", values: [task, "LoRA"] });
      said.doubt();
    }
  }

  /** Spelling corrections that entered the reading, and words that did not. */
  function leftovers(tokens, items, reading, said) {
    for (const [place, item] of items.entries()) {
      const corrected = tokens.slice(item.from, item.end).filter((token) => token.corrected);
      for (const token of corrected) {
        if (item.kind !== "unknown") said.note({ kind: "correction", saw: token.corrected, read: token.text, start: token.start, end: token.end });
      }
      if (item.kind === "unused" && !item.owner) {
        said.note({ kind: "not-used", reason: item.reason, text: said.text(item.start, item.stop), start: item.start, end: item.stop });
        if (item.changes) said.doubt();
      }
      if (item.kind === "number" && items[place + 1]?.reason === "speed") continue; // "20 tok/s"
      const bare = ["unknown", "number", "size", "memory", "length", "picture", "symbol"].includes(item.kind) && !item.used;
      if (bare && !(item.kind === "memory" && taken(reading, item))) said.unknown(item);
    }
  }

  const taken = (reading, item) => reading.understood.some((one) => one.start <= item.start && item.stop <= one.end);

  /** The reading of a text: see the fields below. Never throws, whatever the text is. */
  atlas.understand = (text) => {
    const shown = String(text ?? "");
    const chinese = CHINESE.test(shown);
    if (!names || (chinese && atlas.chinese && !names.chinese)) names = words.index(atlas.vocabulary, atlas.names, atlas.chinese);
    const { tokens, items } = words.items(names, shown);
    const reading = {
      state: "not-understood", question: "fits", request: {}, modelClass: null, boardList: [],
      understood: [], alternatives: {}, unknown: [], notes: [],
    };
    const said = notebook(shown, reading);
    reading.chinese = chinese;
    reading.rented = items.some((item) => "each" in item);
    const image = words.images(items);
    const found = words.quantities(names, items);
    if (image) found.image_size = image;
    words.counts(items);
    words.laptops(names, tokens, items);
    words.memories(names, items, said);
    words.faults(names, items, said);
    words.boards(names, items, reading, said);
    words.models(names, items, reading, said);
    words.task(names, items, reading, said, Boolean(found.lora_rank));
    lengths(found, reading, said);
    words.software(names, items, reading, said);
    const boardNamed = "board" in reading.request || reading.boardList.length > 0;
    const modelNamed = "model" in reading.request || Boolean(reading.modelClass);
    const tried = (kind, ...signs) =>
      items.some((item) => item.kind === kind) || signs.some((sign) => sign in reading.alternatives || reading.notes.some((note) => note.kind === sign));
    words.question(items, reading, said, {
      model: modelNamed,
      board: boardNamed,
      triedModel: tried("model", "model", "modelClass", "unknown-model"),
      triedBoard: tried("board", "board", "several-boards"),
    });
    leftovers(tokens, items, reading, said);
    reading.understood.sort((first, second) => first.start - second.start || second.end - first.end);
    const some = boardNamed || modelNamed || Object.keys(reading.alternatives).length > 0 || said.meaningful();
    if (some) reading.state = said.doubtful() || reading.unknown.length ? "partial" : "answered";
    return reading;
  };
})();
