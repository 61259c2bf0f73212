// Reads a JSON list of texts from standard input, prints their readings and the milliseconds they took.
// Arguments: the scripts to load, the generated vocabulary first.
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");

for (const file of process.argv.slice(2)) runInThisContext(readFileSync(file, "utf8"), { filename: file });
const texts = JSON.parse(readFileSync(0, "utf8"));
const timed = texts.map((text) => {
  const start = performance.now();
  const reading = globalThis.vramAtlas.understand(text);
  return { reading, milliseconds: performance.now() - start };
});
process.stdout.write(JSON.stringify(timed));
