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
  function copies(view, address) {
    const { make, texts: words } = atlas;
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
    return lines;
  }

  /** Put them into the element that a reader has opened. */
  function showCopies(share, view, address) {
    share.querySelector("div").replaceChildren(...copies(view, address));
  }

  Object.assign(atlas, { showCopies, matrixOf });
})();
