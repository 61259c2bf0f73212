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

  const ofOne = ({ board, share }) => ({ need: needed(share), have: share.have_bytes, board });

  /** What decides: {need, have, board}, the board where it is one of them. */
  const MANNERS = {
    layers: (listed, { shares }) => ({ need: sum(shares.map(needed)), have: sum(shares.map((share) => share.have_bytes)) }),
    equal: (listed) => ofOne(chosen(listed, Math.min)),
    whole: (listed) => ofOne(chosen(listed, Math.max)),
  };

  /** What is said beside. */
  const DETAILS = {
    layers: (listed, answer) => divided(listed, answer),
    equal: () => [atlas.texts.unequal.why_equal],
    whole: () => [atlas.texts.unequal.why_whole],
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

  /** What one model needs on boards that differ: {answer, listed, need, have, board}, or only an answer without shares. */
  function needsOf({ boardList, reserve, request }) {
    const kinds = boardList.map(({ id, count }) => [atlas.kept({ board: id }, reserve).board, count]);
    const answer = atlas.divide(atlas.given(request), kinds);
    if (!answer.shares) return { answer };
    const listed = groups(boardList, answer.shares);
    return { answer, listed, ...MANNERS[answer.manner](listed, answer) };
  }

  /** One model on boards that differ. */
  function unequal(found) {
    const needs = needsOf(found);
    return needs.listed ? shown(found, needs) : atlas.refusal(needs.answer);
  }

  function shown({ boardList, request }, { answer, listed, need, have, board }) {
    const { texts: words, fill, size } = atlas;
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
      details: [...DETAILS[answer.manner](listed, answer), atlas.assumedLine(answer)],
      sections: boardsTable(listed, answer.manner),
      contract: { need, have, format: answer.settings.weights },
    };
  }

  /** Boards that differ, and a size instead of a model. */
  function severalUnequal(found, models) {
    const asking = (model) => ({ ...found, request: { ...found.request, model } });
    const members = models
      .map((model) => ({ model, ...needsOf(asking(model)) }))
      .filter(({ need }) => need)
      .sort((one, other) => one.need - other.need);
    if (!members.length) return atlas.noneOfSize(found, models);
    const listed = members.map(({ model, need, answer }) => ({ model, need, verdict: answer.verdict }));
    const { verdict } = atlas.together(listed);
    const deciding = verdict === "no" ? members[0] : members.at(-1);
    const view = shown(asking(deciding.model), deciding);
    return {
      ...view,
      verdict,
      word: atlas.texts.headline[verdict],
      sections: [atlas.membersSection(found, listed), ...view.sections],
    };
  }

  Object.assign(atlas, { unequal, severalUnequal });
})();
