// Filters of a matrix page. Without this script every row of the tables is there.
// What can be chosen is read from the page itself: families and licences of the rows, classes of
// the headings, memory sizes of the columns.
(() => {
  const form = document.querySelector(".atlas-filters");
  const told = form.querySelector("output");
  const fits = new Set(["f", "t"]); // fits, or is tight

  const sections = [...document.querySelectorAll(".atlas-matrix")].map((matrix) => {
    const list = matrix.previousElementSibling;
    const heading = list.previousElementSibling;
    const sizes = [...matrix.querySelectorAll("thead abbr")].map((size) => size.textContent);
    const short = list.querySelectorAll("tbody tr");
    const rows = [...matrix.querySelectorAll("tbody tr")].map((row, index) => ({
      family: row.dataset.family,
      licence: row.dataset.licence ?? "",
      elements: [row, short[index]],
      enough: (size) => fits.has(row.cells[sizes.indexOf(size) + 1]?.className),
    }));
    return { id: heading.id, title: heading.firstChild.textContent, elements: [heading, list, matrix], sizes, rows };
  });
  const all = sections.flatMap((section) => section.rows);

  function offer(name, options) {
    for (const [value, label] of options) form.elements[name].add(new Option(label, value));
  }
  const sorted = (values) => [...new Set(values)].filter(Boolean).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  offer("family", sorted(all.map((row) => row.family)).map((family) => [family, family]));
  offer("licence", sorted(all.map((row) => row.licence)).map((licence) => [licence, licence]));
  offer("size", sections.map((section) => [section.id, section.title]));
  offer("memory", sections[0].sizes.map((size) => [size, size]));

  function wanted(row, section, chosen) {
    return (!chosen.family || row.family === chosen.family)
      && (!chosen.licence || row.licence === chosen.licence)
      && (!chosen.size || section.id === chosen.size)
      && (!chosen.memory || row.enough(chosen.memory));
  }

  function filter() {
    const chosen = Object.fromEntries(new FormData(form));
    let count = 0;
    for (const section of sections) {
      let shown = 0;
      for (const row of section.rows) {
        const hidden = !wanted(row, section, chosen);
        for (const element of row.elements) element.hidden = hidden;
        if (!hidden) shown += 1;
      }
      for (const element of section.elements) element.hidden = shown === 0;
      count += shown;
    }
    told.textContent = told.dataset.text.replace("{shown}", count).replace("{total}", all.length);
  }

  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter)); // after the fields are empty again
})();
