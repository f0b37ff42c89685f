/* What Plotly says is under the mouse, where the mouse is there: after a drag Plotly has missed that the mouse has
 * left, and when a graph is drawn again it names what was under it before the drag.
 */
(function () {
  "use strict";

  let moved = null;
  document.addEventListener("mousemove", (event) => (moved = event), true);

  /* `enter` hears of a point of the graph, `leave` that there is none. */
  function over(plot, enter, leave) {
    plot.on("plotly_hover", ({ event, points }) => (event === moved ? enter(points[0]) : leave()));
    plot.on("plotly_unhover", leave);
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { mouse: { over } });
})();
