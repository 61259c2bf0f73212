// A reader's own model: a pasted config.json becomes a model, in this browser and nowhere else.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const NAME = /^(?:https?:\/\/huggingface\.co\/)?([\w.-]+\/[\w.-]+?)(?:\/.*)?$/;

  /** What a pasted text is: {model}, a shape, {address} to copy from, or {problems}. */
  function readPasted(text) {
    const { own } = atlas.texts;
    const name = NAME.exec(text.trim());
    if (name) return { address: `https://huggingface.co/${name[1]}/raw/main/config.json` };
    let config = null;
    try {
      config = JSON.parse(text);
    } catch {
      return { problems: [{ path: own.document, saw: own.no_json, expected: own.whole_file }] };
    }
    if (!config || typeof config !== "object" || Array.isArray(config)) {
      return { problems: [{ path: own.document, saw: own.no_json, expected: own.whole_file }] };
    }
    const found = atlas.importConfig(config);
    if (found.problems) return found;
    const { architecture, context_length, native_format, uncounted } = found;
    const known = native_format && atlas.catalog.formats[native_format] ? native_format : "bf16";
    const model = { ...architecture, context_length, native_format: known };
    const { problems } = atlas.ask({ model, task: "inference" });
    return problems ? { problems } : { model, uncounted };
  }

  /** The lines under the field, as elements with text only. */
  function linesOf(read) {
    const { make, texts, fill } = atlas;
    if (read.address) {
      const link = make("a", { href: read.address, rel: "noopener noreferrer" }, read.address);
      return [make("p", {}, `${texts.own.copy_from} `, link)];
    }
    if (read.problems) {
      return read.problems.map((one) => make("p", { class: "ans-warning" }, fill(texts.own.problem, one)));
    }
    const lines = [make("p", {}, texts.own.read)];
    if (read.uncounted) lines.push(make("p", { class: "ans-warning" }, fill(texts.own.uncounted, { part: read.uncounted })));
    return lines;
  }

  /** Connect the field; `back` gets the fields that a readable configuration stands for. */
  function openOwn(form, back) {
    const details = form.querySelector(".ask-own");
    const field = details.querySelector("textarea");
    const place = details.querySelector(".ask-own-read");
    const readField = () => {
      const text = field.value;
      const read = text.trim() ? readPasted(text) : null;
      place.replaceChildren(...(read ? linesOf(read) : []));
      if (read?.model) back({ model: read.model });
    };
    field.addEventListener("input", readField);
    if (field.value.trim()) readField(); // pasted before this script arrived
  }

  Object.assign(atlas, { openOwn, readPasted });
})();
