// What answers of several kinds show alike: a link to a changed request, a verdict, a refusal.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** A cell that leads to the answer for one changed request. */
  function stateWith(found, changes) {
    const fields = { ...atlas.fieldsOf(found), ...changes };
    return {
      q: "",
      fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)),
    };
  }

  function verdictCell(verdict, state) {
    return { text: atlas.texts.verdict[verdict], verdict, state };
  }

  /** What is said where nothing was computed. */
  function refusal(answer) {
    const { texts: words, fill } = atlas;
    if (!answer.problems) {
      const { verdict, assumptions } = answer;
      return { verdict, word: words.headline[verdict], line: assumptions };
    }
    const verdict = answer.problems.every((one) => one.verdict === "no") ? "no" : "unknown";
    return {
      verdict,
      word: words.headline[verdict],
      line: answer.problems.map((one) => (one.verdict ? one.tip : fill(words.line.problem, one))).join(" "),
    };
  }

  Object.assign(atlas, { refusal, stateWith, verdictCell });
})();
