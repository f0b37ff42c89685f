/* The player: plays a queue of segments, then on into the last one's recording.
 *
 * Who wants to know what is heard listens to `segmentstart` (a person began to hear this segment) and
 * `segmentplay` (the playhead came into it) on the document, or is called at every frame by `follow`.
 */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const DUCK_MS = 120;
  const PATIENCE_MS = 250;
  /* What is heard: a segment of the queue, or one whose sound somebody else plays and lends. */
  const state = { queue: [], at: 0, now: null, lent: null, loop: false, shown: null, began: 0, volume: 0.9, ducked: 0 };
  const followers = [];

  const byId = (id) => document.getElementById(id);
  const none = () => window.dash_clientside.no_update;
  const main = () => byId("player-audio");
  const ours = () => window.musiclatentvis;
  const announce = (name, segment) => document.dispatchEvent(new CustomEvent(name, { detail: { row: segment.row, segment } }));

  /* Another segment of the same recording; whoever moves on by hand hears on. */
  function sibling(segment, index) {
    const first = segment.row - Math.floor(segment.start_s / SEGMENT + 1e-6);
    return { ...segment, row: first + index, start_s: index * SEGMENT, end_s: undefined };
  }

  /* A stretch says where it ends, and after the last one it is quiet; a segment lasts ten seconds, and after
   * the last one the recording goes on. */
  const bounded = (segment) => segment.end_s !== undefined;
  const endOf = (segment) => (bounded(segment) ? segment.end_s : segment.start_s + SEGMENT);

  function segmentAt(segment, seconds) {
    const last = Math.max(0, segment.segments - 1);
    return sibling(segment, Math.min(last, Math.max(0, Math.floor(seconds / SEGMENT + 1e-6))));
  }

  /* Until the browser knows the file, its clock stands at nought. */
  function secondsOf({ segment, audio }) {
    return audio.readyState >= 1 ? audio.currentTime : segment.start_s;
  }

  const heard = () => state.lent || (state.now && { segment: state.now, audio: main() });

  /* ---- a queue of segments ---- */

  function start(segments) {
    if (!segments.length) return;
    state.lent = null;
    state.queue = segments;
    begin(0);
    announce("segmentstart", segments[0]);
  }

  function begin(index) {
    state.at = index;
    state.began = performance.now();
    load(state.queue[index]);
    if (index + 1 < state.queue.length) ours().prefetch.ask([state.queue[index + 1]]);
    sound();
  }

  /* The place in the address makes the browser load from there at once, without asking for the file's
   * beginning first (docs/adr/0018-sound-without-waiting.md). */
  function load(segment) {
    const audio = main();
    const loaded = state.now && state.now.recording === segment.recording && audio.readyState >= 1;
    state.now = segment;
    if (loaded) audio.currentTime = segment.start_s;
    else audio.src = ours().prefetch.address(segment);
  }

  function sound() {
    main().play().catch((problem) => {
      if (problem.name === "NotAllowedError") ours().picture.say(ours().text("Press play to listen: the browser waits for a click."));
    });
  }

  /* At the end of what is asked for: round again, on to the next one, or on into the recording. */
  function advance() {
    const audio = main();
    if (!state.now || state.lent || audio.readyState < 1 || audio.seeking || (audio.paused && !audio.ended)) return;
    const segment = state.queue[state.at];
    const end = endOf(segment);
    if (audio.currentTime < end && !audio.ended) return;
    if (state.loop) {
      audio.currentTime = segment.start_s;
      if (audio.paused || audio.ended) sound();
      return;
    }
    const next = state.queue[state.at + 1];
    if (!next && bounded(segment)) {
      audio.pause();
      only(segmentAt(segment, audio.currentTime));
    }
    if (!next) return;
    if (next.recording !== segment.recording || next.start_s !== end) begin(state.at + 1);
    else {
      state.at += 1; /* it plays on: nothing to seek */
      state.now = next;
    }
  }

  function only(segment) {
    state.queue = [segment];
    state.at = 0;
  }

  function step(direction) {
    if (!state.now) return none();
    const now = heard();
    const next = segmentAt(now.segment, secondsOf(now) + direction * SEGMENT);
    start([next]);
    return none();
  }

  function toggle() {
    const audio = main();
    if (state.lent) ours().line.stop();
    else if (state.now && audio.paused) sound();
    else if (state.now) audio.pause();
    else ours().listening.first();
    return none();
  }

  function loop(on) {
    state.loop = on;
    /* A stretch, or the segment that plays now, wherever the queue began; what follows in it stays. */
    if (on && state.now && !bounded(state.queue[state.at])) state.queue[state.at] = segmentAt(state.now, secondsOf(heard()));
  }

  function seek(seconds) {
    if (!state.now || state.lent) return;
    only(segmentAt(state.now, seconds));
    main().currentTime = seconds;
  }

  /* Where the playhead stands, and to stand there again without a sound. */
  function where() {
    const now = heard();
    return now && { row: segmentAt(now.segment, secondsOf(now)).row, seconds: secondsOf(now) };
  }

  async function cue({ row, seconds }) {
    const [segment] = await ours().segments.find([row]);
    const audio = main();
    only(segment);
    load(segment);
    const place = () => {
      audio.currentTime = seconds;
    };
    if (audio.readyState >= 1) place();
    else audio.addEventListener("loadedmetadata", place, { once: true });
  }

  /* ---- one voice at a time ---- */

  /* Somebody else's sound of a segment, shown as ours until it is given back; then we stand where it was. */
  function lend(segment, audio) {
    main().pause();
    state.lent = { segment, audio };
  }

  function giveBack() {
    if (!state.lent) return;
    const { segment } = state.lent;
    state.lent = null;
    only(segment);
    load(segment);
  }

  /* Out of the way of another voice, without stopping; a ramp, so that it never clicks. */
  let ramp = 0;
  function duck(on) {
    window.clearInterval(ramp);
    if (state.ducked === (on ? 1 : 0)) return;
    const step = (on ? 1 : -1) / 8;
    ramp = window.setInterval(() => {
      state.ducked = Math.min(1, Math.max(0, state.ducked + step));
      main().volume = state.volume * (1 - state.ducked);
      if (state.ducked === (on ? 1 : 0)) window.clearInterval(ramp);
    }, DUCK_MS / 8);
  }

  function volume(value) {
    if (value === undefined || value === null) return none();
    state.volume = Number(value);
    main().volume = state.volume * (1 - state.ducked);
    ours().voices.volume(state.volume);
    return none();
  }

  /* ---- every frame ---- */

  function follow() {
    advance();
    const now = heard();
    if (now) {
      const time = secondsOf(now);
      const segment = segmentAt(now.segment, time);
      /* Drawing what is heard would hold its sound up. */
      const sounds = now.audio.readyState >= 2 || performance.now() - state.began > PATIENCE_MS;
      if (segment.row !== state.shown && sounds) {
        state.shown = segment.row;
        announce("segmentplay", segment);
      }
      const share = Math.min(1, Math.max(0, time - segment.start_s) / SEGMENT);
      followers.forEach((follower) => follower({ segment, time, share, playing: !now.audio.paused }));
    }
    window.requestAnimationFrame(follow);
  }

  function attach() {
    const audio = main();
    if (!audio) return window.setTimeout(attach, 50);
    audio.volume = state.volume;
    /* A page in the background gets no frames. */
    ["timeupdate", "ended"].forEach((name) => audio.addEventListener(name, advance));
    audio.addEventListener("error", () => {
      if (state.now) ours().picture.say(ours().text("This recording cannot be played. Is its file still where it was?"));
    });
    window.requestAnimationFrame(follow);
    return undefined;
  }
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, {
    player: {
      start,
      seek,
      where,
      cue,
      loop,
      lend,
      giveBack,
      duck,
      follow: (follower) => followers.push(follower),
      playing: () => Boolean(heard() && !heard().audio.paused),
      volume: () => state.volume,
      now: () => heard() && segmentAt(heard().segment, secondsOf(heard())),
    },
  });
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    player: {
      play: (store) => {
        const { segments, picture } = ours();
        if (store && store.queue) segments.place(store.queue).then(start, ({ message }) => picture.say(message));
        return none();
      },
      toggle,
      volume,
      previous: () => step(-1),
      next: () => step(1),
    },
  });
})();
