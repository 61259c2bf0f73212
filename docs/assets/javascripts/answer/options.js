// The options of the pickers, for readers who come near.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  const option = ([value, { name }]) => atlas.make("option", { value }, name);

  const group = (label, entries) => atlas.make("optgroup", { label }, ...entries.map(option));

  /** Entries under the names of their families or lines; `groups` are pairs of a name and how many it has. */
  function grouped(entries, groups) {
    let place = 0;
    return groups.map(([label, count]) => group(label, entries.slice(place, (place += count))));
  }

  /** "any 7B" … */
  function sizes({ sizes: known, words }) {
    const named = (size) => atlas.fill(atlas.texts.choice.class_of, { size: size.toUpperCase() });
    return group(words.sizes, known.map((size) => [atlas.CLASS + size, { name: named(size) }]));
  }

  /** "24 GiB usable" …, and one to be typed. */
  function memories({ words }) {
    const named = (gib) => [`memory:${gib}`, { name: atlas.fill(words.memory_of, { gib }) }];
    return group(words.memory, [...atlas.texts.memory_sizes.map(named), ["own", { name: words.own_memory }]]);
  }

  /** 2, 3 … */
  const counts = (most) => Array.from({ length: most - 1 }, (_, place) => option([place + 2, { name: String(place + 2) }]));

  /** Complete the lists of a form, once. */
  function fillOptions(form) {
    const { catalog, groups, vocabulary } = atlas;
    const formats = (suits) => Object.entries(catalog.formats).filter(([id]) => id in vocabulary.formats && suits(vocabulary.formats[id]));
    const found = {
      boards: counts(groups.boards_at_most),
      model: [sizes(groups), ...grouped(Object.entries(catalog.models), groups.models)],
      board: [
        group(groups.words.popular, groups.popular.map((id) => [id, catalog.boards[id]])),
        memories(groups),
        ...grouped(Object.entries(catalog.boards), groups.boards),
      ],
      weights: formats(([, tasks]) => tasks).map(option),
      kv_cache: formats(([, , cache]) => cache).map(option),
      optimizer: Object.entries(catalog.optimizers).map(option),
      runtime: Object.entries(catalog.runtimes).map(option),
    };
    for (const [name, options] of Object.entries(found)) {
      const select = form.querySelector(`[data-field="${name}"]`);
      const { value } = select;
      select.append(...options);
      const added = select.querySelector("[data-extra]"); // by pickers.js, as long as the list was short
      if ([...select.options].some((one) => one !== added && one.value === value)) added?.remove();
      select.value = value;
    }
  }

  Object.assign(atlas, { fillOptions });
})();
