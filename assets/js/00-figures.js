/* Every figure passes here on its way to Plotly, which Dash and the page's own scripts hand it to: what of it is
 * changed in the browser is changed here, and who waits for a graph hears of it here. Loaded before Plotly.
 */
(function () {
  "use strict";

  const changes = [];
  const waiting = [];

  const changed = (trace) => changes.reduce((now, change) => change(now), trace);

  function meet(plot, { ids, job, met }) {
    const id = ids.find((graph) => plot.closest(`#${graph}`));
    if (!id || met.has(plot)) return;
    met.add(plot);
    job(plot, id);
  }

  function passing(draw) {
    return (plot, figure, ...rest) => {
      /* Dash hands over one object; Plotly's own signature is (plot, data, layout, config). */
      const traces = Array.isArray(figure) ? figure.map(changed) : { ...figure, data: (figure.data || []).map(changed) };
      const drawing = draw(plot, traces, ...rest);
      waiting.forEach((who) => meet(plot, who));
      return drawing;
    };
  }

  let plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set: (loaded) => {
      plotly = { ...loaded, react: passing(loaded.react), newPlot: passing(loaded.newPlot) };
    },
  });

  /* `job(plot, id)` once for each of these graphs, as soon as Plotly has drawn in it. */
  function each(ids, job) {
    const who = { ids, job, met: new WeakSet() };
    waiting.push(who);
    document.querySelectorAll(".js-plotly-plot").forEach((plot) => plot.on && meet(plot, who));
  }

  /* What Plotly decodes, for who needs the numbers himself. */
  const array = ({ bdata }, Type) => new Type(Uint8Array.from(window.atob(bdata), (letter) => letter.charCodeAt(0)).buffer);

  /* `job(trace)` returns the trace that is drawn. */
  const change = (job) => changes.push(job);

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { figures: { array, change, each } });
})();
