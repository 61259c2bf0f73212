// What is asked, as an address: ?q= for text, named parameters for everything chosen.
//
// A state is {q, fields}: the text as typed (or ""), and the fields of a request that were chosen.
// `board` is an id, {memory_gib} or a list of {id, count}; `model` an id, "class:13b" or a shape.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const WHOLE = [
    "boards",
    "micro_batch_size",
    "gradient_accumulation_steps",
    "sequence_length",
    "context_length",
    "prompt_length",
    "image_size",
    "lora_rank",
  ];
  const WORDS = [
    "task",
    "weights",
    "precision",
    "optimizer",
    "runtime",
    "attention",
    "kv_cache",
    "adapter_dtype",
  ];
  const LONGEST_TEXT = 500;
  const LONGEST_OWN = 6000;

  /** A board's id, or {memory_gib} from "memory:24". */
  function readOne(text) {
    const memory = /^memory:(\d+(?:\.\d+)?)$/.exec(text);
    return memory ? { memory_gib: Number(memory[1]) } : text;
  }

  function readBoard(text) {
    if (!text.includes(",")) return readOne(text);
    return text.split(",").map((part) => {
      const many = /^(\d+)x-(.+)$/.exec(part);
      return many ? { id: readOne(many[2]), count: Number(many[1]) } : { id: readOne(part), count: 1 };
    });
  }

  /** "rtx-4090", "memory:24", "rtx-3090,2x-rtx-3060-12gb": as the address and the element have it. */
  function boardName(board) {
    if (board === undefined || board === null) return "";
    if (typeof board === "string") return board;
    if (!Array.isArray(board)) return `memory:${board.memory_gib}`;
    return board.map(({ id, count }) => (count > 1 ? `${count}x-` : "") + boardName(id)).join(",");
  }

  /** An id, or a reader's own model: a shape as JSON, which the estimator checks. */
  function readModel(text) {
    if (!text.startsWith("{")) return text;
    try {
      return JSON.parse(text);
    } catch {
      return text; // the name of no model
    }
  }

  /** The state that an address holds; what is not understood in it is left out. */
  function fromAddress(search) {
    const given = new URLSearchParams(search);
    const fields = {};
    for (const name of WORDS) if (given.get(name)) fields[name] = given.get(name);
    for (const name of WHOLE) {
      if (/^[1-9]\d{0,8}$/.test(given.get(name) ?? "")) fields[name] = Number(given.get(name));
    }
    const model = readModel((given.get("model") ?? "").slice(0, LONGEST_OWN));
    if (model) fields.model = model;
    if (given.get("board")) fields.board = readBoard(given.get("board"));
    const checkpointing = { on: true, off: false }[given.get("gradient_checkpointing")];
    if (checkpointing !== undefined) fields.gradient_checkpointing = checkpointing;
    const reserve = Number(given.get("reserve"));
    if (reserve > 0 && reserve < 1000) fields.reserve = reserve;
    return { q: (given.get("q") ?? "").slice(0, LONGEST_TEXT), fields };
  }

  /** The address of a state, from "?" on; "" for an empty one. */
  function toAddress({ q, fields }) {
    const given = new URLSearchParams();
    if (q) given.set("q", q);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null || value === "") continue;
      if (name === "board") given.set(name, boardName(value));
      else if (typeof value === "object") given.set(name, JSON.stringify(value));
      else if (typeof value === "boolean") given.set(name, value ? "on" : "off");
      else given.set(name, String(value));
    }
    const text = given.toString().replace(/%3A/g, ":").replace(/%2C/g, ",");
    return text ? `?${text}` : "";
  }

  atlas.state = { fromAddress, toAddress, boardName };
})();
