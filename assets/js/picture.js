/* What the player shows of what is heard: words, the whole recording, waveform over spectrogram, playhead. */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const COLUMNS = 40; /* spectrogram columns in a second */
  const state = { segment: null, recording: null, time: 0, peaks: null };

  const byId = (id) => document.getElementById(id);
  const player = () => window.musiclatentvis.player;
  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* A sentence over the picture, for a while only where it is a passing remark. */
  let passing = 0;
  function say(text, ms = 0) {
    const element = byId("player-hint");
    element.textContent = text;
    element.hidden = !text;
    window.clearTimeout(passing);
    if (ms) passing = window.setTimeout(() => say(""), ms);
  }

  function describe({ title, performer, instrument_label: instrument }) {
    const now = byId("player-now");
    const name = document.createElement("b");
    name.textContent = title;
    name.title = title; /* of a long one two lines are shown */
    now.replaceChildren(name, `${instrument} · ${performer}`);
  }

  function fetchPeaks(segment) {
    fetch(`${segment.media}/waveform`)
      .then((answer) => {
        if (!answer.ok) return answer.text().then((text) => Promise.reject(new Error(text)));
        return answer.arrayBuffer();
      })
      .then((buffer) => {
        if (state.recording !== segment.recording) return;
        state.peaks = new Int16Array(buffer);
        drawOverview();
        drawDetail();
      })
      .catch((error) => error instanceof TypeError || say(error.message)); /* no answer at all: connection.js */
  }

  function show(segment) {
    state.segment = segment;
    if (state.recording !== segment.recording) {
      state.recording = segment.recording;
      state.peaks = null;
      describe(segment);
      fetchPeaks(segment);
    }
    const picture = byId("player-spectrogram");
    picture.classList.add("waiting");
    say(window.musiclatentvis.text("Drawing the spectrogram …"));
    picture.src = `${segment.media}/spectrogram/${Math.round(segment.start_s / SEGMENT)}.png`;
    drawOverview();
    drawDetail();
  }

  /* ---- drawing ---- */

  function prepare(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
  }

  function drawPeaks(canvas, first, count, paint) {
    const { context, width, height } = prepare(canvas);
    if (!state.peaks || !count) return { context, width, height };
    context.fillStyle = paint;
    const columns = Math.max(1, Math.floor(width));
    for (let x = 0; x < columns; x += 1) {
      const from = first + Math.floor((x * count) / columns);
      const to = Math.max(from + 1, first + Math.floor(((x + 1) * count) / columns));
      let [low, high] = [0, 0];
      for (let column = from; column < to && 2 * column + 1 < state.peaks.length; column += 1) {
        low = Math.min(low, state.peaks[2 * column]);
        high = Math.max(high, state.peaks[2 * column + 1]);
      }
      const [top, bottom] = [((32768 - high) / 65536) * height, ((32768 - low) / 65536) * height];
      context.fillRect(x, top, 1, Math.max(1, bottom - top));
    }
    return { context, width, height };
  }

  function drawOverview() {
    const canvas = byId("player-overview");
    if (!canvas || !state.segment) return;
    const total = state.peaks ? state.peaks.length / 2 : 0;
    const { context, width, height } = drawPeaks(canvas, 0, total, colour("--wave"));
    const scale = width / state.segment.duration_s;
    context.fillStyle = colour("--accent-soft");
    context.fillRect(state.segment.start_s * scale, 0, SEGMENT * scale, height);
    context.fillStyle = colour("--accent");
    context.fillRect(state.time * scale - 0.75, 0, 1.5, height);
  }

  function drawDetail() {
    if (!state.segment) return;
    const first = Math.round(state.segment.start_s) * COLUMNS;
    drawPeaks(byId("player-waveform"), first, SEGMENT * COLUMNS, "rgba(255,255,255,0.42)");
  }

  let glyph = null;
  function follow({ segment, time, share, playing }) {
    const moved = time !== state.time;
    state.time = time;
    const head = byId("player-playhead");
    head.style.left = `${100 * share}%`;
    head.hidden = false;
    byId("player-time").textContent = `${clock(time)} / ${clock(segment.duration_s)}`;
    if (moved) drawOverview();
    if (glyph === playing) return;
    glyph = playing;
    byId("player-play").className = `icon-button drawn icon-${playing ? "pause" : "play"}`;
  }

  /* ---- wiring to the elements, once they exist ---- */

  function attach() {
    const picture = byId("player-spectrogram");
    if (!picture) return window.setTimeout(attach, 50);
    picture.addEventListener("load", () => {
      picture.classList.remove("waiting");
      say("");
    });
    picture.addEventListener("error", () => {
      picture.removeAttribute("src"); /* else the browser shows that a picture is missing */
      say(window.musiclatentvis.text("The spectrogram of this recording cannot be drawn."));
    });
    ["resize", "themechange"].forEach((name) =>
      window.addEventListener(name, () => {
        drawOverview();
        drawDetail();
      })
    );
    player().follow(follow);
    return undefined;
  }
  document.addEventListener("segmentplay", ({ detail }) => show(detail.segment));
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { picture: { say, clock, shown: () => state.segment } });
})();
