/* Where the browser has no WebGL the maps are drawn as SVG: slower, and complete. Loaded before Plotly, which is
 * handed figures by Dash: the one place where every figure passes is where Plotly takes it. */
(function () {
  "use strict";

  const PLENTY = 5000; /* points that SVG draws without a person waiting for it */

  function has() {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  }
  if (has()) return;

  const plain = (trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace);

  function instead(draw) {
    return (plot, figure, ...rest) => {
      /* Dash hands over one object; Plotly's own signature is (plot, data, layout, config). */
      if (Array.isArray(figure)) return draw(plot, figure.map(plain), ...rest);
      return draw(plot, { ...figure, data: (figure.data || []).map(plain) }, ...rest);
    };
  }

  let plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set: (loaded) => {
      plotly = { ...loaded, react: instead(loaded.react), newPlot: instead(loaded.newPlot) };
    },
  });

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
