// The answer in short: under the small box of every page, and first in the search dialog.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** Pages of what was understood: of the model, the board, and the table for task and format. */
  function pagesOf({ request, boardList }) {
    const { catalog, texts: words, fill } = atlas;
    const boards = [request.board, ...boardList.map(({ id }) => id)];
    const named = [catalog.models[request.model], ...boards.map((id) => catalog.boards[id])];
    const pages = named
      .filter(Boolean)
      .map(({ name, page }) => ({ page, text: fill(words.place.page_of, { name }) }));
    return [...pages, ...matrixPages(request)];
  }

  /** The table of a task; of inference the one whose bits are nearest to the format's. */
  function matrixPages({ task, weights }) {
    const { catalog, texts: words, fill } = atlas;
    if (!task && !weights) return [];
    const bits = catalog.formats[weights]?.linear.element_bits;
    const away = ([, matrix]) => Math.abs(matrix.bits - bits);
    const offered = Object.entries(catalog.matrices).filter(([, matrix]) => matrix.task === (task ?? "inference"));
    const nearest = weights ? [offered.reduce((one, other) => (away(other) < away(one) ? other : one))] : offered;
    return nearest.map(([id, { title }]) => ({
      page: `fit/${id}.html`,
      text: fill(words.place.page_of, { name: title }),
    }));
  }

  /** Whether a text is one name and nothing else: its page is what the reader looks for. */
  const isName = ({ understood, request }, text) =>
    understood.length === 1 && understood[0].text === text.trim() && Boolean(request.model || typeof request.board === "string");

  function card(view, state) {
    const { make, texts: words } = atlas;
    const lines = [
      ...view.warnings.map((one) => make("span", { class: "ans-warning" }, one)),
      view.line ? atlas.headline(view, "span") : "",
      view.what ? make("span", { class: "ans-what" }, view.what) : "",
      view.way ? make("span", { class: "ans-way" }, atlas.wayWords(view.way, (_, text) => text)) : "",
      make("span", { class: "ans-go" }, words.place.more),
    ];
    // The theme's Enter key follows the link with the highest score.
    const inside = make("article", { "data-md-score": "1000000" }, ...lines);
    return make("a", { class: "ans-brief", href: atlas.home + atlas.state.toAddress(state) }, inside);
  }

  /** The answer to a state as elements; none where it is not a question. */
  function brief(state, found) {
    const { reading } = found;
    if (reading.state === "not-understood") return [];
    const view = atlas.compose(state, found);
    const name = isName(reading, state.q);
    const pages = pagesOf(reading).map(({ page, text: label }, index) =>
      atlas.make("a", { class: "ans-page", href: atlas.root + page },
        atlas.make("span", { "data-md-score": String(999_999 - index + (name ? 1_000_000 : 0)) }, label)),
    );
    const answer = view.verdict ? [card(view, state)] : [];
    return name ? [...pages, ...answer] : [...answer, ...pages];
  }

  /** The answer in `place` while the reader types, as soon as all that it needs is here. */
  function follow(text, place) {
    const show = () => {
      const q = text.value;
      const state = { q, fields: {} };
      const found = q.trim() ? atlas.asked(state) : null;
      const arrival = found && atlas.arrivalFor(found);
      if (arrival) atlas.awaited(text.form, arrival, () => text.value === q && show());
      place.replaceChildren(...(found && !arrival ? brief(state, found) : []));
      place.dataset.query = q;
    };
    text.addEventListener("input", show);
    show();
  }

  /** The small box: the answer beneath; Enter leads to all of it. */
  function openSmallBox(form, search) {
    follow(form.elements.q, form.querySelector(".ask-brief"));
    atlas.followAddress(form.elements.q, search);
  }

  /** The search dialog: the answer before its results, where its own keys find it. */
  function openSearch(dialog) {
    const text = dialog.querySelector("input[name=query]");
    const place = atlas.make("div", { class: "ans-search", "aria-live": "polite" });
    dialog.querySelector(".md-search-result").prepend(place);
    text.form.addEventListener("reset", () => place.replaceChildren());
    follow(text, place);
  }

  Object.assign(atlas, { openSmallBox, openSearch });
})();
