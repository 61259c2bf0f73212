// ?q= is the question of the box. The theme would open its search dialog with it: it looks while the
// page is read, so the question is put aside until then. ask.js takes it from here.
(() => {
  "use strict";
  const { search, pathname, hash } = location;
  (globalThis.vramAtlas ??= {}).question = search;
  if (!new URLSearchParams(search).has("q")) return;
  history.replaceState(null, "", pathname + hash);
  document.addEventListener("DOMContentLoaded", () => history.replaceState(null, "", pathname + search + hash));
})();
