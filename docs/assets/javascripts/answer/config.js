// A Hugging Face config.json as an architecture, by the rules of data/importing.yml: what each
// expression means stands in vram_atlas/schema/importing.py, and expressions.py works it out the same.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  class Fault extends Error {
    constructor(path, saw, expected) {
      super(path);
      this.fault = { path, saw, expected };
    }
  }

  const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const isAbsent = (value) => value === undefined || value === null;
  const has = (record, key) => Object.prototype.hasOwnProperty.call(record, key);

  /** False: false, 0, an empty text or list, null. */
  const isTrue = (value) =>
    isRecord(value) || Array.isArray(value) ? Object.keys(value).length > 0 : Boolean(value);

  const shown = (value) => (isAbsent(value) ? atlas.texts.own.nothing : JSON.stringify(value));

  /** The value at a path, or null where a part of the path is missing. */
  function at(value, path) {
    let here = value;
    for (const part of path.split(".")) {
      if (isRecord(here)) here = has(here, part) ? here[part] : null;
      else if (Array.isArray(here) && /^\d+$/.test(part) && Number(part) < here.length) here = here[Number(part)];
      else return null;
    }
    return here;
  }

  function holds(config, path) {
    const cut = path.lastIndexOf(".");
    const holder = cut < 0 ? config : at(config, path.slice(0, cut));
    return isRecord(holder) && has(holder, path.slice(cut + 1));
  }

  const pathOf = (expression) =>
    typeof expression === "string" ? expression : (expression?.path ?? atlas.texts.own.configuration);

  /** Works out expressions over a configuration; what the first part lacks is looked up in the next. */
  function scopeOf(parts) {
    const find = (path) => {
      for (const part of parts) {
        const found = at(part, path);
        if (!isAbsent(found)) return found;
      }
      return null;
    };

    function required(path) {
      const found = find(path);
      if (found === null) throw new Fault(path, atlas.texts.own.nothing, atlas.texts.own.this_key);
      return found;
    }

    function number(expression) {
      const found = value(expression);
      if (typeof found === "boolean") return Number(found);
      if (!Number.isInteger(found)) throw new Fault(pathOf(expression), shown(found), atlas.texts.own.whole);
      return found;
    }

    function lookup({ path, default: otherwise, null_is: whereNull }) {
      const found = find(path);
      if (found !== null) return found;
      const isNull = parts.some((part) => holds(part, path));
      return value(isNull && whereNull !== undefined ? whereNull : otherwise);
    }

    function quotient([first, second]) {
      const divisor = number(second);
      if (divisor <= 0) throw new Fault(pathOf(second), shown(divisor), atlas.texts.own.positive);
      return Math.floor(number(first) / divisor);
    }

    function entries({ entries: path, equal_to: wanted, default: otherwise }) {
      const found = find(path);
      if (found === null) return value(otherwise);
      if (typeof found !== "object") throw new Fault(path, shown(found), atlas.texts.own.list);
      const all = Object.values(found);
      return wanted ? all.filter((item) => wanted.includes(item)).length : all.length;
    }

    function letters({ letters: path, equal_to: wanted }) {
      const found = required(path);
      if (typeof found !== "string") throw new Fault(path, shown(found), atlas.texts.own.text);
      return wanted === undefined || wanted === null ? found.length : found.split(wanted).length - 1;
    }

    function choose({ choose: by, cases, default: otherwise }) {
      const found = value(by);
      const word = found === null ? "" : String(found);
      if (has(cases, word)) return value(cases[word]);
      if (otherwise !== undefined) return value(otherwise);
      const known = atlas.fill(atlas.texts.own.one_of, { known: Object.keys(cases).join(", ") });
      throw new Fault(pathOf(by), shown(found), known);
    }

    const WORKED_OUT = {
      word: ({ word }) => word,
      path: lookup,
      sum: ({ sum }) => sum.map(number).reduce((total, one) => total + one, 0),
      product: ({ product }) => product.map(number).reduce((total, one) => total * one, 1),
      difference: ({ difference: [first, second] }) => number(first) - number(second),
      quotient: ({ quotient: both }) => quotient(both),
      entries,
      letters,
      given: ({ given }) => find(given) !== null,
      equal: ({ equal: [first, second] }) => value(first) === value(second),
      less: ({ less: [first, second] }) => number(first) < number(second),
      if: (one) => value(truth(one.if) ? one.then : one.else),
      choose,
    };

    function value(expression) {
      if (isAbsent(expression)) return null;
      if (typeof expression === "string") return required(expression);
      if (!isRecord(expression)) return expression;
      return WORKED_OUT[operatorOf(expression)](expression);
    }

    function truth(expression) {
      return isTrue(typeof expression === "string" ? find(expression) : value(expression));
    }

    const operatorOf = (expression) => Object.keys(WORKED_OUT).find((name) => has(expression, name));
    return { value, truth, number, operatorOf };
  }

  /** One configuration being read: the shape, and every problem on the way. */
  function readingOf(scope) {
    const problems = [];
    const add = (problem) => {
      if (!problems.some((one) => one.path === problem.path && one.saw === problem.saw)) problems.push(problem);
    };
    const attempt = (work) => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        add(error.fault);
        return null;
      }
    };

    function block(template) {
      const shape = {};
      for (const [key, entry] of Object.entries(template)) {
        if (key === "kind" && typeof entry === "string") shape[key] = entry;
        else if (Array.isArray(entry)) {
          shape[key] = entry.map(block).filter(({ layers, count }) => layers !== 0 && count !== 0);
        } else if (isRecord(entry) && !scope.operatorOf(entry)) shape[key] = block(entry);
        else {
          const found = attempt(() => scope.value(entry));
          if (found !== null) shape[key] = found;
        }
      }
      return shape;
    }

    return { problems, add, attempt, block };
  }

  const ofType = (rules, type) =>
    rules.find((rule) => [rule.model_type, ...(rule.also ?? [])].includes(type));

  function innerPart(config, wrapper) {
    const part = at(config, wrapper.inside);
    if (isRecord(part)) return part;
    return has(config, "num_hidden_layers") ? { ...config, model_type: wrapper.inner } : null;
  }

  /** {architecture, context_length, native_format, uncounted}, or {problems} that say what is missing. */
  function importConfig(config) {
    const { texts, fill, importing } = atlas;
    const { own } = texts;
    const wrapper = ofType(importing.wrappers, config.model_type);
    const part = wrapper ? innerPart(config, wrapper) : config;
    if (part === null) {
      return { problems: [{ path: wrapper.inside, saw: own.nothing, expected: own.language_part }] };
    }
    const type = has(part, "model_type") ? part.model_type : wrapper?.inner;
    const rule = ofType(importing.rules, type);
    if (!rule) {
      const known = [...importing.rules, ...importing.wrappers].flatMap((one) => [one.model_type, ...(one.also ?? [])]);
      const expected = fill(own.one_of, { known: known.sort().join(", ") });
      return { problems: [{ path: "model_type", saw: shown(type), expected }] };
    }
    const scope = scopeOf(wrapper ? [part, config] : [config]);
    const { problems, add, attempt, block } = readingOf(scope);
    for (const { when, because } of rule.refuse ?? []) {
      if (attempt(() => scope.truth(when))) add({ path: "model_type", saw: shown(type), expected: because });
    }
    const architecture = block(rule.architecture);
    const count = wrapper?.count && countOf(scope, wrapper.count);
    if (Number.isInteger(count)) {
      architecture.other_parameters = [
        ...(architecture.other_parameters ?? []),
        { name: wrapper.part, count, source: "config" },
      ];
    }
    const context = attempt(() => scope.value(rule.context_length));
    const native = attempt(() => scope.value(importing.native_format));
    if (problems.length) return { problems };
    return {
      architecture,
      context_length: Number.isInteger(context) && context > 0 ? context : null,
      native_format: typeof native === "string" ? native : null,
      uncounted: wrapper && !Number.isInteger(count) ? wrapper.part : null,
    };
  }

  /** Parameters of what a wrapper adds; null where the configuration does not tell. */
  function countOf(scope, expression) {
    try {
      return scope.number(expression);
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  }

  Object.assign(atlas, { importConfig });
})();
