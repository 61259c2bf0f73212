// On every page: brings the answer's script when a reader is about to ask, so that pages stay light.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const here = document.currentScript.src;
  atlas.root = new URL("../../", here).href;
  atlas.home = new URL("index.html", atlas.root).href;

  const coming = new Map();
  /** Bring a script beside this one, once. */
  atlas.bring = (name) => {
    if (!coming.has(name)) {
      const script = document.createElement("script");
      const arrives = new Promise((resolve, reject) => {
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => reject(new Error(`${script.src} did not load`)));
      });
      script.src = new URL(name, here).href;
      document.head.append(script);
      coming.set(name, arrives);
    }
    return coming.get(name);
  };
  const load = () => atlas.bring("generated/answer.js");

  /** Call `open` once, when the reader comes near. */
  function whenNear(element, open) {
    const events = ["focusin", "pointerover", "touchstart"];
    const near = () => {
      for (const name of events) element.removeEventListener(name, near);
      load().then(open);
    };
    for (const name of events) element.addEventListener(name, near, { passive: true });
  }

  const box = document.getElementById("ask");
  const search = atlas.question ?? "";
  const asked = /[?&](q|model|board)=/.test(search);
  if (box && (asked || box.contains(document.activeElement))) {
    load().then(() => atlas.openBox(box, search));
  } else if (box) {
    whenNear(box, () => atlas.openBox(box, search));
  }
  const small = document.querySelector(".ask-small");
  const openSmall = () => atlas.openSmallBox(small, search);
  if (small && asked) load().then(openSmall);
  else if (small) whenNear(small, openSmall);
  const dialog = document.querySelector(".md-search");
  if (dialog) whenNear(dialog, () => atlas.openSearch(dialog));
})();
