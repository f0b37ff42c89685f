/* Where the segment that is heard stands in the similarity matrix: two thin lines, as long as it is selected. */
(function () {
  "use strict";

  const GRAPH = "similarity-graph";
  let row = null;

  const overlay = () => window.musiclatentvis.overlay;

  function lines(plot) {
    const cells = plot._fullData && plot._fullData[0] && plot._fullData[0].z;
    const cell = row === null || !cells ? -1 : window.musiclatentvis.hover.cellOf(row);
    const place = cell >= 0 && cell < cells.length && overlay().pixels(plot, cell, cell);
    if (!place) return [];
    const [x, y] = place.map((value) => value.toFixed(1));
    const [[left, top], [right, bottom]] = [-0.5, cells.length - 0.5].map((end) => overlay().pixels(plot, end, end));
    const d = `M${left},${y}H${right}M${x},${top}V${bottom}`;
    return [overlay().element("path", { class: "halo", d }), overlay().element("path", { d, "data-cell": cell })];
  }

  const draw = (plot) => overlay().show(plot, "playing-cell", lines(plot));

  function redraw() {
    const plot = document.querySelector(`#${GRAPH} .js-plotly-plot`);
    if (plot && plot._fullLayout && plot._fullData) draw(plot);
  }

  document.addEventListener("segmentplay", ({ detail }) => {
    row = detail.row;
    redraw();
  });
  /* The rows come when every panel has been drawn. */
  document.addEventListener("selectionshown", () => row !== null && redraw());
  const attach = () => (overlay() ? overlay().follow(GRAPH, draw) : window.setTimeout(attach, 50));
  attach();
})();
