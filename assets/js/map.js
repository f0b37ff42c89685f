/* The map's toolbar: tools change how dragging works, zoom moves the view; no data is touched. */
(function () {
  "use strict";

  const plotOf = () => document.querySelector("#map-graph .js-plotly-plot");
  const TOOLS = { "map-box": "select", "map-lasso": "lasso", "map-pan": "pan" };
  let home = null;

  function markTool(mode) {
    Object.entries(TOOLS).forEach(([id, tool]) => {
      const button = document.getElementById(id);
      if (button) button.setAttribute("aria-pressed", String(tool === mode));
    });
  }

  function tool() {
    const id = window.dash_clientside.callback_context.triggered_id;
    const plot = plotOf();
    if (plot && TOOLS[id]) {
      window.Plotly.relayout(plot, { dragmode: TOOLS[id], selections: [] });
      markTool(TOOLS[id]);
    } else {
      markTool("select");
    }
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

  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { tool, zoom, pair } });
})();
