/* The player: plays a queue of segments, then on into the last one's recording. */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const COLUMNS = 40; /* spectrogram columns in a second */
  const state = { queue: [], at: 0, now: null, shown: -1, peaks: null };

  const byId = (id) => document.getElementById(id);
  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* ---- what is heard ---- */

  function play(store) {
    if (!store || !store.queue || !store.queue.length) return window.dash_clientside.no_update;
    state.queue = store.queue;
    start(0);
    return window.dash_clientside.no_update;
  }

  function start(index) {
    state.at = index;
    load(state.queue[index], state.queue[index].start_s);
  }

  function load(segment, seconds) {
    const audio = byId("player-audio");
    const another = !state.now || state.now.recording !== segment.recording;
    state.now = { ...segment, end_s: undefined }; /* whoever moves on by hand hears on */
    state.shown = -1;
    if (another) {
      state.peaks = null;
      audio.src = segment.audio;
      fetchPeaks(segment);
    }
    const seek = () => {
      audio.currentTime = seconds;
      audio.play().catch(() => hint("Press play to listen: the browser waits for a click."));
    };
    if (audio.readyState >= 1 && !another) seek();
    else audio.addEventListener("loadedmetadata", seek, { once: true });
    describe();
  }

  function step(direction) {
    if (!state.now) return window.dash_clientside.no_update;
    const last = Math.max(0, state.now.segments - 1);
    const current = Math.floor(byId("player-audio").currentTime / SEGMENT + 1e-6);
    const next = Math.min(last, Math.max(0, current + direction));
    state.queue = [state.now];
    state.at = 0;
    load(state.now, next * SEGMENT);
    return window.dash_clientside.no_update;
  }

  function toggle() {
    const audio = byId("player-audio");
    if (state.now) {
      if (audio.paused) audio.play();
      else audio.pause();
    }
    return window.dash_clientside.no_update;
  }

  function volume(value) {
    const audio = byId("player-audio");
    if (audio && value !== undefined && value !== null) audio.volume = Number(value);
    return window.dash_clientside.no_update;
  }

  /* ---- what is seen ---- */

  function hint(text) {
    const element = byId("player-hint");
    element.textContent = text;
    element.hidden = !text;
  }

  function describe() {
    const { title, performer, instrument } = state.now;
    const now = byId("player-now");
    now.replaceChildren();
    const name = document.createElement("b");
    name.textContent = title;
    now.append(name, document.createElement("br"), `${instrument} · ${performer}`);
  }

  function fetchPeaks(segment) {
    fetch(`${segment.media}/waveform`)
      .then((answer) => {
        if (!answer.ok) return answer.text().then((text) => Promise.reject(new Error(text)));
        return answer.arrayBuffer();
      })
      .then((buffer) => {
        if (!state.now || state.now.recording !== segment.recording) return;
        state.peaks = new Int16Array(buffer);
        drawOverview();
        drawDetail();
      })
      .catch((error) => hint(error.message));
  }

  function showSegment(index) {
    if (index === state.shown || !state.now) return;
    state.shown = index;
    const picture = byId("player-spectrogram");
    picture.classList.add("waiting");
    hint("Drawing the spectrogram …");
    picture.src = `${state.now.media}/spectrogram/${index}.png`;
    drawOverview();
    drawDetail();
  }

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
    if (!canvas || !state.now) return;
    const total = state.peaks ? state.peaks.length / 2 : 0;
    const { context, width, height } = drawPeaks(canvas, 0, total, colour("--wave"));
    const scale = width / state.now.duration_s;
    context.fillStyle = colour("--accent-soft");
    context.fillRect(Math.max(0, state.shown) * SEGMENT * scale, 0, SEGMENT * scale, height);
    context.fillStyle = colour("--accent");
    context.fillRect(byId("player-audio").currentTime * scale - 0.75, 0, 1.5, height);
  }

  function drawDetail() {
    const first = Math.max(0, state.shown) * SEGMENT * COLUMNS;
    drawPeaks(byId("player-waveform"), first, SEGMENT * COLUMNS, "rgba(255,255,255,0.42)");
  }

  /* The end of what is asked for: the next of the queue follows. A stretch says where it ends, and after the
   * last one it is quiet; a segment lasts ten seconds, and after the last one the recording goes on. */
  function goOn(audio) {
    const stretch = state.queue[state.at];
    const bounded = stretch && stretch.end_s !== undefined;
    if (!stretch || audio.paused || audio.seeking) return;
    if (audio.currentTime < (bounded ? stretch.end_s : stretch.start_s + SEGMENT)) return;
    if (state.at + 1 < state.queue.length) {
      start(state.at + 1);
    } else if (bounded) {
      audio.pause();
      state.queue = [state.now];
      state.at = 0;
    }
  }

  function follow() {
    const audio = byId("player-audio");
    if (state.now && audio) {
      goOn(audio);
      const time = audio.currentTime;
      const index = Math.min(Math.floor(time / SEGMENT + 1e-6), Math.max(0, state.now.segments - 1));
      if (audio.readyState >= 1) showSegment(index);
      const place = Math.min(1, (time - index * SEGMENT) / SEGMENT);
      const head = byId("player-playhead");
      head.style.left = `${100 * place}%`;
      head.hidden = false;
      byId("player-time").textContent = `${clock(time)} / ${clock(state.now.duration_s)}`;
      if (!audio.paused) drawOverview();
    }
    window.requestAnimationFrame(follow);
  }

  /* ---- wiring to the elements, once they exist ---- */

  function attach() {
    const audio = byId("player-audio");
    if (!audio) return window.setTimeout(attach, 50);
    const button = byId("player-play");
    audio.volume = 0.9;
    const mark = () => {
      const glyph = button.querySelector(".icon");
      glyph.className = `icon icon-${audio.paused ? "play" : "pause"}`;
    };
    ["play", "pause", "ended"].forEach((name) => audio.addEventListener(name, mark));
    audio.addEventListener("seeked", drawOverview);
    audio.addEventListener("error", () => {
      if (state.now) hint("This recording cannot be played. Is its file still where it was?");
    });
    const picture = byId("player-spectrogram");
    picture.addEventListener("load", () => {
      picture.classList.remove("waiting");
      hint("");
    });
    picture.addEventListener("error", () => hint("The spectrogram of this recording cannot be drawn."));
    byId("player-overview").addEventListener("click", (event) => {
      if (!state.now) return;
      const share = event.offsetX / event.currentTarget.clientWidth;
      state.queue = [state.now];
      state.at = 0;
      audio.currentTime = share * state.now.duration_s;
    });
    ["resize", "themechange"].forEach((name) =>
      window.addEventListener(name, () => {
        drawOverview();
        if (state.now) drawDetail();
      })
    );
    window.requestAnimationFrame(follow);
    return undefined;
  }
  attach();

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    player: { play, toggle, volume, previous: () => step(-1), next: () => step(1) },
  });
})();
