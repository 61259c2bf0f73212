// What is asked, written into the address of the page, so that it can be shared and come back to.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const WRITTEN_AFTER = 250; // milliseconds without a key: browsers refuse an address for every key

  /**
   * The address follows the state that `current` gives. Every choice is a step of the history; all
   * letters of one question are one step.
   */
  function trail(current) {
    let typed = false; // whether the last step is the question being typed
    let writing = 0;

    /** Nothing is left to be written. */
    function leave() {
      clearTimeout(writing);
      writing = 0;
      typed = false;
    }

    function write(step) {
      clearTimeout(writing);
      writing = 0;
      const address = location.pathname + atlas.state.toAddress(current());
      if (address === location.pathname + location.search) return;
      history[step ? "pushState" : "replaceState"](null, "", address);
    }

    /** While the reader types. */
    function soon() {
      clearTimeout(writing);
      writing = setTimeout(() => {
        write(!typed);
        typed = true;
      }, WRITTEN_AFTER);
    }

    /** The question is typed. */
    function finish() {
      if (writing) write(!typed);
      typed = false;
    }

    return { soon, finish, leave, step: () => write(true) };
  }

  /** The text of a small box and the address of its page, each following the other. */
  function followAddress(text, search) {
    const steps = trail(() => ({ q: text.value, fields: {} }));
    const show = (address) => {
      const { q, fields } = atlas.state.fromAddress(address);
      text.value = q || atlas.sentence(fields);
      text.dispatchEvent(new Event("input", { bubbles: true }));
      steps.leave();
    };
    text.addEventListener("input", steps.soon);
    text.addEventListener("change", steps.finish);
    addEventListener("popstate", () => show(location.search));
    if (text.value) steps.soon(); // typed before the scripts were there
    else show(search);
  }

  Object.assign(atlas, { trail, followAddress });
})();
