/* The second map: opened and closed, and what the mouse rests on is ringed on the other one. */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const marks = () => window.musiclatentvis.marks;
  let open = false;

  function toggle(clicks, comparing) {
    open = !comparing;
    document.querySelector(".page-explore").setAttribute("data-comparing", String(open));
    document.getElementById("map-compare").setAttribute("aria-pressed", String(open));
    GRAPHS.forEach((id) => ring(id, null));
    listen();
    /* Graphs that get another size, or were hidden, look again when they are told to. */
    window.requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
    return open;
  }

  /* ---- hovering ---- */

  function ring(id, row) {
    const plot = plotOf(id);
    if (!plot || !plot._fullLayout) return;
    const points = plot._fullData && plot._fullData[0];
    const [path] = marks().paths(plot, ["same"]);
    const shown = row !== null && points && points.x;
    path.setAttribute("d", shown ? marks().ring(plot, points.x[row], points.y[row], 8) : "");
  }

  const attached = new WeakSet();

  function listen() {
    GRAPHS.forEach((id, side) => {
      const plot = plotOf(id);
      if (!plot || !plot.on) return window.setTimeout(listen, 60);
      if (attached.has(plot)) return undefined;
      attached.add(plot);
      const there = GRAPHS[1 - side];
      plot.on("plotly_hover", ({ points }) => open && ring(there, points[0].pointNumber));
      ["plotly_unhover", "plotly_relayouting", "plotly_relayout"].forEach((name) =>
        plot.on(name, () => open && ring(there, null))
      );
      return undefined;
    });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { second: { toggle } });
})();
