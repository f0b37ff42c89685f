/* Small maps, one for each instrument: asked for only while they are open. A click plays, as on the large map. */
(function () {
  "use strict";

  const WORKSPACE = "multiples-workspace";
  const GRAPH = "multiples-graph";

  function view(open, shownRows, selection, colorBy, clustering) {
    if (open !== WORKSPACE || !selection || !selection.map) return window.dash_clientside.no_update;
    return { selection, color_by: colorBy, clustering: clustering || null };
  }

  const rowOf = (plot, { curveNumber, pointNumber }) => plot.layout.meta.rows[curveNumber][pointNumber];

  /* Points are rows of the large map: it is told what happens to them here. */
  function attach(plot) {
    const { hover, label, mouse } = window.musiclatentvis;
    mouse.over(
      plot,
      (point) => {
        const row = rowOf(plot, point);
        label.point(plot, row, point);
        hover.show(row, GRAPH);
      },
      () => {
        label.hide(plot);
        hover.hide();
      },
    );
    plot.on("plotly_click", ({ points }) => {
      window.musiclatentvis.listening.hear([rowOf(plot, points[0])]);
    });
  }
  window.musiclatentvis.figures.each([GRAPH], attach);

  window.dash_clientside = Object.assign({}, window.dash_clientside, { multiples: { view } });
})();
