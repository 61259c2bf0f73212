// What a reader takes along: the address of the answer, and a badge for a README or a forum.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** The matrix that an answer belongs to: the same task in the same format. */
  function matrixOf({ model, task, settings }) {
    return Object.keys(atlas.catalog.matrices).find((id) => {
      const fields = atlas.matrixRequest(model, id);
      return fields.task === task && (!fields.weights || fields.weights === settings.weights);
    });
  }

  function copyable(label, text) {
    const { make, texts: words } = atlas;
    const box = make("input", { readonly: true, value: text, "aria-label": label });
    const button = make("button", { type: "button" }, words.place.copy);
    button.addEventListener("click", async () => {
      box.select();
      if (navigator.clipboard) await navigator.clipboard.writeText(text);
      else document.execCommand("copy");
      button.textContent = words.place.copied;
    });
    return make("div", { class: "ans-copy" }, make("span", {}, label), box, button);
  }

  /** Link, Markdown and HTML; with a badge where the site has one for the answer. */
  function shareOf(view, state) {
    const { make, texts: words } = atlas;
    const address = atlas.home + atlas.state.toAddress(state);
    const lines = [copyable(words.place.link, address)];
    const matrix = view.answer?.settings && atlas.catalog.models[view.answer.model] && matrixOf(view.answer);
    if (matrix) {
      const { model } = view.answer;
      const badge = `${atlas.root}badges/${model}/${matrix}.svg`;
      const name = `${atlas.catalog.models[model].name}: ${atlas.catalog.matrices[matrix].title}`;
      lines.push(
        make("p", {}, make("img", { src: badge, alt: name, height: "20", loading: "lazy" })),
        copyable(words.place.markdown, `[![${name}](${badge})](${address})`),
        copyable(words.place.html, `<a href="${address.replaceAll("&", "&amp;")}"><img src="${badge}" alt="${name}"></a>`),
      );
    }
    const share = make("details", { class: "ans-share" }, make("summary", {}, words.place.share), ...lines);
    return make("div", { class: "ans-foot" }, share, make("p", { class: "ans-report" }, reportOf(view, address)));
  }

  /** A link to the form for a wrong number, filled in: model, board, task, what we say. */
  function reportOf(view, address) {
    const { make, texts: words, catalog } = atlas;
    const { model, board, boards, task } = view.contract;
    const name = catalog.boards[board]?.name ?? board ?? "";
    const fields = {
      model: catalog.models[model]?.name ?? model ?? "",
      board: boards > 1 ? `${boards} x ${name}` : name,
      task: words.task[task] ?? task ?? "",
      says: `${atlas.spoken(view)}\n${address}`,
    };
    return make("a", { href: `${words.mistake}&${new URLSearchParams(fields)}` }, words.place.report);
  }

  Object.assign(atlas, { shareOf, matrixOf });
})();
