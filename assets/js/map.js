/* The map: tools change how dragging works, zoom moves the view, the selection is highlighted. */
(function () {
  "use strict";

  const plotOf = () => document.querySelector("#map-graph .js-plotly-plot");
  const brush = () => window.musiclatentvis.brush;
  /* What draws when the mouse is dragged: our brush, or Plotly where it has a mode for it. */
  const TOOLS = {
    "map-box": { brush: "box", dragmode: false },
    "map-lasso": { brush: "lasso", dragmode: false },
    "map-pan": { brush: null, dragmode: "pan" },
  };

  function tool() {
    const id = window.dash_clientside.callback_context.triggered_id;
    const plot = plotOf();
    const chosen = plot && TOOLS[id] ? id : "map-box";
    brush().use(TOOLS[chosen].brush);
    if (plot && plot._fullLayout && plot._fullLayout.dragmode !== TOOLS[chosen].dragmode) {
      window.Plotly.relayout(plot, { dragmode: TOOLS[chosen].dragmode });
    }
    Object.keys(TOOLS).forEach((name) => {
      const button = document.getElementById(name);
      if (button) button.setAttribute("aria-pressed", String(name === chosen));
    });
    return window.dash_clientside.no_update;
  }

  /* ---- highlighting: the rows that the server says are selected ---- */

  let wanted = null;

  const same = (now, rows) =>
    now === rows || (now && rows && now.length === rows.length && rows.every((row, index) => row === now[index]));

  function mark(rows) {
    const plot = plotOf();
    const points = plot && plot._fullData && plot._fullData[0];
    if (!points) return;
    /* scattergl greys nothing while one of Plotly's own selections stands. */
    const boxes = (plot.layout.selections || []).length > 0;
    if (!boxes && same(points.selectedpoints || null, rows)) return;
    window.Plotly.update(plot, { selectedpoints: [rows] }, boxes ? { selections: [] } : {}, [0]);
  }

  function restore() {
    const plot = plotOf();
    if (brush().drawing()) return;
    brush().clear();
    if (wanted && plot && plot.layout && plot.layout.uirevision === wanted.map) mark(wanted.rows);
  }

  /* Called when every panel has its answer. Drawing 10,000 points takes longer than drawing a panel, and the
   * brush already shows what it encloses: so the panels are on the screen before the map is drawn again. */
  function highlight(answer) {
    wanted = answer;
    const later = (job) => window.requestAnimationFrame(() => window.setTimeout(job));
    later(() => later(restore));
    return window.dash_clientside.no_update;
  }

  function bounds(points, rows) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    rows.forEach((row) => {
      left = Math.min(left, points.x[row]);
      right = Math.max(right, points.x[row]);
      bottom = Math.min(bottom, points.y[row]);
      top = Math.max(top, points.y[row]);
    });
    const [dx, dy] = [(right - left) * 0.08 || 1, (top - bottom) * 0.08 || 1];
    return { "xaxis.range": [left - dx, right + dx], "yaxis.range": [bottom - dy, top + dy] };
  }

  function zoom() {
    const plot = plotOf();
    const id = window.dash_clientside.callback_context.triggered_id;
    if (!plot || !plot._fullData || !plot._fullData.length) return window.dash_clientside.no_update;
    const points = plot._fullData[0];
    const all = Array.from({ length: points.x.length }, (_, row) => row);
    const selected = points.selectedpoints;
    if (id === "map-zoom" && selected && selected.length) {
      window.Plotly.relayout(plot, bounds(points, Array.from(selected)));
    } else if (id === "map-home" || id === "map-zoom") {
      window.Plotly.relayout(plot, bounds(points, all));
    }
    return window.dash_clientside.no_update;
  }

  /* The similarity panel's caption names the pair under the mouse. */
  function pair(hover) {
    const plot = document.querySelector("#similarity-graph .js-plotly-plot");
    const names = plot && plot.layout && plot.layout.meta && plot.layout.meta.names;
    const point = hover && hover.points && hover.points[0];
    if (!names || !point) return "Hover for a pair · click to hear both";
    const [i, j] = [Math.round(point.y), Math.round(point.x)];
    return `${names[i]} ↔ ${names[j]} · ${point.z.toFixed(3)}`;
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    map: { restore, light: () => mark(null) },
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { tool, zoom, pair, highlight } });
})();
