/* What is under the mouse is named beside it: a point of a map, a line of the parallel coordinates.
 *
 * The words are put together here, from what segments.js knows of a row: the same for each of 100,000 points they
 * would be most of the page that the server sends.
 */
(function () {
  "use strict";

  const AWAY = 14; /* pixels from the place that is named */

  const ours = () => window.musiclatentvis;
  const wanted = new WeakMap(); /* which row a graph names, so that a late answer names no other */

  function labelIn(plot) {
    let label = plot.querySelector(".point-label");
    if (!label) {
      label = document.createElement("div");
      label.className = "point-label";
      plot.append(label);
    }
    return label;
  }

  function hide(plot) {
    wanted.delete(plot);
    labelIn(plot).hidden = true;
  }

  function put(label, plot, [x, y], lines) {
    label.replaceChildren(
      ...lines.map(([text, kind]) => {
        const line = document.createElement("div");
        line.className = kind || "";
        line.textContent = text;
        return line;
      }),
    );
    label.hidden = false;
    const { clientWidth: width, clientHeight: height } = plot;
    Object.assign(label.style, x < width / 2 ? { left: `${x + AWAY}px`, right: "" } : { left: "", right: `${width - x + AWAY}px` });
    const top = y - label.offsetHeight / 2;
    label.style.top = `${Math.max(0, Math.min(height - label.offsetHeight, top))}px`;
  }

  /* Names a row at a place of the graph, in its pixels; `linesOf` makes lines of what the row is. */
  function show(plot, row, place, linesOf) {
    wanted.set(plot, row);
    ours().segments.find([row]).then(
      ([segment]) => wanted.get(plot) === row && put(labelIn(plot), plot, place, linesOf(segment)),
      () => hide(plot),
    );
  }

  /* Groups that no other word names, such as clusters, are in the layout of the map. */
  function groupOf(row) {
    const map = document.querySelector("#map-graph .js-plotly-plot");
    const groups = map && map.layout.meta && map.layout.meta.groups;
    return groups ? groups[ours().points.groups(map)[row] - 1] : undefined;
  }

  function linesOf(segment) {
    const group = groupOf(segment.row);
    return [
      [segment.title, "point-title"],
      [`${segment.instrument_label} · ${segment.performer}`],
      [ours().text("starts at {time}", { time: ours().picture.clock(segment.start_s) })],
      ...(group === undefined ? [] : [[group]]),
    ];
  }

  /* Names the point that Plotly says is under the mouse. */
  function point(plot, row, { xaxis, yaxis, x, y }) {
    show(plot, row, [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)], linesOf);
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { label: { show, point, hide } });
})();
