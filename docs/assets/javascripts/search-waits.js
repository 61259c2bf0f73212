// The theme fetches its search with every page: a worker, and an index that is heavier than the page. Here
// both wait until a reader comes near the search: points at it, touches it, or opens it with a key.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** Call `come` once, when the reader comes near one of the elements. */
  atlas.whenNear = (elements, come) => {
    const events = ["focusin", "pointerover", "touchstart", "change"];
    const near = () => {
      for (const element of elements) for (const name of events) element.removeEventListener(name, near);
      come();
    };
    for (const element of elements) for (const name of events) element.addEventListener(name, near, { passive: true });
  };

  const places = document.querySelectorAll(".md-search, #__search, [for=__search]");
  if (!places.length) return;

  const waiting = []; // what to do when the reader is near
  const theirs = XMLHttpRequest.prototype;
  const { open, send } = theirs;
  const { Worker } = globalThis;

  const indexes = new WeakSet();
  theirs.open = function (method, url, ...rest) {
    if (String(url).endsWith("/search/search_index.json")) indexes.add(this);
    return open.call(this, method, url, ...rest);
  };
  theirs.send = function (...given) {
    if (!indexes.has(this)) return send.apply(this, given);
    waiting.push(() => send.apply(this, given));
  };

  /** Stands for a worker until it starts: keeps what is sent to it, and passes on what it says. */
  globalThis.Worker = function (...given) {
    const stand = new EventTarget();
    const sent = [];
    stand.postMessage = (message) => sent.push(message);
    waiting.push(() => {
      const worker = new (atlas.Worker ?? Worker)(...given); // search-from-a-folder.js has one of its own
      worker.addEventListener("message", ({ data }) => stand.dispatchEvent(new MessageEvent("message", { data })));
      stand.postMessage = (message) => worker.postMessage(message);
      sent.forEach(stand.postMessage);
    });
    return stand;
  };

  atlas.whenNear(places, () => {
    Object.assign(theirs, { open, send });
    globalThis.Worker = Worker;
    for (const go of waiting) go();
  });
})();
