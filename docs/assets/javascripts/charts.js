// The interactive view of a chart: loaded and drawn when a reader asks for it, never before.
// Vega reads its expressions as a tree (`ast`), so that no page has to allow eval.
(() => {
  const MOST_AT_ONCE = 5;
  const program = new URL("vega.js", document.currentScript.src).href;
  const open = []; // charts on show, the oldest first
  let loading;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = program;
      script.onload = resolve;
      script.onerror = () => {
        script.remove();
        loading = undefined; // a reader may try again
        reject(new Error(program));
      };
      document.head.append(script);
    });
    return loading;
  }

  // The page's own colours and letters; marks that a pointer can find.
  function look(figure) {
    const style = getComputedStyle(figure);
    const text = { labelColor: style.color, titleColor: style.color, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
    return {
      background: "transparent",
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis: { ...text, gridColor: style.color, gridOpacity: 0.15, tickColor: style.color, domainColor: style.color, labelOverlap: false, labelFlush: false },
      legend: { ...text, labelLimit: 0 },
      bar: { stroke: style.color, strokeWidth: 0.5, strokeOpacity: 0.6 },
      line: { point: { size: 60 } },
      rule: { color: style.color },
      text: { color: style.color, fontSize: 12 },
    };
  }

  async function show(chart) {
    const { figure, button } = chart;
    button.disabled = true;
    try {
      await load();
      chart.box = document.createElement("div");
      chart.box.className = "atlas-live";
      figure.querySelector("svg").before(chart.box);
      const spec = JSON.parse(figure.querySelector("script").textContent);
      chart.view = await window.vegaEmbed(chart.box, spec, {
        actions: false,
        ast: true,
        config: look(figure),
        defaultStyle: false,
        renderer: "svg",
        tooltip: { disableDefaultStyle: true },
      });
      open.push(chart);
      if (open.length > MOST_AT_ONCE) hide(open[0]);
      mark(chart, true);
    } catch (error) {
      chart.box?.remove();
      chart.note.hidden = false;
      console.warn(error);
    } finally {
      button.disabled = false;
    }
  }

  function hide(chart) {
    open.splice(open.indexOf(chart), 1);
    chart.view.finalize();
    chart.box.remove();
    mark(chart, false);
  }

  function mark({ figure, button }, live) {
    figure.classList.toggle("atlas-explored", live);
    button.textContent = live ? button.dataset.close : button.dataset.explore;
  }

  for (const button of document.querySelectorAll(".atlas-explore")) {
    const chart = { button, figure: button.closest("figure"), note: button.nextElementSibling };
    button.dataset.explore = button.textContent;
    button.addEventListener("click", () => (open.includes(chart) ? hide(chart) : show(chart)));
  }
})();
