// Reads a JSON list of texts from standard input, prints their readings and the milliseconds they took,
// the best of three runs: the others waited for the machine.
// Arguments: the scripts to load, the generated vocabulary first.
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");

for (const file of process.argv.slice(2)) runInThisContext(readFileSync(file, "utf8"), { filename: file });
const texts = JSON.parse(readFileSync(0, "utf8"));
const timed = texts.map((text) => {
  let reading;
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    reading = globalThis.vramAtlas.understand(text);
    return performance.now() - start;
  });
  return { reading, milliseconds: Math.min(...times) };
});
process.stdout.write(JSON.stringify(timed));
