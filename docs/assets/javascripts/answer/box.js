// The question box of the home page: text, pickers, controls, answer and address in step.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const SPOKEN_AFTER = 700; // milliseconds without a key before a screen reader hears the answer

  /** Connect the form to the answer; `search` is what the address asks. Called once. */
  function openBox(form, search) {
    const text = form.elements.q;
    const section = document.getElementById("answer");
    const status = document.getElementById("ask-status");
    const examples = document.getElementById("ask-examples");
    const follow = atlas.openFoot(form, section);
    let state = { q: "", fields: {} };
    let timer = 0;

    const isEmpty = () => !state.q.trim() && !Object.keys(state.fields).length;

    function say(view) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        status.textContent = view ? atlas.spoken(view) : "";
      }, SPOKEN_AFTER);
    }

    /** Show the state; `typing` leaves the text as it is being typed. */
    function show(typing = false) {
      examples.hidden = !isEmpty();
      if (!typing) text.value = state.q || atlas.sentence(state.fields);
      if (isEmpty()) {
        section.hidden = true;
        atlas.showPickers(form, null);
        say(null);
        return;
      }
      const asking = state;
      const found = atlas.asked(state);
      const arrival = atlas.arrivalFor(found);
      if (arrival) {
        section.hidden = true; // until all of the answer can be shown
        say(null);
        atlas.awaited(form, arrival, () => state === asking && show(typing));
        return;
      }
      const view = atlas.compose(state, found);
      atlas.draw(section, view);
      follow(view, state);
      atlas.showPickers(form, view.found, view.answer?.settings);
      say(view);
    }

    const trail = atlas.trail(() => state);

    function go(next) {
      trail.finish();
      state = next;
      trail.step();
      show();
    }

    text.addEventListener("input", () => {
      state = atlas.retype(state, text.value);
      trail.soon();
      show(true);
    });
    text.addEventListener("change", trail.finish);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      trail.finish();
      if (!isEmpty()) section.scrollIntoView({ block: "nearest" });
    });
    atlas.nameOptions(form);
    const pick = (changes) => go(atlas.choose(state, changes));
    atlas.onPick(form, pick);
    const own = form.querySelector(".ask-own");
    const bringOwn = () =>
      atlas.awaited(form, Promise.all([atlas.bring("own-model.js"), atlas.bringShapes()]), () => atlas.openOwn(form, pick));
    if (own.open || own.querySelector("textarea").value) bringOwn();
    else own.addEventListener("toggle", bringOwn, { once: true });
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a.ask-state, #ask-examples a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(atlas.state.fromAddress(new URL(link.href).search));
      section.focus({ preventScroll: true });
      form.scrollIntoView({ block: "nearest" });
    });
    const load = (address) => {
      trail.leave();
      state = atlas.state.fromAddress(address);
      show();
    };
    addEventListener("popstate", () => load(location.search));
    if (text.value && !search) {
      state = { q: text.value, fields: {} }; // typed before the scripts were there
      trail.soon();
      show(true);
    } else load(search);
  }

  atlas.openBox = openBox;
})();
