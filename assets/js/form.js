/* The workspace Form: what it is opened on, how the matrix is laid out and coloured. `form_marks.js` draws over
 * it, `form_mouse.js` answers the mouse; none of the three asks the server. */
(function () {
  "use strict";

  const GRAPH = "form-graph";
  const WORKSPACE = "form-workspace";
  const BLANK = "rgba(0,0,0,0)";
  const LEAST = 6; /* pixels: less room is none */
  const [STRIP, GAP] = [44, 5]; /* pixels: novelty and sections, and what parts them from the matrix */

  const byId = (id) => document.getElementById(id);
  const none = () => window.dash_clientside.no_update;
  const isOpen = () => Boolean(byId(WORKSPACE)) && !byId(WORKSPACE).hidden;
  const plotOf = () => document.querySelector(`#${GRAPH} .js-plotly-plot`);
  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

  /* The matrix on show with what the server says of it; null while there is none. */
  function shown() {
    const plot = plotOf();
    const meta = plot && plot._fullLayout && plot.layout.meta;
    if (!meta || !meta.recordings || !plot._fullLayout.yaxis2) return null;
    return { plot, meta, x: plot._fullLayout.xaxis, y: plot._fullLayout.yaxis };
  }

  function playing() {
    const audio = byId("player-audio");
    const found = audio && /\/media\/(\d+)\/audio/.exec(audio.currentSrc || "");
    return found ? { recording: Number(found[1]), time: audio.currentTime, paused: audio.paused } : null;
  }

  /* ---- wiring to the server ---- */

  /* Closed, or on the way to another workspace, it asks for nothing. */
  function opened(workspace, map, selection) {
    if (workspace !== WORKSPACE) return none();
    const { triggered } = window.dash_clientside.callback_context;
    const anew = triggered.some(({ prop_id }) => prop_id.startsWith("workspace-store."));
    const now = playing();
    const same = selection && map && selection.map === map.map;
    return {
      map: (map && map.map) || "",
      selection: same ? selection : { map: (map && map.map) || "", all_of: [] },
      playing: now && !now.paused ? now.recording : null,
      anew,
      time: Date.now(),
    };
  }

  /* A colour scale that is empty below the threshold, and above it what it always was. */
  function colorscale(colours, share) {
    const at = (index) => index / (colours.length - 1);
    const full = colours.map((colour, index) => [at(index), colour]);
    if (share <= 0) return full;
    if (share >= 1) return [[0, BLANK], [1, BLANK]];
    const above = full.filter(([place]) => place > share);
    const [left, right] = [full[full.length - above.length - 1], above[0]];
    const weight = (share - left[0]) / (right[0] - left[0]);
    return [[0, BLANK], [share, BLANK], [share, mix(left[1], right[1], weight)], ...above];
  }

  function mix(one, other, weight) {
    const parts = (colour) =>
      colour.startsWith("#")
        ? [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
        : colour.match(/\d+/g).map(Number);
    const [a, b] = [parts(one), parts(other)];
    return `rgb(${a.map((value, index) => Math.round(value + weight * (b[index] - value))).join(",")})`;
  }

  const signed = (value) => value.toFixed(2).replace("-", "−");

  function paint(figure, threshold, colours) {
    if (!figure) return Array(6).fill(none());
    const { meta } = figure.layout;
    if (!meta) return [figure, ...Array(5).fill(none())];
    const { triggered } = window.dash_clientside.callback_context;
    if (triggered.some(({ prop_id }) => prop_id.startsWith("form-figure-store."))) {
      document.dispatchEvent(new Event("formchange"));
    }
    const least = Math.floor(meta.lowest * 100) / 100;
    const most = Math.max(Math.ceil(meta.highest * 100) / 100, least + 0.01);
    const value = clamp(Number(threshold), least, most);
    const share = value <= least ? 0 : (value - meta.lowest) / (meta.highest - meta.lowest);
    const scale = colorscale(meta.colours[colours], share);
    const [cells, ...curves] = figure.data;
    const { clientWidth: width, clientHeight: height } = byId(GRAPH);
    const layout = { ...figure.layout };
    Object.entries(domains(layout, width, height)).forEach(([axis, domain]) => {
      layout[axis] = { ...layout[axis], domain };
    });
    const stops = scale.map(([at, colour]) => `${colour} ${(100 * at).toFixed(1)}%`).join(",");
    document.querySelector(".form-scale").style.background = `linear-gradient(90deg, ${stops})`;
    return [
      { data: [{ ...cells, colorscale: scale }, ...curves], layout },
      least,
      most,
      signed(meta.lowest),
      signed(meta.highest),
      share > 0 ? signed(value) : "–",
    ];
  }

  /* A second is as long down as across; the strips above and beside are as high and wide as ever. Plotly's own
   * `scaleanchor` keeps the lengths of a window that has changed its size. */
  function domains({ margin, meta }, width, height) {
    const [plotWidth, plotHeight] = [width - margin.l - margin.r, height - margin.t - margin.b];
    const beside = meta.two ? STRIP + GAP : 0;
    const [room, depth] = [plotWidth - beside, plotHeight - STRIP - GAP];
    if (room < LEAST || depth < LEAST) return {}; /* hidden */
    const scale = Math.min(room / meta.durations[0], depth / meta.durations[1]);
    const right = (beside + scale * meta.durations[0]) / plotWidth;
    const top = 1 - (STRIP + GAP) / plotHeight;
    return {
      xaxis: [beside / plotWidth, Math.min(1, right)],
      yaxis: [Math.max(0, top - (scale * meta.durations[1]) / plotHeight), top],
      yaxis2: [1 - STRIP / plotHeight, 1],
      xaxis2: [0, Math.max(beside - GAP, 1) / plotWidth],
    };
  }

  function fit() {
    const view = isOpen() && shown();
    if (!view) return;
    const { clientWidth: width, clientHeight: height } = byId(GRAPH);
    const found = Object.entries(domains(view.plot.layout, width, height));
    const change = Object.fromEntries(found.map(([axis, domain]) => [`${axis}.domain`, domain]));
    if (found.length) window.Plotly.relayout(view.plot, { ...change, width: undefined, height: undefined, autosize: true });
  }
  /* After Plotly has taken the new size. */
  window.addEventListener("resize", () => window.setTimeout(fit, 150));

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    form: { graph: GRAPH, shown, isOpen, playing, clamp, signed },
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { form: { opened, paint } });
})();
