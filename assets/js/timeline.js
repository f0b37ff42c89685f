/* The timeline over the player: a click goes there, a drag selects that stretch of the recording, and the segment
 * under the mouse is marked in every view. */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const LEAST = 6; /* pixels: a shorter way is a click */
  const state = { from: null, to: null, mode: null };

  const byId = (id) => document.getElementById(id);
  const ours = () => window.musiclatentvis;

  /* The recording on the timeline, and where on it an event is, in seconds. */
  function at(event) {
    const segment = ours().player.now();
    if (!segment) return null;
    const { left, width } = byId("player-overview").getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return { segment, seconds: share * segment.duration_s, pixel: share * width };
  }

  function rowAt({ segment, seconds }) {
    const first = segment.row - Math.round(segment.start_s / SEGMENT);
    return first + Math.min(segment.segments - 1, Math.floor(seconds / SEGMENT));
  }

  function draw() {
    const band = byId("player-band");
    const long = state.from && Math.abs(state.to.pixel - state.from.pixel) >= LEAST;
    band.hidden = !long;
    if (!long) return false;
    const [left, right] = [state.from.pixel, state.to.pixel].sort((a, b) => a - b);
    band.style.left = `${left}px`;
    band.style.width = `${right - left}px`;
    return true;
  }

  function start(event) {
    const place = at(event);
    if (!place || event.button !== 0) return;
    Object.assign(state, { from: place, to: place, mode: ours().selection.modeOf(event) });
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  function move(event) {
    const place = at(event);
    if (!place) return;
    ours().hover.show(rowAt(place), "player-overview");
    if (!state.from) return;
    state.to = place;
    draw();
  }

  function end() {
    if (!state.from) return;
    const { from, to, mode } = state;
    const dragged = draw();
    Object.assign(state, { from: null, to: null });
    byId("player-band").hidden = true;
    if (!dragged) {
      ours().player.seek(to.seconds);
      return;
    }
    const [first, last] = [from.seconds, to.seconds].sort((a, b) => a - b);
    const stretch = {
      id: from.segment.recording,
      start_s: Math.floor(first / SEGMENT) * SEGMENT,
      end_s: Math.ceil(last / SEGMENT) * SEGMENT,
    };
    ours().select({ recording: stretch }, mode);
  }

  function cancel() {
    state.from = null;
    byId("player-band").hidden = true;
  }

  function attach() {
    const canvas = byId("player-overview");
    if (!canvas) return window.setTimeout(attach, 100);
    canvas.addEventListener("pointerdown", start);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", cancel);
    canvas.addEventListener("pointerleave", () => ours().hover.hide());
    return undefined;
  }
  attach();
})();
