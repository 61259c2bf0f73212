// Words and figures as the pages have them. Templates and units come from Python as vramAtlas.texts.
(() => {
  "use strict";
  const atlas = (globalThis.vramAtlas ??= {});

  /** A template with its {names} filled in. A name without a value is a mistake of the caller. */
  function fill(template, values = {}) {
    return template.replace(/\{(\w+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`no value for {${name}} in "${template}"`);
      return values[name];
    });
  }

  /** One decimal, ties to the even digit as in Python. */
  function oneDecimal(value) {
    const tenths = value * 10;
    const down = Math.floor(tenths);
    const exact = tenths - down === 0.5 && down / 10 + 0.05 === value;
    return exact ? ((down + (down % 2)) / 10).toFixed(1) : value.toFixed(1);
  }

  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

  /** "26.2 GiB", "84 MiB": format_size() of units.py. */
  function size(bytes) {
    const { gib, mib, small, large } = atlas.texts.units;
    if (Math.abs(bytes) < small) return `${Math.round(bytes / mib)} MiB`;
    if (bytes >= large) return `${grouped(Math.round(bytes / gib))} GiB`;
    return `${oneDecimal(bytes / gib)} GiB`;
  }

  Object.assign(atlas, { fill, size, grouped, gib: (bytes) => bytes / atlas.texts.units.gib });
})();
