/* Where the segment that is heard stands in the similarity matrix: two thin lines, as long as it is selected. */
(function () {
  "use strict";

  const GRAPH = "similarity-graph";
  let row = null;

  const overlay = () => window.musiclatentvis.overlay;

  /* The cell of a row: cells are blocks of consecutive selected rows, one each where there are few
   * (`block_similarity`). */
  function cellOf(plot) {
    const { names } = plot.layout.meta || {};
    const selection = window.musiclatentvis.map.shown();
    if (row === null || !names || !selection) return null;
    const at = selection.rows ? selection.rows.indexOf(row) : row;
    const count = selection.rows ? selection.rows.length : selection.count;
    if (at < 0 || at >= count || names.length > count) return null;
    const first = (cell) => Math.floor((cell * count) / names.length);
    let cell = Math.floor((at * names.length) / count);
    if (first(cell + 1) <= at) cell += 1;
    return cell;
  }

  function draw(plot) {
    const layer = overlay().layer(plot, "playing-cell");
    const cell = cellOf(plot);
    layer.replaceChildren();
    if (cell === null) return;
    const place = overlay().pixels(plot, cell, cell);
    if (!place) return;
    const { xaxis, yaxis } = plot._fullLayout;
    const [x, y] = place.map((value) => value.toFixed(1));
    const d = `M${xaxis._offset},${y}h${xaxis._length}M${x},${yaxis._offset}v${yaxis._length}`;
    layer.dataset.cell = cell;
    layer.append(overlay().element("path", { class: "halo", d }), overlay().element("path", { d }));
  }

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
