// Tries every change of the printed formulas, and says which ones no answer shows.
//
// node mutations.js <job.json>; the job has `scripts` (in the order of a page, printed by
// mutable.py), `requests` (a file, one a line), `changes` (how many there are), `wanted` (the
// changes to try), `explained` (those that nothing should show) and `tries` (how many requests are
// enough for one of them).
// Written to standard output: for each change how it ended, and the answers of what showed it.
"use strict";

const fs = require("fs");
const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

const LONGEST = 20_000_000; // choices in one answer; a change can make a loop endless
const REMEMBERED = 60; // requests that showed something lately

// The switches. While recording, what a change would do here is noted; afterwards one is on.
const [ELSEWHERE, REACHED, DIFFERENT] = [0, 1, 2];
let recording = true;
let on = -1;
let steps = 0;
const noted = new Uint8Array(job.changes);
const noNumber = new Uint8Array(job.changes);
const choose = (change, value, instead) => {
  if (recording) {
    if (noted[change] !== DIFFERENT) noted[change] = Object.is(value, instead) ? REACHED : DIFFERENT;
    return value;
  }
  return on === change ? instead : value;
};
const lazily = (change, value, instead) => {
  steps += 1;
  if (steps > LONGEST) throw new Error("does not end");
  if (recording && noted[change] !== DIFFERENT) {
    const found = value();
    let changed;
    try {
      changed = instead();
    } catch (error) {
      changed = error;
    }
    noted[change] = Object.is(found, changed) ? REACHED : DIFFERENT;
    return found;
  }
  return !recording && on === change ? instead() : value();
};
const ORDER = {
  "<": (one, other) => [one < other, one <= other],
  "<=": (one, other) => [one <= other, one < other],
  ">": (one, other) => [one > other, one >= other],
  ">=": (one, other) => [one >= other, one > other],
};
const isGenerator = (value) =>
  value !== null && typeof value === "object" && typeof value.next === "function";
const every = (parts) => parts.reduce((found, part) => (found === null ? part() : found && part()), null);
const some = (parts) => parts.reduce((found, part) => (found === null ? part() : found || part()), null);

// Added to python.js, for what the script says in place of operators.
let now = 0;
const install = ($) => {
  $.min_key = (values, key) => $.max_key(values, (value) => -key(value));
  // What is remembered of a model holds for one change.
  $.cached = (compute) => {
    let [known, epoch] = [new WeakMap(), now];
    return (key) => {
      if (epoch !== now) [known, epoch] = [new WeakMap(), now];
      if (!known.has(key)) known.set(key, compute(key));
      return known.get(key);
    };
  };
  $.term = {
    more: (change, value) => choose(change, value, value + 1),
    other: (change, value) => {
      if (typeof value === "number") return choose(change, value, 2 * value + 1);
      noNumber[change] = 1;
      return value;
    },
    not: (change, value) => (typeof value === "boolean" ? choose(change, value, !value) : value),
    add: (change, one, other) => choose(change, one + other, one - other),
    sub: (change, one, other) => choose(change, one - other, one + other),
    mul: (change, one, other) => choose(change, one * other, one / other),
    div: (change, one, other) => choose(change, one / other, one * other),
    wholes: (change, one, other) => choose(change, $.wholes(one, other), one / other),
    modulo: (change, one, other) => choose(change, $.modulo(one, other), $.wholes(one, other)),
    power: (change, one, other) => choose(change, one ** other, one * other),
    minus: (change, value) => choose(change, -value, value),
    order: (edge, otherwise, sign, one, other) => {
      const [found, touching] = ORDER[sign](one, other);
      return choose(otherwise, choose(edge, found, touching), !found);
    },
    and: (change, ...parts) => lazily(change, () => every(parts), () => some(parts)),
    or: (change, ...parts) => lazily(change, () => some(parts), () => every(parts)),
    where: (change, condition, one, other) =>
      condition > 0 ? choose(change, one, other) : choose(change, other, one),
    call: (change, before, after, ...given) => {
      const values = given.map((value) => (isGenerator(value) ? [...value] : value));
      return lazily(change, () => before(...values), () => after(...values));
    },
  };
};

// estimator.js keeps what it counted of a model: not here.
const define = Object.defineProperty;
Object.defineProperty = (object, name, given) =>
  name === "groups" && "value" in given ? object : define(object, name, given);
for (const path of job.scripts) {
  require(path);
  if (path.endsWith("python.js")) install(globalThis.vramAtlas.python);
}
const { printed, python } = globalThis.vramAtlas;
printed.count = python.cached(printed.count);

const lines = fs.readFileSync(job.requests, "utf8").split("\n");
const requests = lines.map((line) => JSON.parse(line));
const counted = (id) => {
  const fields = { id, ...globalThis.vramAtlas.catalog.models[id] };
  const { architecture } = new printed.ModelEntry({ model: new printed.Model(fields) });
  return architecture === null ? null : printed.count(architecture);
};
const answer = (index) => {
  steps = 0;
  try {
    const request = requests[index];
    return JSON.stringify("count" in request ? counted(request.count) : vramAtlas.answer(request));
  } catch (error) {
    return String(error);
  }
};

// Which terms each request reaches, and where a change would make a difference.
const reached = new Uint32Array(job.changes);
const shows = Array.from({ length: job.changes }, () => []);
const sites = [];
const wanted = requests.map((_, index) => {
  now += 1;
  noted.fill(ELSEWHERE);
  const found = answer(index);
  const here = [];
  for (let change = 0; change < job.changes; change += 1) {
    if (noted[change] === ELSEWHERE) continue;
    reached[change] += 1;
    here.push(change);
    if (noted[change] === DIFFERENT) shows[change].push(index);
  }
  sites.push(Uint16Array.from(here));
  return found;
});
recording = false;

// What showed another change lately comes first, then requests that reach rare terms.
const rarity = sites.map((here) => here.reduce((sum, change) => sum + 1 / reached[change], 0));
const byRarity = requests.map((_, index) => index).sort((one, other) => rarity[other] - rarity[one]);
const rank = new Uint32Array(requests.length);
byRarity.forEach((index, place) => (rank[index] = place));
const lately = [];
function* inOrder(cases) {
  const able = new Set(cases);
  const first = lately.filter((index) => able.has(index));
  yield* first;
  first.forEach((index) => able.delete(index));
  yield* [...able].sort((one, other) => rank[one] - rank[other]);
}

const wantedChanges = new Set(job.wanted);
const explained = new Set(job.explained);
const results = shows.map((cases, change) => {
  on = change;
  now += 1;
  let by = null;
  let left = !wantedChanges.has(change) ? 0 : explained.has(change) ? job.tries : cases.length;
  for (const index of inOrder(cases)) {
    if (left === 0) break;
    left -= 1;
    if (answer(index) === wanted[index]) continue;
    by = index;
    if (lately.includes(index)) lately.splice(lately.indexOf(index), 1);
    lately.unshift(index);
    lately.splice(REMEMBERED);
    break;
  }
  const number = reached[change] > 0 || noNumber[change] === 0;
  return { number, reached: reached[change], different: cases.length, by };
});
const shown = [...new Set(results.map(({ by }) => by))].filter((by) => by !== null);
const answers = Object.fromEntries(shown.map((index) => [index, wanted[index]]));
process.stdout.write(JSON.stringify({ results, answers }));
