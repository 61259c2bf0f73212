// The views of "how many 4090 for …": the fewest boards of a kind, for one model or for all of a size.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const COUNTS = [1, 2, 3, 4, 6, 8, 16, 32, 64];

  const need = (answer) => answer.peak_bytes.expected;

  /** A request on counts that machines have, from `least` on, where it can be computed: {boards, answer}. */
  function* tries(request, least = 1) {
    for (const boards of COUNTS.filter((count) => count >= least)) {
      const answer = atlas.ask({ ...request, boards });
      if (answer.peak_bytes) yield { boards, answer };
    }
  }

  /** The fewest boards on which a request fits, else the most, which do not; `tried` has all up to them. */
  function fewest(request) {
    const tried = [];
    for (const one of tries(request)) {
      tried.push(one);
      if (one.answer.verdict === "fits") break;
    }
    return { ...tried.at(-1), tried };
  }

  /**
   * The same for several models: {boards, members}, and the member that decides. Null where nothing is computed.
   * `fieldsOf` a model are asked besides.
   */
  function fewestOfAll(found, models, fieldsOf = () => ({})) {
    const request = atlas.kept(found.request, found.reserve);
    const members = models
      .map((model) => ({ model, ...fewest({ ...request, model, ...fieldsOf(model) }) }))
      .filter(({ answer }) => answer)
      .sort((one, other) => one.boards - other.boards || need(one.answer) - need(other.answer));
    if (!members.length) return null;
    const decides = members.at(-1);
    return { members, decides, boards: decides.boards, fits: members.every(({ answer }) => answer.verdict === "fits") };
  }

  function lineOf(found, { members, decides, boards, fits }) {
    const { texts: words, fill, size } = atlas;
    const kind = `count${members.length > 1 ? "_class" : ""}${fits ? (boards > 1 ? "" : "_one") : "_none"}`;
    return fill(words.line[kind], {
      boards: atlas.boardWords(found.request.board, boards),
      count: members.length,
      need: size(need(decides.answer)),
      have: size(decides.answer.have_bytes),
    });
  }

  /** Each count of boards, for one model: those that were tried, and the others. */
  function triedSection(found, { model, boards: last, tried }) {
    const { texts: words, size } = atlas;
    const request = { ...atlas.kept(found.request, found.reserve), model };
    const rows = [...tried, ...tries(request, last + 1)].map(({ boards, answer }) => [
      { text: atlas.boardWords(found.request.board, boards), state: atlas.stateWith(found, { boards }) },
      size(need(answer)),
      atlas.verdictCell(answer.verdict),
    ]);
    return { id: "counts", title: words.place.counts, head: [words.head.count, words.head.needs_each, words.head.verdict], rows };
  }

  /** How many boards each model of a size takes. */
  function membersSection(found, members) {
    const { texts: words, size } = atlas;
    const rows = members.map(({ model, boards, answer }) => [
      { text: atlas.catalog.models[model].name, state: atlas.stateWith(found, { model, boards }) },
      atlas.boardWords(found.request.board, boards),
      size(need(answer)),
      atlas.verdictCell(answer.verdict),
    ]);
    const head = [words.head.model, words.head.count, words.head.needs_each, words.head.verdict];
    return { id: "members", title: words.place.members, head, rows };
  }

  /** "How many H100 for DeepSeek V3", "how many 4090 for a 70B": `models` are those of a size. */
  function howMany(found, models = [found.request.model]) {
    const { texts: words } = atlas;
    const all = fewestOfAll(found, models);
    if (!all) return atlas.noneOfSize(found, models);
    const { answer } = all.decides;
    const one = models.length === 1;
    return {
      verdict: all.fits ? "fits" : "no",
      name: all.fits ? atlas.boardWords(found.request.board, all.boards) : "",
      word: words.headline.no,
      line: lineOf(found, all),
      what: one ? atlas.whatOf(answer, atlas.modelWords(models[0])) : atlas.whatOfAll(all.members, atlas.sizeOf(found)),
      way: atlas.fewerWay(found, answer, models, all),
      details: [atlas.assumedLine(answer)],
      bar: atlas.bar(answer),
      answer,
      sections: [one ? triedSection(found, all.decides) : membersSection(found, all.members)],
      contract: {
        boards: all.boards,
        need: need(answer),
        have: answer.have_bytes,
        format: answer.settings.weights,
      },
    };
  }

  Object.assign(atlas, { howMany, fewestOfAll });
})();
