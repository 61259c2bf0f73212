// Under the answer: what a reader takes along, made when it is opened, and the way to report a mistake.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** The form for a wrong number, filled in: model, board, task, what we say. */
  function reportAddress(view, address) {
    const { texts: words, catalog } = atlas;
    const { model, board, boards, task } = view.contract;
    const name = catalog.boards[board]?.name ?? board ?? "";
    const fields = {
      model: catalog.models[model]?.name ?? model ?? "",
      board: boards > 1 ? `${boards} x ${name}` : name,
      task: words.task[task] ?? task ?? "",
      says: `${atlas.spoken(view)}\n${address}`,
    };
    return `${words.mistake}&${new URLSearchParams(fields)}`;
  }

  /** Connect what the page has under the answer; the function that is returned follows an answer. */
  function openFoot(form, section) {
    const foot = section.querySelector(".ans-foot");
    const share = foot.querySelector("details");
    let taken = null;
    share.addEventListener("toggle", () => {
      if (share.open) atlas.awaited(form, atlas.bring("share.js"), () => atlas.showCopies(share, ...taken));
    });
    return (view, state) => {
      const address = atlas.home + atlas.state.toAddress(state);
      taken = [view, address];
      share.open = false;
      foot.querySelector("a").href = reportAddress(view, address);
      foot.hidden = !view.verdict;
    };
  }

  Object.assign(atlas, { openFoot });
})();
