// The theme fetches the index of its search with every page, which is more than the page weighs. Here it
// waits until a reader comes near the search: points at it, touches it, or opens it with a key.
(() => {
  "use strict";
  const places = document.querySelectorAll(".md-search, #__search, [for=__search]");
  const events = ["focusin", "pointerover", "touchstart", "change"];
  if (!places.length) return;

  const theirs = XMLHttpRequest.prototype;
  const { open, send } = theirs;
  const indexes = new WeakSet();
  const waiting = [];

  theirs.open = function (method, url, ...rest) {
    if (String(url).endsWith("/search/search_index.json")) indexes.add(this);
    return open.call(this, method, url, ...rest);
  };
  theirs.send = function (...given) {
    if (!indexes.has(this)) return send.apply(this, given);
    waiting.push(() => send.apply(this, given));
  };

  const near = () => {
    Object.assign(theirs, { open, send });
    for (const place of places) for (const name of events) place.removeEventListener(name, near);
    for (const go of waiting.splice(0)) go();
  };
  for (const place of places) for (const name of events) place.addEventListener(name, near, { passive: true });
})();
