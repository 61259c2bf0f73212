// The answer in short: under the small box of every page, and first in the search dialog.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** Pages of what was understood: of the model, the board, and the table for task and format. */
  function pagesOf({ request, boardList }) {
    const { catalog, texts: words, fill } = atlas;
    const boards = [request.board, ...(boardList ?? []).map(({ id }) => id)];
    const named = [catalog.models[request.model], ...boards.map((id) => catalog.boards[id])];
    const pages = named
      .filter(Boolean)
      .map(({ name, page }) => ({ page, text: fill(words.place.page_of, { name }) }));
    return [...pages, ...matrixPages(request)];
  }

  /** The tables of a task, or of the bits of a format. */
  function matrixPages({ task, weights }) {
    const { catalog, texts: words, fill } = atlas;
    const bits = weights && Math.round(atlas.bitsOf(weights));
    return Object.entries(catalog.matrices)
      .filter(([, matrix]) => (task ? matrix.task === task : weights))
      .filter(([, matrix]) => !weights || matrix.task !== "inference" || matrix.bits === bits)
      .map(([id, { title }]) => ({ page: `fit/${id}.html`, text: fill(words.place.page_of, { name: title }) }));
  }

  /** The answer to a text as elements; none where it is not a question. */
  function brief(text) {
    const { make, texts: words } = atlas;
    const state = { q: text, fields: {} };
    if (!text.trim()) return [];
    const reading = atlas.understand(text);
    if (reading.state === "not-understood") return [];
    const view = atlas.compose(state);
    const pages = pagesOf({ request: reading.request, boardList: reading.boardList });
    const known = Object.keys(reading.request).length || reading.modelClass || reading.boardList.length;
    if (!known && !view.verdict) return [];
    const lines = [
      ...view.warnings.map((one) => make("span", { class: "ans-warning" }, one)),
      view.line ? atlas.headline(view) : "",
      view.what ? make("span", { class: "ans-what" }, view.what) : "",
    ];
    const whole = view.verdict || view.sections.length;
    return [
      whole
        ? make("a", { class: "ans-brief", href: atlas.home + atlas.state.toAddress(state) },
            make("article", { "data-md-score": "1000000" }, ...lines, make("span", { class: "ans-go" }, words.place.more)))
        : make("p", { class: "ans-brief" }, ...lines),
      ...pages.map(({ page, text: label }) => make("a", { class: "ans-page", href: atlas.root + page }, label)),
    ];
  }

  /** The small box: the answer beneath while the reader types; Enter leads to all of it. */
  function openSmallBox(form) {
    const text = form.elements.q;
    const place = form.querySelector(".ask-brief");
    const show = () => place.replaceChildren(...brief(text.value));
    text.addEventListener("input", show);
    show();
  }

  /** The search dialog: the answer before its results, where its own keys find it. */
  function openSearch(dialog) {
    const text = dialog.querySelector("input[name=query]");
    const results = dialog.querySelector(".md-search-result");
    const place = atlas.make("div", { class: "ans-search", "aria-live": "polite" });
    results.prepend(place);
    const show = () => place.replaceChildren(...brief(text.value));
    text.addEventListener("input", show);
    text.form.addEventListener("reset", () => place.replaceChildren());
    show();
  }

  Object.assign(atlas, { openSmallBox, openSearch });
})();
