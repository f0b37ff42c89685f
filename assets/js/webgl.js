/* Where the browser has no WebGL the maps are drawn as SVG: slower, and complete. */
(function () {
  "use strict";

  const PLENTY = 5000; /* points that SVG draws without a person waiting for it */

  function has() {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  }
  const webgl = has();
  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { webgl });
  if (webgl) return;

  window.musiclatentvis.figures.change((trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace));

  /* Said once, where a person looks when the map is slow. */
  function say() {
    const note = document.getElementById("map-webgl");
    const plot = document.querySelector("#map-graph .js-plotly-plot");
    const points = plot && plot._fullData && plot._fullData[0] && plot._fullData[0].x;
    if (!note || !points) return window.setTimeout(say, 300);
    note.hidden = false;
    if (points.length > PLENTY) note.querySelector(".slow").hidden = false;
    return undefined;
  }
  say();
})();
