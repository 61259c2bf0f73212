// A view as elements. All text is set as text, so nothing that was typed or pasted becomes HTML.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** An element with attributes and children; children are elements or text. */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null && value !== false) {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.flat().filter((child) => child !== null && child !== ""));
    return element;
  }

  const badge = (verdict, word) => make("span", { class: `v v-${verdict}` }, word);

  /** A link to another state of the answer: a real address, which box.js follows without a reload. */
  function stateLink(state, text, kind = "ask-state") {
    return make("a", { class: kind, href: atlas.home + atlas.state.toAddress(state) }, text);
  }

  function cell(content, tag = "td") {
    if (typeof content === "string") return make(tag, {}, content);
    if (content.several) {
      const each = content.several.flatMap((one, index) => [index ? ", " : "", cell(one, "span")]);
      return make(tag, {}, ...each);
    }
    const { text, verdict, state, page, small } = content;
    let inner = verdict ? badge(verdict, text) : text;
    if (state) inner = stateLink(state, inner);
    else if (page) inner = make("a", { href: atlas.root + page }, inner);
    return make(tag, {}, inner, small ? make("small", {}, small) : "");
  }

  function table({ id, title, head, rows, more }) {
    const label = `answer-${id}`;
    const body = rows.map(([first, ...rest]) => {
      const name = cell(first, "th");
      name.setAttribute("scope", "row");
      return make("tr", {}, name, ...rest.map((one) => cell(one)));
    });
    const region = make(
      "div",
      { class: "atlas-table ans-table", role: "region", tabindex: "0", "aria-labelledby": label },
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, ...head.map((one) => make("th", { scope: "col" }, one)))),
        make("tbody", {}, ...body),
      ),
    );
    const link = more ? make("p", { class: "ans-more" }, cell(more, "span")) : "";
    return make("div", { class: "ans-section" }, make("h3", { id: label }, title), region, link);
  }

  function list({ id, title, lines }) {
    const label = `answer-${id}`;
    return make(
      "div",
      { class: "ans-section" },
      make("h3", { id: label }, title),
      make("ul", { "aria-labelledby": label }, ...lines.map((one) => cell(one, "li"))),
    );
  }

  const sectionOf = (section) => (section.lines ? list(section) : table(section));

  /** The parts of the peak against the memory of the board, and the same as a list. */
  function bar({ parts, expected, high, have }) {
    const scale = Math.max(have ?? 0, high, expected);
    const share = (bytes) => `${(100 * bytes) / scale}%`;
    const pieces = parts.map(({ id, bytes }) => {
      const piece = make("span", { class: "ans-part", "data-part": id });
      piece.style.width = share(bytes);
      return piece;
    });
    const marks = [];
    if (have) {
      const limit = make("span", { class: "ans-limit" });
      limit.style.left = share(have);
      marks.push(limit);
    }
    const reach = make("span", { class: "ans-reach" });
    reach.style.left = share(expected);
    reach.style.width = share(high - expected);
    const legend = parts.map(({ id, name, bytes }) =>
      make("li", { "data-part": id }, `${name} `, make("b", {}, atlas.size(bytes))),
    );
    return make(
      "div",
      { class: "ans-bar" },
      make("div", { class: "ans-track", "aria-hidden": "true" }, ...pieces, reach, ...marks),
      make("ul", { class: "ans-legend", "aria-label": atlas.texts.place.parts }, ...legend),
    );
  }

  function echo({ understood, alternatives }) {
    const { place } = atlas.texts;
    const found = [];
    if (understood.length) {
      const read = understood.map(({ text, label }) =>
        make("li", {}, label === text ? make("b", {}, text) : [`${text}: `, make("b", {}, label)]),
      );
      found.push(make("div", { class: "ans-echo" }, make("span", {}, place.understood), make("ul", {}, ...read)));
    }
    if (alternatives.length) {
      const others = alternatives.map(({ text, state }) => make("li", {}, stateLink(state, text)));
      found.push(make("div", { class: "ans-echo" }, make("span", {}, place.alternatives), make("ul", {}, ...others)));
    }
    return found;
  }

  function headline(view, tag = "p") {
    const text = view.name || (view.word && view.line ? `${view.word}:` : view.word);
    const word = text ? [badge(view.verdict, text), " "] : [];
    return make(tag, { class: "ans-verdict" }, ...word, view.line);
  }

  /** The way out as elements; `link` makes one of its state and text. */
  function wayWords({ verdict, text, state }, link) {
    if (!verdict) return [text];
    return [badge(verdict, `${atlas.texts.verdict[verdict]}:`), " ", link(state, text)];
  }

  /** The headline as one text, for the status line that screen readers read out. */
  const spoken = (view) =>
    [...view.warnings, view.name || (view.word && `${view.word}:`), view.line, view.what, wayText(view)].filter(Boolean).join(" ");

  const wayText = ({ way }) => way && (way.verdict ? `${atlas.texts.verdict[way.verdict]}: ${way.text}` : way.text);

  const KEYS = {
    verdict: "verdict",
    model: "model",
    board: "board",
    boards: "boards",
    task: "task",
    format: "format",
    needGib: "need-gib",
    haveGib: "have-gib",
    state: "state",
    question: "question",
  };

  /** Put a view into #answer, attributes first. */
  function draw(section, view) {
    for (const [key, name] of Object.entries(KEYS)) {
      section.setAttribute(`data-${name}`, view.contract[key]);
    }
    const parts = [
      ...view.warnings.map((text) => make("p", { class: "ans-warning" }, text)),
      view.word || view.line ? headline(view) : "",
      view.what ? make("p", { class: "ans-what" }, view.what) : "",
      view.way ? make("p", { class: "ans-way" }, wayWords(view.way, stateLink)) : "",
      view.bar ? bar(view.bar) : "",
      ...[...view.details, ...view.remarks].map((text) => make("p", { class: "ans-detail" }, text)),
      ...echo(view),
      ...view.sections.map(sectionOf),
    ];
    section.querySelector(".ans-said").replaceChildren(...parts.filter(Boolean));
    section.hidden = false;
  }

  Object.assign(atlas, { make, badge, wayWords, stateLink, sectionOf, draw, headline, spoken });
})();
