/* The segment under the mouse, in whichever view, is marked in all the others: a ring on the maps, a line over the
 * heatmap, a cross over the similarity matrix, a polyline over the parallel coordinates. Nothing is asked of the
 * server and no graph is drawn again: the marks are SVG over them.
 *
 * `segmenthover` on the document tells other views, `detail` being `{row, source}`; the row is null when it ends.
 */
(function () {
  "use strict";

  const MAPS = ["map-graph", "second-graph"];
  const HEATMAP = "heatmap-graph";
  const SIMILARITY = "similarity-graph";
  const PARALLEL = "parallel-graph";
  const SVG = "http://www.w3.org/2000/svg";
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const drawn = (id) => {
    const plot = plotOf(id);
    return plot && plot._fullLayout && plot._fullData && plot._fullData.length ? plot : null;
  };

  /* ---- which rows a panel shows, in its order ---- */

  /* Selected rows ascending, as the server says them; all of the map's where everything is selected. */
  function selectedRows() {
    const map = drawn(MAPS[0]);
    const rows = window.musiclatentvis.map.rows();
    if (rows) return rows;
    return map && map._fullData[0].x ? Array.from(map._fullData[0].x, (_, row) => row) : [];
  }

  /* The heatmap goes group by group: the map's colours are the groups. Kept until one of them changes. */
  let order = { rows: null, groups: null, lines: [] };
  function heatmapRows() {
    const map = drawn(MAPS[0]);
    const groups = map && window.musiclatentvis.points.groups(map);
    const rows = window.musiclatentvis.map.rows();
    if (!groups) return [];
    if (order.rows !== rows || order.groups !== groups || !order.lines.length) {
      const lines = [...selectedRows()].sort((a, b) => groups[a] - groups[b] || a - b);
      order = { rows, groups, lines };
    }
    return order.lines;
  }

  function cellOf(row) {
    const plot = drawn(SIMILARITY);
    const at = selectedRows().indexOf(row);
    const edges = plot && plot.layout.meta && plot.layout.meta.edges;
    if (at < 0 || !edges) return at;
    return edges.findIndex((edge) => edge > at) - 1;
  }

  /* ---- marks ---- */

  function pathOver(plot, kind) {
    let svg = plot.querySelector(".hover-marks");
    if (!svg) {
      svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("class", "hover-marks");
      plot.append(svg);
    }
    let path = svg.querySelector(`.hover-${kind}`);
    if (!path) {
      path = document.createElementNS(SVG, "path");
      path.setAttribute("class", `hover-${kind}`);
      svg.append(path);
    }
    return path;
  }

  function onMap(id, row) {
    const plot = drawn(id);
    if (!plot || !plot._fullLayout.xaxis) return;
    const { x, y } = plot._fullData[0];
    const known = row !== null && x && Number.isFinite(x[row]);
    pathOver(plot, "ring").setAttribute("d", known ? window.musiclatentvis.marks.ring(plot, x[row], y[row], 8) : "");
  }

  /* An axis' pixel for a line's number. */
  const pixel = (axis, line) => axis._offset + axis.l2p(line);

  function onHeatmap(row) {
    const plot = drawn(HEATMAP);
    if (!plot || !plot._fullLayout.yaxis) return;
    const at = row === null ? -1 : heatmapRows().indexOf(row);
    const { xaxis, yaxis } = plot._fullLayout;
    const y = at < 0 ? 0 : pixel(yaxis, at);
    pathOver(plot, "line").setAttribute("d", at < 0 ? "" : `M${xaxis._offset - 14},${y}H${xaxis._offset + xaxis._length}`);
  }

  function onSimilarity(row) {
    const plot = drawn(SIMILARITY);
    if (!plot || !plot._fullLayout.xaxis) return;
    const at = row === null ? -1 : cellOf(row);
    const { xaxis, yaxis } = plot._fullLayout;
    const cross = () => {
      const last = plot._fullData[0].z.length - 0.5;
      const [x, y] = [pixel(xaxis, at), pixel(yaxis, at)];
      return `M${x},${pixel(yaxis, -0.5)}V${pixel(yaxis, last)}M${pixel(xaxis, -0.5)},${y}H${pixel(xaxis, last)}`;
    };
    pathOver(plot, "line").setAttribute("d", at < 0 ? "" : cross());
  }

  function onParallel(row) {
    const plot = drawn(PARALLEL);
    if (!plot || plot._fullData[0].type !== "parcoords") return;
    const lines = window.musiclatentvis.parallel.rowsShown(selectedRows());
    const at = row === null ? -1 : lines.indexOf(row);
    pathOver(plot, "line").setAttribute("d", at < 0 ? "" : window.musiclatentvis.parallel.path(at));
  }

  let shown = { row: null, source: null };

  function mark(row, source) {
    MAPS.forEach((id) => onMap(id, id === source ? null : row));
    onHeatmap(source === HEATMAP ? null : row);
    onSimilarity(source === SIMILARITY ? null : row);
    onParallel(source === PARALLEL ? null : row);
  }

  /* At most one marking a frame: the mouse reports more often than the screen is drawn. */
  let [waiting, told] = [null, shown];
  function later() {
    if (waiting !== null) return;
    waiting = window.requestAnimationFrame(() => {
      waiting = null;
      mark(shown.row, shown.source);
      if (told !== shown) document.dispatchEvent(new CustomEvent("segmenthover", { detail: shown }));
      told = shown;
    });
  }

  function show(row, source) {
    if (row === shown.row) return;
    shown = { row, source };
    later();
  }
  const hide = () => show(null, null);

  /* A panel that is drawn again has other rows, at other places: also under a mouse that rests. */
  function again(id) {
    if (shown.row === null) return;
    if (id === shown.source) hide();
    else later();
  }
  window.musiclatentvis.figures.each([HEATMAP, SIMILARITY, PARALLEL], (plot, id) => plot.on("plotly_afterplot", () => again(id)));
  document.addEventListener("selectionshown", () => again(null));

  /* ---- where the mouse is ---- */

  const ROW_OF = {
    [MAPS[0]]: ({ pointNumber }) => pointNumber,
    [MAPS[1]]: ({ pointNumber }) => pointNumber,
    [HEATMAP]: ({ pointNumber, curveNumber }) => (curveNumber === 0 ? lineAt(pointNumber[0]) : null),
    [SIMILARITY]: ({ pointNumber }) => rowOfCell(pointNumber[0]),
  };

  /* Where rows are means of several segments none of them is the one under the mouse. */
  function lineAt(line) {
    const rows = heatmapRows();
    const plot = drawn(HEATMAP);
    return plot && plot._fullData[0].z.length === rows.length ? rows[line] : null;
  }

  function rowOfCell(cell) {
    const plot = drawn(SIMILARITY);
    const edges = plot.layout.meta && plot.layout.meta.edges;
    const row = selectedRows()[edges ? edges[cell] : cell];
    return row === undefined ? null : row;
  }

  function listen(plot, id) {
    const named = MAPS.includes(id);
    const leave = () => {
      if (named) window.musiclatentvis.label.hide(plot);
      hide();
    };
    const enter = (point) => {
      const row = ROW_OF[id](point);
      if (row === null || row === undefined) return hide();
      if (named) window.musiclatentvis.label.point(plot, row, point);
      return show(row, id);
    };
    window.musiclatentvis.mouse.over(plot, enter, leave);
    plot.on("plotly_relayouting", leave);
    /* Another tool, or a figure that is drawn again, moves nothing away from the mouse. */
    plot.on("plotly_relayout", (changes) => Object.keys(changes).some((key) => /axis/.test(key)) && leave());
  }
  window.musiclatentvis.figures.each(Object.keys(ROW_OF), listen);

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { hover: { show, hide, cellOf, selected: selectedRows } });
})();
