// Opened from a folder, a page can start no worker. This one runs in a frame instead. The build puts it behind
// the search index as a script, which the theme loads from a folder only.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  atlas.Worker = class extends EventTarget {
    #frame = document.body.appendChild(Object.assign(document.createElement("iframe"), { hidden: true })).contentWindow;
    #loaded;

    constructor(url) {
      super();
      this.#frame.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = this.#frame.document.createElement("script");
      this.#loaded = new Promise((done) => (script.onload = done));
      script.src = url;
      this.#frame.document.head.append(script);
    }

    postMessage(data) {
      this.#loaded.then(() => this.#frame.dispatchEvent(new MessageEvent("message", { data })));
    }
  };
})();
