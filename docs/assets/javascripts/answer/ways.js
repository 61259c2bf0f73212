// What would make it fit: the ladder in words, and the way out in one line under the headline.
//
// A way: {verdict, text, state}, or null. Where only a part fits, it has neither verdict nor state.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** "Use QLoRA …": what each change needs, saves and costs. */
  function ladderSection(found, request, answer) {
    const { texts: words, size } = atlas;
    const rungs = atlas.ladder(atlas.given(request));
    if (!rungs.length) return [];
    const fits = answer.verdict === "fits";
    return [
      {
        id: "ladder",
        title: fits ? words.place.less : words.place.ladder,
        head: [words.head.change, words.head.needs, words.head.saves, words.head.verdict, words.head.costs],
        rows: rungs.map(({ change, words: text, peak_bytes: peak, verdict }) => [
          { text, state: atlas.stateWith(found, "task" in change ? { ...change, weights: undefined } : change) },
          size(peak.expected),
          size(answer.peak_bytes.expected - peak.expected),
          atlas.verdictCell(verdict),
          Object.keys(change)
            .map((field) => words.costs[field] ?? "")
            .join(" "),
        ]),
      },
    ];
  }

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

  Object.assign(atlas, { ladderSection, wayOut });
})();
