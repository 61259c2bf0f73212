// Boards that differ: which layers each holds, or why the smallest or the largest decides.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const needed = ({ peak_bytes: peak }) => (peak ? peak.expected : 0);
  const left = (share) => share.have_bytes - needed(share);

  /** Boards of one kind with one number of layers: {board, count, share}, in their order. */
  function groups(boardList, shares) {
    const found = [];
    let place = 0;
    for (const { id, count } of boardList) {
      for (const share of shares.slice(place, (place += count))) {
        const last = found.at(-1);
        if (last && last.board === id && last.share.layers === share.layers) last.count += 1;
        else found.push({ board: id, count: 1, share });
      }
    }
    return found;
  }

  /** The smallest or the largest of the boards: `decide` of two numbers. */
  function chosen(listed, decide) {
    const have = decide(...listed.map(({ share }) => share.have_bytes));
    return listed.find(({ share }) => share.have_bytes === have);
  }

  /** What decides, and what is said beside: {need, have, board, details}. */
  const MANNERS = {
    layers: ({ listed, answer }) => ({
      need: sum(answer.shares.map(needed)),
      have: sum(answer.shares.map((share) => share.have_bytes)),
      details: divided(listed, answer),
    }),
    equal: ({ listed }) => {
      const { board, share } = chosen(listed, Math.min);
      return { need: needed(share), have: share.have_bytes, board, details: [atlas.texts.unequal.why_equal] };
    },
    whole: ({ listed }) => {
      const { board, share } = chosen(listed, Math.max);
      return { need: needed(share), have: share.have_bytes, board, details: [atlas.texts.unequal.why_whole] };
    },
  };

  /** "44 layers on RTX 3090, 20 layers on RTX 3060. 4.5 GiB left on the fullest.", and how that is asked for. */
  function divided(listed, { shares, layers, most_layers: most, by_memory: byMemory, split, peak_bytes: peak, settings }) {
    const { texts: words, fill, size, boardWords } = atlas;
    if (most < layers) return [fill(words.unequal.too_many, { most, layers })];
    const parts = listed.map(({ board, count, share }) =>
      fill(words.unequal[`share${share.layers === 1 ? "_one" : ""}${count > 1 ? "_each" : ""}`], {
        layers: share.layers,
        board: boardWords(board, count),
      }),
    );
    const largest = chosen(listed, Math.max);
    const alone = atlas.printed.judge({ peak }, largest.share.have_bytes) === "fits";
    const how = words.split[settings.runtime]?.[byMemory ? "by_memory" : "by_hand"];
    return [
      fill(words.unequal.plan, { shares: parts.join(", "), left: size(Math.min(...shares.map(left))) }),
      ...(how ? [fill(how, { split: split.join(",") })] : []),
      ...(alone ? [fill(words.unequal.alone, { board: boardWords(largest.board) })] : []),
    ];
  }

  function boardRow({ board, count, share }) {
    return [
      { text: atlas.boardWords(board, count), page: atlas.catalog.boards[board]?.page },
      String(share.layers),
      share.peak_bytes ? atlas.size(needed(share)) : atlas.texts.line.nothing,
      atlas.size(share.have_bytes),
      share.peak_bytes ? atlas.verdictCell(share.verdict) : "",
    ];
  }

  function boardsTable(listed, manner) {
    const { place, head } = atlas.texts;
    const titles = [head.board, head.layers, head.needs, head.offers, head.verdict];
    const without = (cells) => cells.filter((_, place) => manner === "layers" || place !== 1);
    return [{ id: "boards", title: place.each_board, head: without(titles), rows: listed.map((one) => without(boardRow(one))) }];
  }

  /** One model on boards that differ. */
  function unequal(found) {
    const { boardList, reserve } = found;
    const kinds = boardList.map(({ id, count }) => [atlas.kept({ board: id }, reserve).board, count]);
    const answer = atlas.divide(atlas.given(found.request), kinds);
    if (!answer.shares) return atlas.refusal(answer);
    return shown(found, answer, groups(boardList, answer.shares));
  }

  function shown({ boardList, request }, answer, listed) {
    const { texts: words, fill, size } = atlas;
    const { need, have, board, details } = MANNERS[answer.manner]({ listed, answer });
    return {
      verdict: answer.verdict,
      word: words.headline[answer.verdict],
      line: fill(words.unequal[answer.manner], {
        need: size(need),
        have: size(have),
        boards: atlas.boardWords(boardList),
        board: board ? atlas.boardWords(board) : "",
      }),
      what: atlas.whatOf(answer, atlas.modelWords(request.model)),
      details: [...details, atlas.assumedLine(answer)],
      sections: boardsTable(listed, answer.manner),
      contract: { need, have, format: answer.settings.weights },
    };
  }

  /** Boards that differ, and a size instead of a model. */
  function severalUnequal(found, models) {
    const views = models
      .map((model) => ({ model, view: unequal({ ...found, request: { ...found.request, model } }) }))
      .filter(({ view }) => view.contract?.need)
      .sort((one, other) => one.view.contract.need - other.view.contract.need);
    if (!views.length) return atlas.noneOfSize(found, models);
    const members = views.map(({ model, view }) => ({ model, need: view.contract.need, verdict: view.verdict }));
    const { verdict } = atlas.together(members);
    const { view } = verdict === "no" ? views[0] : views.at(-1);
    return {
      ...view,
      verdict,
      word: atlas.texts.headline[verdict],
      sections: [atlas.membersSection(found, members), ...view.sections],
    };
  }

  Object.assign(atlas, { unequal, severalUnequal });
})();
