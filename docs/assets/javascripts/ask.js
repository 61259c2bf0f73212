// On every page: brings the answer's script when a reader is about to ask, so that pages stay light.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const here = document.currentScript.src;
  atlas.root = new URL("../../../", here).href;
  atlas.home = new URL("index.html", atlas.root).href;

  const LATE = 800; // milliseconds after which a reader wants to know why nothing happens

  const SHORT = ["answer.js", "brief.js"];
  const PICKERS = ["answer.js", "options.js"];

  const coming = (atlas.coming = new Map()); // promises, by name
  atlas.arrived = new Set();
  /** Bring a script beside this one, once; again where it failed. */
  atlas.bring = (name) => {
    if (!coming.has(name)) {
      const script = document.createElement("script");
      const arrives = new Promise((resolve, reject) => {
        script.addEventListener("load", () => resolve(atlas.arrived.add(name)));
        script.addEventListener("error", () => {
          coming.delete(name);
          reject(new Error(`${script.src} did not load`));
        });
      });
      script.src = new URL(name, here).href;
      document.head.append(script);
      coming.set(name, arrives);
    }
    return coming.get(name);
  };
  /** Run `then` when scripts are here. A form says if that takes long, and what to do if they do not come. */
  atlas.awaited = (form, arrival, then, failed = () => {}) => {
    const place = form.querySelector(".ask-wait");
    const say = (words) => place && Object.assign(place, { textContent: words, hidden: !words });
    const late = setTimeout(() => say(place?.dataset.late), LATE);
    const settled = (words) => {
      clearTimeout(late);
      say(words);
    };
    arrival.then(
      () => {
        settled("");
        then();
      },
      () => {
        settled(place?.dataset.failed);
        failed();
      },
    );
  };

  /** Open a form with the script of the answer, and then, when the reader is there, have all the others ready. */
  function answer(element, form, scripts, open, ready = () => {}) {
    let opened = false;
    const start = (then = () => {}) => {
      const again = () => atlas.whenNear([element], near);
      atlas.awaited(form, Promise.all(scripts.map(atlas.bring)), () => {
        if (!opened) open();
        opened = true;
        then();
      }, again);
    };
    const near = () => start(() => atlas.awaited(form, atlas.bringEverything(), ready));
    atlas.whenNear([element], near);
    return start;
  }

  const search = atlas.question ?? "";
  const asked = /[?&](q|model|board)=/.test(search);
  const box = document.getElementById("ask");
  if (box) {
    const examples = [...document.querySelectorAll("#ask-examples a")].map((one) => one.text);
    const start = answer(box, box, ["answer.js"], () => atlas.openBox(box, search), () => atlas.warm(examples));
    const pickers = () => atlas.awaited(box, Promise.all(PICKERS.map(atlas.bring)), () => atlas.fillOptions(box));
    atlas.whenNear([box], pickers);
    if (asked || box.contains(document.activeElement)) start();
  }
  const small = document.querySelector(".ask-small");
  if (small) {
    const start = answer(small, small, SHORT, () => atlas.openSmallBox(small, search));
    if (asked) start();
  }
  const dialog = document.querySelector(".md-search");
  if (dialog) answer(dialog, dialog, SHORT, () => atlas.openSearch(dialog));
})();
