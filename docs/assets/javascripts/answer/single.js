// The view of one model, one task, one board: verdict, bar, what makes it fit, the other fit matrices.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** The same in the other fit matrices, where the question leaves the format open. */
  function formatsSection(found, request, answer) {
    const { texts: words, catalog, size } = atlas;
    if (found.reading?.request.weights) return [];
    const rows = [];
    for (const [id, { title }] of Object.entries(catalog.matrices)) {
      const fields = atlas.matrixRequest(request.model, id, request.board);
      const other = atlas.ask({ ...request, weights: undefined, ...fields });
      if (!other.peak_bytes || (fields.task === answer.task && other.settings.weights === answer.settings.weights)) continue;
      rows.push([
        { text: title, state: atlas.stateWith(found, { weights: undefined, ...fields }) },
        size(other.peak_bytes.expected),
        atlas.verdictCell(other.verdict),
      ]);
    }
    if (!rows.length) return [];
    return [{ id: "tasks", title: words.place.tasks, head: [words.head.task, words.head.needs, words.head.verdict], rows }];
  }

  /** One model, one task, one kind of board. */
  function single(found) {
    const { texts: words, fill } = atlas;
    const request = atlas.kept(found.request, found.reserve);
    const refused = found.reserve && atlas.ask(found.request).problems; // a size alone refuses nothing
    const answer = refused ? { problems: refused } : atlas.ask(request);
    if (answer.problems || !answer.peak_bytes) return { word: words.headline.unknown, ...atlas.refusal(answer) };
    const asksLimit = ["longest-context", "largest-batch"].includes(found.question);
    const limit = asksLimit ? atlas.limitHeadline(found.question, request) : null;
    const needs = atlas.needLine(answer, found.request);
    const ladder = atlas.ladderSection(found, request, answer);
    const limits = atlas.limitsSection(request);
    return {
      verdict: answer.verdict,
      word: words.headline[answer.verdict],
      name: limit ?? "",
      line: limit ? fill(words.line.at_setting, { needs }) : needs,
      what: atlas.whatOf(answer, atlas.modelWords(found.request.model)),
      way: atlas.layersWay(limits, atlas.wayOut(answer, ladder)),
      details: [
        `${atlas.roomLine(answer)} ${atlas.bandLine(answer)}`,
        fill(words.line.phase, { phase: words.phase[answer.phase] }),
        atlas.assumedLine(answer),
        ...(found.reserve ? [fill(words.line.reserve, { size: `${found.reserve} GiB` })] : []),
      ],
      bar: atlas.bar(answer),
      sections: [
        ...ladder,
        ...formatsSection(found, request, answer),
        ...limits,
      ],
      answer,
      contract: {
        need: answer.peak_bytes.expected,
        have: answer.have_bytes,
        format: answer.settings.weights,
      },
    };
  }

  Object.assign(atlas, { single });
})();
