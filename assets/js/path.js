/* The path of the recording that is heard, drawn through the maps: faint where it begins, stronger towards
 * its end, with a playhead that moves along it. */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const KEPT_AS = "recording-path";
  const STEPS = 8; /* of strength from the beginning to the end */
  const ARROW = 8; /* pixels */
  const state = { on: window.localStorage.getItem(KEPT_AS) !== "off", row: null, rows: [], moment: null };

  const overlay = () => window.musiclatentvis.overlay;
  const plots = () =>
    GRAPHS.map((id) => document.querySelector(`#${id} .js-plotly-plot`)).filter(
      (plot) => plot && plot.offsetParent
    );

  /* A plot may have no points yet, or none any more. */
  const placeOf = (plot, row) => {
    const { x, y } = (plot._fullData && plot._fullData[0]) || {};
    return x ? overlay().pixels(plot, x[row], y[row]) : null;
  };
  const points = (places) => places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L");

  /* A head at the end of the last stretch that is long enough to have a direction. */
  function arrow(places) {
    const [x, y] = places[places.length - 1];
    const from = [...places].reverse().find(([a, b]) => Math.hypot(a - x, b - y) > ARROW);
    if (!from) return "";
    const angle = Math.atan2(y - from[1], x - from[0]);
    const side = (turn) => `${(x - ARROW * Math.cos(angle + turn)).toFixed(1)},${(y - ARROW * Math.sin(angle + turn)).toFixed(1)}`;
    return `M${side(0.45)}L${x.toFixed(1)},${y.toFixed(1)}L${side(-0.45)}`;
  }

  function draw(plot) {
    const places = state.on ? state.rows.map((row) => placeOf(plot, row)).filter(Boolean) : [];
    const { element } = overlay();
    const marks = [];
    const size = Math.max(1, Math.ceil((places.length - 1) / STEPS));
    for (let from = 0; from < places.length - 1; from += size) {
      const strength = 0.25 + (0.65 * (from + size)) / places.length;
      const d = `M${points(places.slice(from, from + size + 1))}`;
      marks.push(element("path", { d, "stroke-opacity": Math.min(0.9, strength).toFixed(2) }));
    }
    if (places.length) {
      const [[x, y]] = places;
      marks.push(
        element("circle", { class: "path-start", r: 4, cx: x, cy: y }),
        element("path", { class: "path-end", d: arrow(places) }),
        element("circle", { class: "path-now", r: 6 })
      );
    }
    overlay().show(plot, "recording-path", marks);
    move(plot);
  }

  /* Between the segment that is heard and the one after it. */
  function move(plot) {
    const now = plot.parentElement.querySelector(".path-now");
    if (!now || !state.moment) return;
    const { segment, share } = state.moment;
    const here = placeOf(plot, segment.row);
    const next = state.rows.includes(segment.row + 1) ? placeOf(plot, segment.row + 1) : here;
    if (!here || !next) return;
    const at = `translate(${(here[0] + share * (next[0] - here[0])).toFixed(1)} ${(here[1] + share * (next[1] - here[1])).toFixed(1)})`;
    if (now.getAttribute("transform") !== at) now.setAttribute("transform", at);
  }

  function heard({ detail: { row } }) {
    if (!state.rows.includes(row)) {
      state.rows = window.musiclatentvis.segments.rowsOf(row);
      plots().forEach(draw);
    }
  }

  function show(on) {
    state.on = on;
    window.localStorage.setItem(KEPT_AS, on ? "on" : "off");
    plots().forEach(draw);
  }

  function attach() {
    if (!window.musiclatentvis.player || !document.getElementById("player-audio")) return window.setTimeout(attach, 50);
    GRAPHS.forEach((id) => overlay().follow(id, draw));
    window.musiclatentvis.player.follow((moment) => {
      const still = state.moment && state.moment.time === moment.time && state.moment.segment.row === moment.segment.row;
      state.moment = moment;
      if (state.on && !still) plots().forEach(move);
    });
    return undefined;
  }
  document.addEventListener("segmentplay", heard);
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { path: { show, shown: () => state.on } });
})();
