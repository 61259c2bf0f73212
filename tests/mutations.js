// Changes one term of the printed formulas at a time, and says which changes nothing shows: no
// answer, and no value that a formula returns on the way.
//
// node mutations.js <job.json>; the job has `scripts` (in the order of a page), `formulas` (names of
// functions, classes and constants), `requests`, and `part` of `parts` (this process' share of the
// changes). With `terms` (names of functions) it writes what these return to `output` instead.
"use strict";

const fs = require("fs");
const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const MOST_TRIES = 150;

const SWAPS = {
  " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " === ": " !== ", " !== ": " === ",
  " == ": " != ", " != ": " == ", " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ",
  " && ": " || ", " || ": " && ", ".maximum(": ".minimum(", ".minimum(": ".maximum(",
  "$.max(": "$.min(", "$.min(": "$.max(",
};
const TERM = new RegExp(
  String.raw`"(?:[^"\\]|\\.)*"|` + "`(?:[^`\\\\]|\\\\.)*`|" +
    String.raw`\b\d+(?:\.\d+)?\b|(?<=[(\[ ,])[!-](?=[\w$(])| (?:[+*/-]|[=!]==?|[<>]=?|&&|\|\|) |` +
    String.raw`\.(?:maximum|minimum)\(|\$\.(?:max|min)\(`,
  "gu",
);

// Every change of a text: where, and what stands there instead.
function* changes(text) {
  for (const found of text.matchAll(TERM)) {
    const [term] = found;
    const before = text[found.index - 1];
    if (term[0] === '"' || term[0] === "`") continue;
    if (/^\d/u.test(term) && /[\w$]/u.test(before || "")) continue;
    const instead = /^\d/u.test(term) ? String(Number(term) + 1) : SWAPS[term] || "";
    yield { start: found.index, end: found.index + term.length, instead };
  }
}

// The declarations of the script, which can be declared anew from inside.
const source = fs.readFileSync(job.scripts.find((path) => path.endsWith("formulas.js")), "utf8");
const OPENING = /^(?:function\*? (\w+)|class (\w+)|const (\w+) = )/u;
const declarations = source
  .split(/^(?=(?:function\*? |class |const |vramAtlas\.printed))/mu)
  .map((text) => ({ text, name: (OPENING.exec(text) || []).slice(1).find(Boolean) }))
  .filter(({ name }) => job.formulas.includes(name));
const open = source
  .replace(/^const (\w+) = /gmu, "let $1 = ")
  .replace(/^(function\*? (\w+)\(.*\) \{|let (\w+) = \$\.cached\(function .*\{)$/gmu, '$1 hit("$2$3");')
  .replace('"use strict";', '"use strict"; const { hit } = globalThis; globalThis.inside = (code) => eval(code);');

const covered = new Map();
let request = 0;
globalThis.hit = (name) => {
  if (!covered.has(name)) covered.set(name, new Set());
  covered.get(name).add(request);
};
for (const path of job.scripts) {
  let text = path.endsWith("formulas.js") ? open : fs.readFileSync(path, "utf8");
  if (path.endsWith("estimator.js")) {
    text = text.replace("const answering", `globalThis.forget = () => {
      const { aliases } = catalog();
      own.clear();
      known = Object.assign(read(globalThis.vramAtlas.catalog), { aliases });
    };
    const answering`);
  }
  (0, eval)(text);
}

const declare = (text) => {
  const [, plain, record, constant] = OPENING.exec(text);
  if (plain) return `${plain} = ${text}`;
  if (constant) return text.replace("const ", "");
  return `{ const changed = ${text};
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(changed.prototype)))
      if (name !== "constructor") Object.defineProperty(${record}.prototype, name, member); }`;
};
const answer = (index) => JSON.stringify(vramAtlas.answer(job.requests[index]));

// Only asked for the terms: what every plain formula returns, for each request.
if (job.terms) {
  globalThis.hit = () => {};
  let terms = {};
  globalThis.recorded = (name, compute) => (...given) => {
    const found = compute(...given);
    (terms[name] = terms[name] || []).push(JSON.stringify(found));
    return found;
  };
  job.requests.forEach(vramAtlas.answer); // from now on what is remembered of a model is known
  inside(job.terms.map((name) => `${name} = recorded("${name}", ${name});`).join(""));
  const lines = job.requests.map((request) => {
    terms = {};
    vramAtlas.answer(request);
    return JSON.stringify(terms);
  });
  fs.writeFileSync(job.output, lines.join("\n"));
  process.exit(0);
}

const wanted = job.requests.map((_, index) => {
  request = index;
  forget(); // or what is remembered of a model would count for its first request only
  return answer(index);
});
const shuffled = job.requests.map((_, index) => (index * 7919) % job.requests.length);
const isPrime = (n) => n % 7919 !== 0;
if (!isPrime(job.requests.length)) throw new Error("the steps would not visit every request");
globalThis.hit = () => {};

// What the functions that a change can reach return, call by call: a term that no answer shows,
// because another one is the maximum, shows here.
const functions = declarations.filter(({ text }) => !/^(?:class|const \w+ = (?!\$\.cached))/u.test(text));
const reached = ({ text, name }) => {
  if (functions.some((each) => each.name === name)) return [name];
  const member = [...text.matchAll(/^  (?:get )?(\w+)\(/gmu)].map((found) => found[1]);
  const words = text.startsWith("class") ? member.filter((each) => each !== "constructor") : [name];
  const used = new RegExp(`\\b(?:${words.join("|")})\\b`, "u");
  return functions.filter((each) => used.test(each.text)).map((each) => each.name);
};
let returned = [];
globalThis.recorded = (compute) => (...given) => {
  let found = compute(...given);
  if (found && typeof found.next === "function") found = [...found];
  returned.push(found);
  return found;
};
const record = (names) => inside(names.map((name) => `${name} = recorded(${name});`).join(""));
const restore = (names) => {
  for (const { text, name } of functions) if (names.includes(name)) inside(declare(text));
};
const outcome = (index) => {
  returned = [];
  forget();
  try {
    const shown = answer(index);
    return JSON.stringify([shown, returned]);
  } catch (error) {
    return String(error);
  }
};

let tried = 0;
const survivors = [];
for (const declaration of declarations) {
  const { text, name } = declaration;
  const names = reached(declaration);
  const hits = new Set(names.flatMap((each) => [...(covered.get(each) || [])]));
  const cases = shuffled.filter((index) => hits.has(index)).slice(0, MOST_TRIES);
  const mine = [...changes(text)].filter(({ start }) => {
    const line = text.slice(text.lastIndexOf("\n", start) + 1, start).trim();
    if (line.startsWith("constructor(")) return false; // defaults of data, not terms
    tried += 1;
    return tried % job.parts === job.part;
  });
  if (mine.length === 0) continue;
  record(names);
  const before = new Map(cases.map((index) => [index, outcome(index)]));
  restore(names);
  for (const { start, end, instead } of mine) {
    inside(declare(text.slice(0, start) + instead + text.slice(end)));
    record(names);
    if (!cases.some((index) => outcome(index) !== before.get(index))) {
      const from = text.lastIndexOf("\n", start) + 1;
      const shown = text.slice(from, start).trimStart().slice(-70);
      const change = `${shown}[${text.slice(start, end)} to ${instead}]`;
      survivors.push({ name, change, cases: cases.length });
    }
    inside(declare(text));
    restore(names);
  }
}
process.stdout.write(JSON.stringify({ tried, survivors }));
