/* Layers over a graph that follow its view: SVG in pixels, so that Plotly draws nothing again. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const followed = new WeakMap();

  function element(name, attributes = {}) {
    const node = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }

  /* What a layer over a plot shows now. An empty one goes: each layer over a map takes time of every frame. */
  function show(plot, name, marks) {
    const known = plot.parentElement.querySelector(`:scope > .${name}`);
    if (!marks.length) {
      if (known) known.remove();
      return;
    }
    const layer = known || plot.parentElement.appendChild(element("svg", { class: `overlay ${name}`, "aria-hidden": "true" }));
    layer.replaceChildren(...marks);
  }

  /* Pixels of a place in map units; null where the plot has no axes, or no such place. */
  function pixels(plot, x, y) {
    const { xaxis, yaxis } = plot._fullLayout || {};
    if (!xaxis || !yaxis || !Number.isFinite(x) || !Number.isFinite(y)) return null;
    return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
  }

  const viewOf = ({ _fullLayout: layout }) =>
    JSON.stringify([layout.width, layout.height, layout.xaxis && layout.xaxis.range, layout.yaxis && layout.yaxis.range]);

  /* `draw(plot)` whenever this graph shows another part of its data or has another size; a brush or another
   * colour is none of its business. */
  const follow = (id, draw) => window.musiclatentvis.figures.each([id], (plot) => watch(plot, draw));

  function watch(plot, draw) {
    let view = null;
    const look = () => {
      const now = viewOf(plot);
      const data = plot._fullData && plot._fullData[0];
      const key = `${now} ${plot.layout.meta && plot.layout.meta.map} ${plot.layout.uirevision} ${data && data.x && data.x.length}`;
      if (key === view) return;
      view = key;
      draw(plot);
    };
    if (!followed.has(plot)) {
      const lookers = [];
      followed.set(plot, lookers);
      ["plotly_afterplot", "plotly_relayouting", "plotly_relayout"].forEach((name) =>
        plot.on(name, () => lookers.forEach((looker) => looker()))
      );
    }
    followed.get(plot).push(look);
    look();
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { overlay: { element, show, pixels, follow } });
})();
