/* Layers of a map: contours of the density under its points, names of regions over them.
 *
 * Plotly knows nothing of them: a brush that redraws the points leaves them alone, and when the view moves only
 * the contours' one transform changes and the names take their places again, as many as there is room for.
 */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const SVG = "http://www.w3.org/2000/svg";
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const HALF = 9; /* pixels: half the height of a name and the room around it */
  const SMALL = 34; /* pixels: a region that reaches less far up has its name above it, not on its points */
  let layers = {};

  function make(name, parent, attributes) {
    const node = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    parent.append(node);
    return node;
  }

  /* One drawing under the canvas of the points, one over everything; made anew when Plotly has made its own. */
  function drawings(plot) {
    const container = plot.querySelector(".svg-container");
    const canvas = container && container.querySelector(".gl-container");
    if (!canvas) return null;
    const found = (name) => container.querySelector(`:scope > .${name}`);
    let under = found("map-contours");
    let over = found("map-names");
    if (!under) {
      under = document.createElementNS(SVG, "svg");
      under.setAttribute("class", "map-layer map-contours");
      container.insertBefore(under, canvas);
    }
    if (!over) over = make("svg", container, { class: "map-layer map-names" });
    return { under, over };
  }

  function pathOf(pieces) {
    const numbers = window.musiclatentvis.figures.array(pieces, Float32Array);
    const parts = [];
    for (let at = 0; at < numbers.length; at += 4) {
      const [x0, y0, x1, y1] = numbers.subarray(at, at + 4);
      parts.push(`M${x0.toPrecision(6)},${y0.toPrecision(6)}L${x1.toPrecision(6)},${y1.toPrecision(6)}`);
    }
    return parts.join("");
  }

  function fill(id) {
    const plot = plotOf(id);
    const drawn = plot && plot._fullLayout && drawings(plot);
    if (!drawn) return;
    const layer = layers[id] || { contours: [], names: [] };
    if (drawn.over.__layer === layer) return;
    drawn.over.__layer = layer;
    drawn.under.replaceChildren();
    drawn.over.replaceChildren();
    const lines = make("g", drawn.under, {});
    layer.contours.forEach((pieces, level) =>
      make("path", lines, { d: pathOf(pieces), class: "map-contour", style: `--level: ${level}` })
    );
    layer.names.forEach(({ text }) => {
      make("text", drawn.over, { class: "map-name" }).textContent = text;
    });
  }

  function place(id) {
    const plot = plotOf(id);
    const layout = plot && plot._fullLayout;
    const drawn = layout && layout.xaxis && drawings(plot);
    if (!drawn || !drawn.over.__layer) return;
    const { map, contours, names } = drawn.over.__layer;
    /* A map that is on its way has no layers yet. */
    const shown = plot.layout.uirevision === map && !(plot.layout.meta && plot.layout.meta.sketch);
    [drawn.under, drawn.over].forEach((svg) => svg.classList.toggle("hidden", !shown));
    if (!shown) return;
    const { xaxis, yaxis } = layout;
    const toX = (x) => xaxis._offset + xaxis.d2p(x);
    const toY = (y) => yaxis._offset + yaxis.d2p(y);
    if (contours.length) {
      const [across, up] = [toX(1) - toX(0), toY(1) - toY(0)];
      drawn.under.firstChild.setAttribute("transform", `matrix(${across} 0 0 ${up} ${toX(0)} ${toY(0)})`);
    }
    const taken = [];
    names.forEach(({ x, y, top: end }, index) => {
      const node = drawn.over.children[index];
      const left = toX(x);
      const top = toY(y) - toY(end) < SMALL ? toY(end) - HALF : toY(y);
      const half = widthOf(node) / 2 + 4;
      const box = [left - half, top - HALF, left + half, top + HALF];
      const inside = box[0] >= 0 && box[2] <= layout.width && box[1] >= 0 && box[3] <= layout.height;
      const free = taken.every((other) => box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1]);
      node.classList.toggle("hidden", !(inside && free));
      if (!inside || !free) return;
      taken.push(box);
      node.setAttribute("x", left.toFixed(1));
      node.setAttribute("y", top.toFixed(1));
    });
  }

  /* Measured on a canvas: asking the page for it would make it lay itself out for each name. */
  const ruler = document.createElement("canvas").getContext("2d");
  function widthOf(node) {
    if (!node.__width) {
      const { fontFamily } = window.getComputedStyle(document.body);
      ruler.font = `600 12px ${fontFamily}`;
      node.__width = ruler.measureText(node.textContent).width;
    }
    return node.__width;
  }

  /* The same for a picture, in the map's own units: each contour as a path, the names that have room. */
  function drawnOn(plot) {
    const drawn = plot._fullLayout && plot._fullLayout.xaxis && drawings(plot);
    const shown = drawn && drawn.over.__layer && !drawn.over.classList.contains("hidden");
    if (!shown) return { contours: [], names: [] };
    const { xaxis, yaxis } = plot._fullLayout;
    const visible = [...drawn.over.children].filter((node) => !node.classList.contains("hidden"));
    const names = visible.map((node) => ({
      text: node.textContent,
      x: xaxis.p2d(node.getAttribute("x") - xaxis._offset),
      y: yaxis.p2d(node.getAttribute("y") - yaxis._offset),
    }));
    return { contours: drawn.over.__layer.contours.map(pathOf), names };
  }

  const later = (id) => window.requestAnimationFrame(() => { fill(id); place(id); });

  window.musiclatentvis.figures.each(GRAPHS, (plot, id) => {
    ["plotly_afterplot", "plotly_relayout"].forEach((name) => plot.on(name, () => layers[id] && later(id)));
    plot.on("plotly_relayouting", () => layers[id] && place(id));
  });

  function draw(answer) {
    layers = answer || {};
    GRAPHS.forEach(later);
    return window.dash_clientside.no_update;
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { layers: { drawnOn } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { layers: { draw } });
})();
