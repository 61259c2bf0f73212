// The way out, in one line under the headline: what makes it fit.
//
// A way: {verdict, text, state}, or null. Where only a part fits, it has neither verdict nor state.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** The first change of the ladder that makes it fit, else the first with which it is tight. */
  function wayOut(answer, sections, model = "") {
    const { texts: words, fill } = atlas;
    if (answer.verdict === "fits") return null;
    const rows = sections.find(({ id }) => id === "ladder")?.rows ?? [];
    const reaching = (verdict) => rows.find(([, , , cell]) => cell.verdict === verdict);
    const row = reaching("fits") ?? (answer.verdict === "no" ? reaching("tight") : undefined);
    if (!row) return null;
    const [change, need, , { verdict }] = row;
    const text = fill(model ? words.line.way_of : words.line.way, { change: change.text, need, model });
    return { verdict, text, state: change.state };
  }

  /** Where only more boards would help: how many layers fit on this one, if the processor can run the others. */
  function layersWay([limits], way) {
    const layers = limits?.layers;
    if (!layers?.value || (way && !(way.state.fields.boards > 1))) return way;
    return { verdict: null, text: layers.words, state: null };
  }

  Object.assign(atlas, { wayOut, layersWay });
})();
