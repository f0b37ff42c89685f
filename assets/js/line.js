/* Listening along a line: drawn over a map, the segments nearest to it are heard in its order, each for a few
 * seconds, one fading into the next. Esc, a click or another segment ends it. */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const TOOL = "map-line";
  const CORNER = 3; /* pixels between two corners of the line */
  const LEAST = 24; /* pixels: shorter is a click */
  const STRIDE = 14; /* pixels between two places where a segment is looked for … */
  const REACH = 30; /* … and how far from the line it may lie */
  const CROSSFADE_S = 0.25;
  const state = { id: null, drawing: null, line: [], rows: [], at: -1, voice: null, timer: 0, ended: 0 };

  const ours = () => window.musiclatentvis;
  const byId = (id) => document.getElementById(id);
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const busy = () => state.at >= 0;
  const seconds = () => Number(byId("line-seconds").value);

  /* ---- which segments ---- */

  /* Places along a line, evenly spaced. */
  function strides(corners) {
    const places = [corners[0]];
    let left = STRIDE;
    for (let at = 1; at < corners.length; at += 1) {
      let [x, y] = corners[at - 1];
      const [toX, toY] = corners[at];
      for (let way = Math.hypot(toX - x, toY - y); way >= left; way -= left, left = STRIDE) {
        [x, y] = [x + ((toX - x) * left) / way, y + ((toY - y) * left) / way];
        places.push([x, y]);
      }
      left -= Math.hypot(toX - x, toY - y);
    }
    return places;
  }

  /* The bright points nearest to the line, each once, in the line's order. */
  function along(plot, corners) {
    const { x, y, selectedpoints } = plot._fullData[0];
    const among = selectedpoints ? Array.from(selectedpoints) : Array.from(x, (_, row) => row);
    const points = among
      .map((row) => ({ row, place: ours().overlay.pixels(plot, x[row], y[row]) }))
      .filter(({ place }) => place);
    const taken = new Set();
    strides(corners).forEach(([left, top]) => {
      let [best, reach] = [null, REACH];
      points.forEach(({ row, place }) => {
        const distance = Math.hypot(place[0] - left, place[1] - top);
        if (distance < reach && !taken.has(row)) [best, reach] = [row, distance];
      });
      if (best !== null) taken.add(best);
    });
    return [...taken];
  }

  /* ---- what is heard ---- */

  function listen(plot, corners) {
    const rows = along(plot, corners);
    if (!rows.length) {
      clear();
      ours().picture.say(ours().text("No segment lies near this line: draw it across the points."));
      return;
    }
    ours()
      .segments.find(rows)
      .then((segments) => {
        Object.assign(state, { rows, at: -1 });
        next(segments);
      })
      .catch((problem) => {
        clear();
        ours().picture.say(problem.message);
      });
  }

  function next(segments) {
    window.clearTimeout(state.timer);
    state.at += 1;
    if (state.at >= segments.length) {
      stop();
      return;
    }
    const { at, voice: before } = state;
    const mine = () => state.at === at;
    const begun = (voice) => {
      if (!mine()) return;
      if (before) before.stop(CROSSFADE_S);
      ours().player.lend(voice.segment, voice.audio);
      mark();
      ours().prefetch.ask(segments.slice(at + 1, at + 3));
      state.timer = window.setTimeout(() => mine() && next(segments), 1000 * (seconds() - CROSSFADE_S));
    };
    /* What cannot be heard is passed over. */
    state.voice = ours().voices.play(segments[at], { fade: CROSSFADE_S, begun, over: () => mine() && next(segments) });
  }

  /* True when there was something to end. */
  function stop() {
    if (!busy()) return false;
    if (state.voice) state.voice.stop();
    clear();
    ours().player.giveBack();
    return true;
  }

  function clear() {
    window.clearTimeout(state.timer);
    Object.assign(state, { id: null, drawing: null, line: [], rows: [], at: -1, voice: null });
    mark();
  }

  /* ---- what is seen ---- */

  function draw(plot, id) {
    const [points] = plot._fullData || [];
    if (!points || !points.x) return; /* no map there */
    const { element, show, pixels } = ours().overlay;
    const marks = [];
    const line = state.id === id ? state.drawing || state.line.map(([x, y]) => pixels(plot, x, y)) : [];
    if (line.length > 1) marks.push(element("path", { d: `M${line.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}` }));
    state.rows.forEach((row, index) => {
      const place = pixels(plot, points.x[row], points.y[row]);
      if (!place) return;
      const kind = index === state.at ? "line-now" : "line-stop";
      marks.push(element("circle", { class: kind, r: index === state.at ? 8 : 3.5, cx: place[0], cy: place[1] }));
    });
    show(plot, "listening-line", marks);
  }

  function mark() {
    GRAPHS.forEach((id) => {
      const plot = plotOf(id);
      if (plot) draw(plot, id);
    });
  }

  /* ---- drawing with the mouse ---- */

  function place(plot, event) {
    const { left, top } = plot.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  function press(event) {
    const surface = event.target.closest && event.target.closest(".nsewdrag");
    const id = surface && GRAPHS.find((graph) => surface.closest(`#${graph}`));
    if (!id || event.button !== 0 || !event.isPrimary) return;
    if (stop()) state.ended = Date.now();
    if (ours().map.tool() !== TOOL) return;
    surface.style.touchAction = "none";
    Object.assign(state, { id, drawing: [place(plotOf(id), event)] });
  }

  function move(event) {
    if (!state.drawing || !event.isPrimary) return;
    const plot = plotOf(state.id);
    const [x, y] = place(plot, event);
    const [lastX, lastY] = state.drawing[state.drawing.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < CORNER) return;
    state.drawing.push([x, y]);
    if (state.drawing.length === 3) {
      window.Plotly.Fx.unhover(plot);
      window.musiclatentvis.label.hide(plot);
    }
    draw(plot, state.id);
  }

  function release(event) {
    if (!state.drawing || !event.isPrimary) return;
    const plot = plotOf(state.id);
    const corners = state.drawing;
    const length = corners.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - corners[at][0], y - corners[at][1]), 0);
    if (event.type !== "pointerup" || length < LEAST) {
      clear();
      return;
    }
    const { xaxis, yaxis } = plot._fullLayout;
    state.line = corners.map(([x, y]) => [xaxis.p2d(x - xaxis._offset), yaxis.p2d(y - yaxis._offset)]);
    state.drawing = null;
    state.ended = Date.now(); /* the release is no click on a point */
    listen(plot, corners);
  }

  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointermove", move, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", release, true);
  /* Somebody began to hear something else. */
  document.addEventListener("segmentstart", () => {
    if (state.voice) state.voice.stop();
    if (busy()) clear();
  });

  const attach = () =>
    ours() && ours().overlay ? GRAPHS.forEach((id) => ours().overlay.follow(id, (plot) => draw(plot, id))) : window.setTimeout(attach, 50);
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    line: { stop, busy, justEnded: () => Date.now() - state.ended < 400 },
  });
})();
