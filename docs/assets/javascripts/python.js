// What the printed formulas need of Python: its built-ins, with its rounding, truth and order.
(function () {
  "use strict";

  const vramAtlas = (globalThis.vramAtlas = globalThis.vramAtlas || {});
  const $ = (vramAtlas.python = {});

  // Values that a formula may compare and round: vram_atlas/formulas/ops.py.
  $.ops = {
    maximum: Math.max,
    minimum: Math.min,
    ceil: Math.ceil,
    where: (condition, positive, otherwise) => (condition > 0 ? positive : otherwise),
  };

  // Numbers.
  $.int = (value) => Math.trunc(Number(value));
  $.modulo = (value, divisor) => {
    const rest = value % divisor; // exact, but with the sign of the value
    return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest + 0;
  };
  $.wholes = (value, divisor) => Math.round((value - $.modulo(value, divisor)) / divisor);
  $.round = (value) => {
    const below = Math.floor(value);
    const rest = value - below;
    if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
    return below % 2 === 0 ? below : below + 1;
  };
  $.sum = (values) => {
    let total = 0;
    for (const value of $.iterable(values)) total += value;
    return total;
  };

  // Containers: lists and tuples are arrays, dictionaries are plain objects.
  const isDictionary = (value) => typeof value[Symbol.iterator] !== "function";
  $.isRecord = (value) =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  $.iterable = (value) => (isDictionary(value) ? Object.keys(value) : value);
  $.list = (value) => (Array.isArray(value) ? value : [...$.iterable(value)]);
  $.set = (value = []) => new Set($.iterable(value));
  $.truth = (value) => {
    if (value === null || typeof value !== "object") return Boolean(value);
    if (Array.isArray(value)) return value.length > 0;
    if (value instanceof Set) return value.size > 0;
    return value.constructor !== Object || Object.keys(value).length > 0;
  };
  $.either = (first, ...others) =>
    others.reduce((found, other) => ($.truth(found) ? found : other()), first);
  $.both = (first, ...others) =>
    others.reduce((found, other) => ($.truth(found) ? other() : found), first);
  $.len = (value) => {
    if (value instanceof Set) return value.size;
    return typeof value === "string" || Array.isArray(value)
      ? value.length
      : Object.keys(value).length;
  };
  $.has = (container, value) => {
    if (container instanceof Set) return container.has(value);
    if (Array.isArray(container) || typeof container === "string") return container.includes(value);
    return Object.hasOwn(container, value);
  };
  $.get = (dictionary, key, otherwise = null) =>
    Object.hasOwn(dictionary, key) ? dictionary[key] : otherwise;
  $.union = (one, other) =>
    one instanceof Set ? new Set([...one, ...other]) : { ...one, ...other };
  $.intersection = (one, other) => new Set([...one].filter((value) => other.has(value)));
  $.repeat = (values, times) => Array.from({ length: times }, () => values).flat();
  $.mapped = (dictionary, convert) =>
    Object.fromEntries(Object.entries(dictionary).map(([key, value]) => [key, convert(value)]));

  // Iteration.
  $.range = (start, end, step = 1) => {
    if (end === undefined) [start, end] = [0, start];
    const found = [];
    for (let value = start; step > 0 ? value < end : value > end; value += step) found.push(value);
    return found;
  };
  $.map = (convert, values) => $.list(values).map((value) => convert(value));
  $.enumerate = (values) => $.list(values).map((value, index) => [index, value]);
  $.zip = (first, ...others) => {
    const lists = [first, ...others].map($.list);
    const length = Math.min(...lists.map((list) => list.length));
    return Array.from({ length }, (_, index) => lists.map((list) => list[index]));
  };
  $.pairwise = (values) => {
    const list = $.list(values);
    return list.slice(1).map((value, index) => [list[index], value]);
  };
  $.first = (values, otherwise) => {
    for (const value of $.iterable(values)) return value;
    return otherwise;
  };
  $.first_default = $.first;
  $.all = (values) => $.list(values).every($.truth);
  $.any = (values) => $.list(values).some($.truth);

  // Order: numbers by size, texts by character, lists and records member by member.
  const compare = (one, other) => {
    if (typeof one !== "object") return one < other ? -1 : one > other ? 1 : 0;
    const [mine, theirs] = [Object.values(one), Object.values(other)];
    for (let index = 0; index < mine.length && index < theirs.length; index += 1) {
      const order = compare(mine[index], theirs[index]);
      if (order !== 0) return order;
    }
    return mine.length - theirs.length;
  };
  $.sorted = (values) => [...$.iterable(values)].sort(compare);
  $.sorted_key = (values, key) =>
    $.list(values)
      .map((value) => [key(value), value])
      .sort((one, other) => compare(one[0], other[0]))
      .map(([, value]) => value);
  const extreme = (sign) => (...values) => {
    const list = values.length === 1 ? $.list(values[0]) : values;
    return list.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best));
  };
  $.max = extreme(1);
  $.min = extreme(-1);
  const withDefault = (choose) => (values, otherwise) => {
    const list = $.list(values);
    return list.length > 0 ? choose(list) : otherwise;
  };
  $.max_default = withDefault($.max);
  $.min_default = withDefault($.min);
  $.max_key = (values, key) =>
    $.list(values).reduce((best, value) => (compare(key(value), key(best)) > 0 ? value : best));

  // Records.
  $.replace = (record, changes) =>
    Object.assign(Object.create(Object.getPrototypeOf(record)), record, changes);
  $.revived = (value, tag, classes) => new classes[value[tag]](value);
  $.cached = (compute) => {
    const known = new WeakMap();
    return (key) => {
      if (!known.has(key)) known.set(key, compute(key));
      return known.get(key);
    };
  };
  // Stands for a function or a class whose script is not here: no value is one of it, none is made.
  $.Later = function () {
    throw new Error("these formulas are not here yet");
  };
  $.unreachable = (value) => {
    throw new Error(`a case that cannot be: ${value}`);
  };

  // Texts.
  $.substitute = (expression, replacement, text) =>
    text.replace(new RegExp(expression, "gu"), replacement);
  $.splitRight = (text, separator, times) => {
    const parts = text.split(separator);
    const head = parts.slice(0, Math.max(parts.length - times, 1)).join(separator);
    return parts.length > times ? [head, ...parts.slice(parts.length - times)] : parts;
  };
  $.str = (value) => {
    if (value === null || value === undefined) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    return typeof value === "object" ? $.json(value) : String(value);
  };
  $.json = (value) => {
    if (Array.isArray(value)) return `[${value.map($.json).join(", ")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${$.json(item)}`);
    return `{${pairs.join(", ")}}`;
  };
  $.fill = (text, values) => text.replace(/\{(\w+)\}/gu, (_, name) => $.str(values[name]));
  $.format = (value, form) => {
    const [, thousands, digits] = /^(,?)(?:\.(\d)f)?$/u.exec(form);
    const text = digits === undefined ? String(value) : fixed(value, Number(digits));
    return thousands ? text.replace(/\B(?=(?:\d{3})+(?:\.|$))/gu, ",") : text;
  };
  // A tie goes to the even digit, as in Python; toFixed() takes the larger.
  const fixed = (value, digits) => {
    const tie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1; // of fractions, only these are
    const unit = 10 ** digits;
    return (tie ? $.round(value * unit) / unit : value).toFixed(digits);
  };

  // No Error: the trace of where it was raised takes longer than most answers, and nobody reads it.
  $.ProblemsError = class {
    constructor(problems) {
      this.problems = $.sorted(problems);
    }
  };

  // difflib: what SequenceMatcher calls alike, for texts of less than 200 characters.
  const longestMatch = (one, other, from, to, start, end) => {
    let best = [from, start, 0];
    let lengths = new Map();
    for (let i = from; i < to; i += 1) {
      const next = new Map();
      for (let j = start; j < end; j += 1) {
        if (one[i] !== other[j]) continue;
        const length = (lengths.get(j - 1) || 0) + 1;
        next.set(j, length);
        if (length > best[2]) best = [i - length + 1, j - length + 1, length];
      }
      lengths = next;
    }
    return best;
  };
  const matches = (one, other, from, to, start, end) => {
    const [i, j, length] = longestMatch(one, other, from, to, start, end);
    if (length === 0) return 0;
    return (
      length +
      matches(one, other, from, i, start, j) +
      matches(one, other, i + length, to, j + length, end)
    );
  };
  const ratio = (one, other) => {
    const length = one.length + other.length;
    return length ? (2 * matches(one, other, 0, one.length, 0, other.length)) / length : 1;
  };
  $.closeMatches_n_cutoff = (word, choices, count, cutoff) => {
    const letters = [...word];
    return $.list(choices)
      .map((choice) => [ratio([...choice], letters), choice])
      .filter(([score]) => score >= cutoff)
      .sort((one, other) => compare(other, one))
      .slice(0, count)
      .map(([, choice]) => choice);
  };
})();
