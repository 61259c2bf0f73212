// The view of a size instead of a model: every model of the catalog that goes by it.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const need = (answer) => answer.peak_bytes.expected;

  /** Answers of several models, the least need first; those that are not offered are left out. */
  function members(found, models) {
    const request = atlas.kept(found.request, found.reserve);
    return models
      .map((model) => ({ model, answer: atlas.ask({ ...request, model }) }))
      .filter(({ answer }) => answer.peak_bytes)
      .sort((one, other) => need(one.answer) - need(other.answer));
  }

  /** The verdict on all of them, {verdict} each, and how many have which. */
  function together(members) {
    const counts = { fits: 0, tight: 0, no: 0 };
    for (const { verdict } of members) counts[verdict] += 1;
    const agreed = Object.keys(counts).find((verdict) => counts[verdict] === members.length);
    return { verdict: agreed ?? "mixed", counts };
  }

  /** The models of a size, {model, need, verdict?} each, with a link to the answer for one. */
  function membersSection(found, members) {
    const { catalog, texts: words, size } = atlas;
    const judged = members.every(({ verdict }) => verdict);
    const rows = members.map(({ model, need: bytes, verdict }) => [
      { text: catalog.models[model].name, state: atlas.stateWith(found, { model }) },
      size(bytes),
      ...(judged ? [atlas.verdictCell(verdict)] : []),
    ]);
    const head = [words.head.model, words.head.needs, ...(judged ? [words.head.verdict] : [])];
    return { id: "members", title: words.place.members, head, rows };
  }

  const asMember = ({ model, answer }) => ({ model, need: need(answer), verdict: answer.verdict });

  function classLine(found, answers, { verdict, counts }) {
    const { texts: words, fill, size } = atlas;
    return fill(words.line[`class_${verdict}`], {
      ...counts,
      count: answers.length,
      size: sizeOf(found),
      low: size(need(answers[0].answer)),
      high: size(need(answers.at(-1).answer)),
      offer: atlas.offerOf(found.request, answers[0].answer.have_bytes),
    });
  }

  /** "LoRA fine-tuning in 16 bits of any 13B": the setting, as far as the models share it. */
  function whatOfAll(answers, model) {
    const { texts: words, catalog, fill } = atlas;
    const [{ answer: first }] = answers;
    if (answers.every(({ answer }) => answer.setting === first.setting)) return atlas.whatOf(first, model);
    const widths = new Set(answers.map(({ answer }) => catalog.formats[answer.settings.weights].linear.element_bits));
    const said = { task: words.task[first.task], model };
    if (widths.size > 1 || first.task === "full") return fill(words.line.what_each, said);
    return fill(words.line.what_bits, { ...said, bits: [...widths][0] });
  }

  /** What makes the model of the largest need fit. */
  function hardest(found, { model, answer }) {
    if (answer.verdict === "fits") return [];
    const request = { ...found.request, model };
    const { name } = atlas.catalog.models[model];
    const sections = atlas.ladderSection({ ...found, request, modelClass: null }, atlas.kept(request, found.reserve), answer);
    return sections.map((one) => ({ ...one, title: `${one.title}: ${name}` }));
  }

  /** "All 7 models of about 13B fit …", and each of them. */
  function severalModels(found, models) {
    const { texts: words } = atlas;
    const answers = members(found, models);
    if (!answers.length) return noneOfSize(found, models);
    const listed = answers.map(asMember);
    const result = together(listed);
    const deciding = result.verdict === "no" ? answers[0] : answers.at(-1);
    const last = answers.at(-1);
    const ladder = hardest(found, last);
    return {
      verdict: result.verdict,
      word: words.headline[result.verdict],
      line: classLine(found, answers, result),
      what: whatOfAll(answers, sizeOf(found)),
      way: atlas.wayOut(last.answer, ladder, atlas.catalog.models[last.model].name),
      bar: atlas.bar(deciding.answer),
      answer: deciding.answer,
      details: [atlas.assumedLine(deciding.answer)],
      sections: [
        membersSection(found, listed),
        ...ladder,
      ],
      contract: {
        need: need(deciding.answer),
        have: deciding.answer.have_bytes,
        format: deciding.answer.settings.weights,
      },
    };
  }

  /** "A 13B", or what an unclear name was. */
  function sizeOf(found) {
    const { texts: words, fill } = atlas;
    if (!found.modelClass) return words.choice.one_of_these;
    return fill(words.choice.class_of, { size: found.modelClass.toUpperCase() });
  }

  function noneOfSize(found, models) {
    if (models.length) return atlas.refusal(atlas.ask({ ...found.request, model: models[0] }));
    const line = atlas.fill(atlas.texts.line.class_none, { size: sizeOf(found) });
    return { verdict: "unknown", word: atlas.texts.headline.unknown, line };
  }

  /** A size without a board: what each model needs, and the smallest board for all of them. */
  function severalSmallest(found, models) {
    const { texts: words, fill, size } = atlas;
    const answers = members(found, models);
    if (!answers.length) return noneOfSize(found, models);
    const least = need(answers[0].answer);
    const most = answers.at(-1);
    const sizes = atlas.smallestSizes({ ...found.request, model: most.model });
    const first = atlas.smallestOf(sizes);
    const machines = first ? [] : atlas.machines({ ...found.request, model: most.model });
    const line = fill(first ? words.line.smallest_class : words.line.smallest_class_none, {
      have: first ? size(first.answer.have_bytes) : "",
      low: size(least),
      high: size(need(most.answer)),
      count: answers.length,
    });
    return {
      verdict: first ? "fits" : "no",
      name: first && atlas.boardWords(first.board),
      word: words.headline.no,
      line: line + atlas.machineLine(machines),
      what: whatOfAll(answers, sizeOf(found)),
      way: atlas.smallerWay(found, most.answer, models, sizes),
      details: [atlas.assumedLine(most.answer)],
      sections: [
        ...atlas.machinesSection(found, machines),
        ...atlas.boardsSection(found, sizes),
        membersSection(found, answers.map(asMember)),
      ],
      contract: {
        board: first?.board,
        boards: first ? 1 : "",
        need: need(most.answer),
        have: first?.answer.have_bytes,
        format: most.answer.settings.weights,
      },
    };
  }

  Object.assign(atlas, { severalModels, severalSmallest, noneOfSize, sizeOf, whatOfAll, together, membersSection });
})();
