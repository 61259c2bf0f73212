// The pickers and controls of the question box, kept in step with the answer.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const OWN = "own";

  /** Set what differs: a browser measures a list again where it is set to what it was. */
  function put(element, name, value) {
    if (element[name] !== value) element[name] = value;
  }

  /** Select a value, adding it where the list does not have it ("RTX 3090 and RTX 3060"). */
  function choose(select, value, label) {
    const extra = select.querySelector("[data-extra]");
    if (extra?.value !== value) extra?.remove();
    put(select, "value", value);
    if (select.value === value) return;
    select.append(atlas.make("option", { value, "data-extra": true }, label()));
    select.value = value;
  }

  function show(form, name, value, label = () => value) {
    const control = form.querySelector(`[data-field="${name}"]`);
    if (control === document.activeElement && control.matches("input")) return;
    if (control.matches("select")) choose(control, value, label);
    else put(control, "value", value);
  }

  /** What is asked, in the pickers, and the settings that were used; without both they are emptied. */
  function showPickers(form, found, settings) {
    const { request = {}, modelClass, boardList, reserve } = found ?? {};
    const board = boardList ?? request.board;
    const ownModel = typeof request.model === "object";
    show(form, "board", atlas.state.boardName(board), () => atlas.boardWords(board));
    const count = boardList ? boardList.reduce((sum, one) => sum + one.count, 0) : (request.boards ?? 1);
    show(form, "boards", String(count));
    show(form, "task", request.task ?? "");
    show(
      form,
      "model",
      ownModel ? OWN : (request.model ?? (modelClass ? atlas.CLASS + modelClass : "")),
      () => (ownModel ? atlas.texts.choice.own_model : atlas.modelWords(request.model ?? `class:${modelClass}`)),
    );
    for (const control of form.querySelectorAll(".ask-controls [data-field]")) {
      const name = control.dataset.field;
      const given = name === "reserve" ? reserve || "" : request[name];
      control.closest("label").hidden = Boolean(settings) && name !== "reserve" && !(name in settings);
      showControl(control, given, settings?.[name], name);
    }
    form.querySelector('[data-field="boards"]').disabled = Boolean(boardList);
  }

  /** A control shows what was asked for, or the default that was used. */
  function showControl(control, given, used, name) {
    const { texts: words, fill } = atlas;
    const shown = used === undefined ? "" : nameOf(name, used);
    const isDefault = shown && given === undefined;
    const label = isDefault ? fill(words.choice.default_value, { value: shown }) : words.choice.default;
    if (control.matches("select")) {
      put(control.options[0], "textContent", label);
      const value = typeof given === "boolean" ? (given ? "on" : "off") : (given ?? "");
      choose(control, value, () => nameOf(name, value));
    } else {
      put(control, "placeholder", shown);
      if (control !== document.activeElement) put(control, "value", String(given ?? ""));
    }
  }

  function nameOf(name, value) {
    const { catalog, texts: words } = atlas;
    if (typeof value === "boolean") return value ? words.choice.on : words.choice.off;
    const lists = {
      weights: catalog.formats,
      kv_cache: catalog.formats,
      optimizer: catalog.optimizers,
      runtime: catalog.runtimes,
    };
    return lists[name]?.[value]?.name ?? String(value);
  }

  /** The change that a control stands for; null for one that is not finished. */
  function changeOf(control) {
    const { field } = control.dataset;
    const { value } = control;
    if (field === "board") {
      if (value === OWN) return null;
      return { board: value ? atlas.state.fromAddress(`?board=${value}`).fields.board : undefined };
    }
    if (field === "boards") return { boards: Number(value) > 1 ? Number(value) : undefined };
    if (value === "") return { [field]: undefined };
    if (field === "gradient_checkpointing") return { [field]: value === "on" };
    if (control.type !== "number") return { [field]: value };
    const number = Number(value);
    const good = number > 0 && (field === "reserve" || Number.isInteger(number));
    return good ? { [field]: number } : null;
  }

  /** Give options the ids that follow from their names: the page does not write them down. */
  function nameOptions(root) {
    for (const option of root.querySelectorAll("option:not([value])")) option.value = atlas.idOf(option.text);
  }

  /** Call `back` with the fields that a reader changes. */
  function onPick(root, back) {
    const own = root.querySelector(".ask-memory");
    const listen = (event) => {
      const control = event.target.closest?.("[data-field]");
      if (!control) return;
      if (control.dataset.field === "memory") {
        const gib = Number(control.value);
        if (gib > 0) back({ board: { memory_gib: gib } });
        return;
      }
      if (control.dataset.field === "board") own.hidden = control.value !== OWN;
      if (control.value === OWN && control.dataset.field === "board") {
        own.querySelector("input").focus();
        return;
      }
      const change = changeOf(control);
      if (change) back(change);
    };
    root.addEventListener("change", listen);
  }

  Object.assign(atlas, { showPickers, nameOptions, onPick, nameOf });
})();
