// How far it goes: the inverse answers in words.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** "Longest context: 42,331 tokens."; null where nothing fits. */
  function limitWords(limit) {
    const { texts: words, fill, grouped } = atlas;
    if (!limit || !limit.value) return null;
    const key = limit.value === limit.limit ? `${limit.field}_all` : limit.field;
    return fill(words.limit[key], { value: grouped(limit.value) });
  }

  const named = (entries, ids) => ids.map((id) => entries[id]?.name ?? id).join(", ");

  /** All inverse answers, as lines. */
  function limitsSection(request) {
    const { texts: words, catalog, fill } = atlas;
    const found = atlas.inverse(atlas.given(request));
    if (!found.smallest_boards) return [];
    const { precisions, tasks, smallest_boards: boards, fewest_boards: fewest } = found;
    const lines = [
      limitWords(found.largest_micro_batch),
      limitWords(found.longest),
      found.layers?.words,
      found.accumulating,
      precisions.length && found.precision_field === "weights"
        ? fill(words.limit.weights, { value: catalog.formats[precisions[0]].name })
        : null,
      tasks.length ? fill(words.limit.tasks, { value: tasks.map((task) => words.task[task]).join(", ") }) : null,
      boards.length ? fill(words.limit.board, { value: named(catalog.boards, boards) }) : words.limit.no_board,
      fewest > 1 ? fill(words.limit.boards, { value: fewest }) : null,
    ].filter(Boolean);
    return [{ id: "limits", title: words.place.limits, lines, layers: found.layers }];
  }

  /** The headline of "max context for …": {name, line}. */
  function limitHeadline(question, request) {
    const { texts: words } = atlas;
    const limit = (question === "largest-batch" ? atlas.largestBatch : atlas.longestText)(atlas.given(request));
    if (!limit) return null;
    return limitWords(limit) ?? words.limit.none;
  }

  /** Where only more boards would help: how many layers fit on this one, if the processor can run the others. */
  function layersWay([limits], way) {
    const layers = limits?.layers;
    if (!layers?.value || (way && !(way.state.fields.boards > 1))) return way;
    return { verdict: null, text: layers.words, state: null };
  }

  Object.assign(atlas, { limitsSection, limitHeadline, layersWay });
})();
