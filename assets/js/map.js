/* The maps: tools change how dragging works, zoom moves the view, the selection is highlighted; all of it
 * on both maps, where a second one is open. */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const drawn = () => GRAPHS.map(plotOf).filter((plot) => plot && plot._fullData && plot._fullData.length);
  const brush = () => window.musiclatentvis.brush;
  /* What draws when the mouse is dragged: our brush, or Plotly where it has a mode for it. */
  const TOOLS = {
    "map-box": { brush: "box", dragmode: false },
    "map-lasso": { brush: "lasso", dragmode: false },
    "map-pan": { brush: null, dragmode: "pan" },
    "map-line": { brush: null, dragmode: false } /* assets/js/line.js */,
  };
  let chosen = "map-box";

  function takeUp(plot) {
    const { dragmode } = TOOLS[chosen];
    if (plot._fullLayout && plot._fullLayout.dragmode !== dragmode) window.Plotly.relayout(plot, { dragmode });
  }

  function tool() {
    const id = window.dash_clientside.callback_context.triggered_id;
    chosen = TOOLS[id] ? id : "map-box";
    brush().use(TOOLS[chosen].brush);
    drawn().forEach(takeUp);
    Object.keys(TOOLS).forEach((name) => {
      const button = document.getElementById(name);
      if (button) button.setAttribute("aria-pressed", String(name === chosen));
    });
    document.querySelector(".panel-map").dataset.tool = chosen;
    return window.dash_clientside.no_update;
  }

  /* ---- highlighting: the rows that the server says are selected ---- */

  let wanted = null;

  const same = (now, rows) =>
    now === rows || (now && rows && now.length === rows.length && rows.every((row, index) => row === now[index]));

  function mark(plot, rows) {
    const points = plot._fullData[0];
    /* scattergl greys nothing while one of Plotly's own selections stands. */
    const boxes = (plot.layout.selections || []).length > 0;
    if (!boxes && same(points.selectedpoints || null, rows)) return;
    window.Plotly.update(plot, { selectedpoints: [rows] }, boxes ? { selections: [] } : {}, [0]);
  }

  /* The points of a map are rows of the first map's table: its layout says which. */
  const isOf = (plot, map) => Boolean(plot.layout && plot.layout.meta && plot.layout.meta.map === map);

  /* Also when Dash has drawn a figure again that knows of an earlier selection. */
  function remark() {
    if (wanted && !brush().drawing()) drawn().filter((plot) => isOf(plot, wanted.map)).forEach((plot) => mark(plot, wanted.rows));
  }

  function restore() {
    if (brush().drawing()) return;
    brush().clear();
    remark();
  }

  const later = (job) => window.requestAnimationFrame(() => window.setTimeout(job));

  /* Called when every panel has its answer. Drawing 10,000 points takes longer than drawing a panel, and the
   * brush already shows what it encloses: so the panels are on the screen before the map is drawn again. */
  function highlight(answer) {
    wanted = answer;
    document.dispatchEvent(new CustomEvent("selectionshown"));
    later(() => later(() => {
      restore();
      document.dispatchEvent(new CustomEvent("mapshown"));
    }));
    return window.dash_clientside.no_update;
  }

  /* A map that comes after the answer about its rows: another encoder's, or a second one. */
  function attach(plot) {
    let map = null;
    plot.on("plotly_afterplot", () => {
      const now = plot.layout.meta ? `${plot.layout.meta.map} ${plot.layout.uirevision}` : null;
      if (now && now !== map) later(() => { takeUp(plot); restore(); });
      else later(remark);
      map = now;
    });
  }
  window.musiclatentvis.figures.each(GRAPHS, attach);

  function bounds(points, rows) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    rows.forEach((row) => {
      if (!Number.isFinite(points.x[row])) return; /* not on this map */
      left = Math.min(left, points.x[row]);
      right = Math.max(right, points.x[row]);
      bottom = Math.min(bottom, points.y[row]);
      top = Math.max(top, points.y[row]);
    });
    const [dx, dy] = [(right - left) * 0.08 || 1, (top - bottom) * 0.08 || 1];
    return { "xaxis.range": [left - dx, right + dx], "yaxis.range": [bottom - dy, top + dy] };
  }

  function zoom() {
    const id = window.dash_clientside.callback_context.triggered_id;
    if (id !== "map-home" && id !== "map-zoom") return window.dash_clientside.no_update;
    drawn().forEach((plot) => {
      const points = plot._fullData[0];
      const selected = points.selectedpoints;
      const into = id === "map-zoom" && selected && selected.length;
      const rows = into ? Array.from(selected) : Array.from({ length: points.x.length }, (_, row) => row);
      const ranges = bounds(points, rows);
      if (Number.isFinite(ranges["xaxis.range"][0])) window.Plotly.relayout(plot, ranges);
    });
    return window.dash_clientside.no_update;
  }

  /* The similarity panel's caption names the pair under the mouse. */
  function pair(hover) {
    const plot = document.querySelector("#similarity-graph .js-plotly-plot");
    const names = plot && plot.layout && plot.layout.meta && plot.layout.meta.names;
    const point = hover && hover.points && hover.points[0];
    if (!names || !point) return window.musiclatentvis.text("Hover for a pair · click to hear both");
    const [i, j] = [Math.round(point.y), Math.round(point.x)];
    return `${names[i]} ↔ ${names[j]} · ${point.z.toFixed(3).replace("-", "−")}`;
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    map: { tool: () => chosen, restore, rows: () => (wanted && wanted.rows) || null, light: () => drawn().forEach((plot) => mark(plot, null)) },
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { tool, zoom, pair, highlight } });
})();
