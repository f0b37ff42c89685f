/* The brush: a box or a lasso drawn over the map becomes a shape in map units, a band over the heatmap the
 * lines under it, a block of the similarity matrix its rows and columns; nothing more.
 *
 * Plotly's own selecting tests every point and draws the whole map again at each move and after the
 * release, and hands every selected point to Dash; on a map of 10,000 points that held the linked panels
 * up by half a second and more (docs/adr/0010-brush-without-points.md has the figures). Here a move only
 * changes one SVG path: a veil over everything outside the shape.
 */
(function () {
  "use strict";

  const MAPS = ["map-graph", "second-graph"];
  /* What a drag draws over a graph; over a map it is what the toolbar says. */
  const SHAPES = { "map-graph": null, "second-graph": null, "heatmap-graph": "band", "similarity-graph": "box" };
  const GRAPHS = Object.keys(SHAPES);
  const SVG = "http://www.w3.org/2000/svg";
  const LEAST = 8; /* pixels: a shorter way is a click, to Plotly too */
  const STEP = 3; /* pixels between two corners of a lasso */
  const LIT_AFTER = 450; /* ms: a drag that lasts shows the points an earlier brush had greyed; a quick one is not held up by it */

  const hushed = new WeakSet();
  const state = { tool: "box", graph: MAPS[0], path: null, drawn: false, timer: 0, mode: "replace" };
  const shapeName = () => SHAPES[state.graph] || state.tool;
  const plotOf = () => document.querySelector(`#${state.graph} .js-plotly-plot`);

  /* Plotly's dragging must be off: where it is on, it pans, or selects in its own way. */
  function ready(plot) {
    const layout = plot && plot._fullLayout;
    /* A shape on the sketch of a map would be lost with it. */
    const sketch = plot && plot.layout && plot.layout.meta && plot.layout.meta.sketch;
    return Boolean(shapeName() && layout && layout.xaxis && plot._fullData.length && layout.dragmode === false && !sketch);
  }

  function place(plot, event) {
    const { left, top } = plot.getBoundingClientRect();
    const { xaxis, yaxis } = plot._fullLayout;
    const within = (axis, pixel) => Math.max(axis._offset, Math.min(axis._offset + axis._length, pixel));
    return [within(xaxis, event.clientX - left), within(yaxis, event.clientY - top)];
  }

  const onMap = () => MAPS.includes(state.graph);

  const extent = (path, axis) => {
    const values = path.map((corner) => corner[axis]);
    return [Math.min(...values), Math.max(...values)];
  };

  function corners() {
    if (shapeName() === "lasso") return state.path;
    let [[x0, y0], [x1, y1]] = [state.path[0], state.path[state.path.length - 1]];
    if (shapeName() === "band") [x0, x1] = [0, plotOf()._fullLayout.width];
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  function veilOn(plot) {
    let veil = plot.querySelector(".map-brush");
    if (!veil) {
      veil = document.createElementNS(SVG, "svg");
      veil.setAttribute("class", "map-brush");
      Object.assign(veil.style, { position: "absolute", inset: 0, width: "100%", height: "100%", pointerEvents: "none" });
      const outside = veil.appendChild(document.createElementNS(SVG, "path"));
      outside.setAttribute("fill-rule", "evenodd");
      Object.assign(outside.style, { fill: "var(--panel)", fillOpacity: 0.72 });
      const outline = veil.appendChild(document.createElementNS(SVG, "path"));
      Object.assign(outline.style, { fill: "none", stroke: "var(--ink-soft)", strokeWidth: 1.5 });
      plot.appendChild(veil);
    }
    return veil;
  }

  function draw(plot) {
    const shape = `M${corners().map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z`;
    const [outside, outline] = veilOn(plot).children;
    const { width, height } = plot._fullLayout;
    outside.setAttribute("d", `M0,0H${width}V${height}H0Z${shape}`);
    outline.setAttribute("d", shape);
  }

  function clear() {
    if (state.path) return;
    GRAPHS.forEach((id) => {
      const veil = document.querySelector(`#${id} .map-brush`);
      if (veil) veil.remove();
    });
  }

  /* The shape in map units; `of` is the map that it was drawn on, where that is not the page's. */
  function termOf(plot) {
    const { xaxis, yaxis, meta } = plot._fullLayout;
    const toX = (pixel) => xaxis.p2d(pixel - xaxis._offset);
    const toY = (pixel) => yaxis.p2d(pixel - yaxis._offset);
    const path = corners();
    const of = meta.places ? { of: meta.places } : {};
    if (shapeName() === "lasso") return { lasso: path.map(([x, y]) => [toX(x), toY(y)]), ...of };
    const [x, y] = [extent(path, 0).map(toX), extent(path, 1).map(toY)];
    return { box: [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)], ...of };
  }

  /* Which lines, or rows and columns, lie under the shape: first and last of each. */
  function linesOf(plot) {
    const { xaxis, yaxis } = plot._fullLayout;
    const path = corners();
    const lines = (axis, at) => extent(path, at).map((pixel) => Math.round(axis.p2l(pixel - axis._offset)));
    const [rows, columns] = [lines(yaxis, 1), lines(xaxis, 0)].map((ends) => ends.sort((a, b) => a - b));
    return { rows, columns: shapeName() === "band" ? null : columns };
  }

  /* From the first move until after the release nothing is under the mouse: Plotly names no point, and hears
   * no click on one. */
  function withoutHover(plot) {
    if (hushed.has(plot)) return;
    hushed.add(plot);
    plot.on("plotly_beforehover", () => !state.drawn);
  }

  function start(event) {
    const surface = event.target.closest && event.target.closest(".nsewdrag");
    const graph = surface && GRAPHS.find((id) => surface.closest(`#${id}`));
    if (!graph || event.button !== 0 || !event.isPrimary) return;
    state.graph = graph;
    const plot = plotOf();
    if (!ready(plot)) return;
    clear(); /* of a brush on the other map, whose panels are still on their way */
    state.mode = window.musiclatentvis.selection.modeOf(event);
    withoutHover(plot);
    state.path = [place(plot, event)];
    state.drawn = false;
  }

  function move(event) {
    const plot = plotOf();
    if (!state.path || !event.isPrimary || !plot) return;
    const [x, y] = place(plot, event);
    const [lastX, lastY] = state.path[state.path.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < (state.drawn ? STEP : LEAST)) return;
    state.path.push([x, y]);
    if (!state.drawn) {
      state.drawn = true;
      window.Plotly.Fx.unhover(plot);
      window.musiclatentvis.label.hide(plot);
      if (onMap()) state.timer = window.setTimeout(() => window.musiclatentvis.map.light(), LIT_AFTER);
    }
    draw(plot);
  }

  /* Most often the mouse is released where it was last seen: then there is nothing to draw. */
  function finish(plot, event) {
    const [x, y] = place(plot, event);
    const [lastX, lastY] = state.path[state.path.length - 1];
    if (x === lastX && y === lastY) return;
    state.path.push([x, y]);
    draw(plot);
  }

  function report(plot) {
    if (onMap()) window.musiclatentvis.select(termOf(plot), state.mode);
    else window.dash_clientside.set_props("picked-lines-store", { data: { panel: state.graph, mode: state.mode, time: Date.now(), ...linesOf(plot) } });
  }

  function end(event) {
    const plot = plotOf();
    if (!state.path || !event.isPrimary) return;
    window.clearTimeout(state.timer);
    const done = state.drawn && plot && event.type === "pointerup";
    if (done) finish(plot, event);
    if (done) report(plot);
    state.path = null;
    if (!done && state.drawn) window.musiclatentvis.map.restore();
    window.setTimeout(() => {
      state.drawn = false;
    });
  }

  /* Esc in the middle of a drag: nothing is selected; whether there was anything to give up. */
  function cancel() {
    if (!state.path || !state.drawn) return false;
    window.clearTimeout(state.timer);
    state.path = null;
    window.musiclatentvis.map.restore();
    window.setTimeout(() => {
      state.drawn = false;
    });
    return true;
  }

  document.addEventListener("pointerdown", start, true);
  document.addEventListener("pointermove", move, true);
  document.addEventListener("pointerup", end, true);
  document.addEventListener("pointercancel", end, true);

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    brush: {
      clear,
      cancel,
      drawing: () => Boolean(state.path && state.drawn),
      use: (tool) => {
        state.tool = tool;
      },
    },
  });
})();
