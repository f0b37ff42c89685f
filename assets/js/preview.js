/* Resting on a segment: its sound is fetched, and heard while the preview is on. */
(function () {
  "use strict";

  const FETCH_MS = 80;
  const HEAR_MS = 120;
  const AFTER_BRUSH_MS = 700; /* what the panels answer to a brush comes first */
  const LONGEST_MS = 9500; /* a preview ends within its segment */
  const KEPT_AS = "hover-preview";
  const state = { on: window.localStorage.getItem(KEPT_AS) === "on", row: null, voice: null, timers: [], released: -Infinity };

  const ours = () => window.musiclatentvis;
  const later = (job, ms) => state.timers.push(window.setTimeout(job, ms));

  function rest(row) {
    if (row === state.row) return;
    state.timers.splice(0).forEach(window.clearTimeout);
    state.row = row;
    if (state.voice) state.voice.stop();
    state.voice = null;
    if (row === null || ours().line.busy()) {
      later(() => ours().player.duck(false), HEAR_MS); /* not between two points that lie close */
      return;
    }
    const found = (job) => ours().segments.find([row]).then(([segment]) => state.row === row && job(segment), () => {});
    const panelsFirst = state.released + AFTER_BRUSH_MS - performance.now();
    later(() => found((segment) => ours().prefetch.ask([segment])), Math.max(FETCH_MS, panelsFirst));
    if (state.on) later(() => found(hear), Math.max(HEAR_MS, panelsFirst));
  }

  function hear(segment) {
    const now = ours().player.now();
    const heard = ours().player.playing() && now && now.row === segment.row;
    if (heard || state.voice) return;
    const begun = () => ours().player.duck(true);
    state.voice = ours().voices.play(segment, { begun, over: end });
    later(end, LONGEST_MS);
  }

  function end() {
    if (state.voice) state.voice.stop();
    state.voice = null;
    ours().player.duck(false);
  }

  function turn(on) {
    state.on = on;
    window.localStorage.setItem(KEPT_AS, on ? "on" : "off");
    const { row } = state;
    rest(null);
    if (on) rest(row);
  }

  document.addEventListener("pointerup", () => {
    state.released = performance.now();
  }, true);
  document.addEventListener("segmenthover", ({ detail }) => rest(detail.row));
  /* What was clicked is heard for good. */
  document.addEventListener("segmentstart", () => {
    state.timers.splice(0).forEach(window.clearTimeout);
    end();
  });

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { preview: { turn, on: () => state.on } });
})();
