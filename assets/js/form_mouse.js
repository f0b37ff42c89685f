/* What a drag, a click or a button of the workspace Form selects and plays, and what is said under the mouse. */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const LEAST = 6; /* pixels: a shorter way is a click */
  const form = window.musiclatentvis.form;
  const { shown, isOpen, clamp, signed } = form;
  const state = { from: null, to: null, section: null, drawn: false, pointed: false, taken: false };

  const byId = (id) => document.getElementById(id);
  const clock = (seconds) => window.musiclatentvis.picture.clock(seconds + 1e-6);

  /* ---- what is heard and selected ---- */

  /* A stretch of one of the two recordings: 0 is across, 1 down. */
  function stretch({ meta }, side, start, end) {
    const recording = meta.recordings[side];
    const segment = clamp(Math.floor(start / SEGMENT), 0, recording.segments - 1);
    return { ...recording, row: recording.first_row + segment, start_s: start, end_s: end };
  }

  function hear(queue) {
    window.dash_clientside.set_props("player-store", { data: { queue } });
  }

  /* Whole segments whose middles lie in the stretch, or the one that its middle lies in. */
  function term(recording, [start, end]) {
    const last = recording.segments - 1;
    let first = clamp(Math.ceil(start / SEGMENT - 0.5), 0, last);
    let after = Math.min(Math.ceil(end / SEGMENT - 0.5), last + 1);
    if (after <= first) {
      first = clamp(Math.floor((start + end) / 2 / SEGMENT), 0, last);
      after = first + 1;
    }
    return { recording: { id: recording.recording, start_s: first * SEGMENT, end_s: after * SEGMENT } };
  }

  const meet = (one, other) => one[0] < other[1] && other[0] < one[1];

  /* A block is two stretches; on the diagonal of one recording they are one. */
  function stretches(view, across, down) {
    if (!view.meta.two && meet(across, down)) {
      return [[0, [Math.min(across[0], down[0]), Math.max(across[1], down[1])]]];
    }
    const both = [[0, across], [1, down]];
    /* What comes first in the music is heard first. */
    return view.meta.two || across[0] <= down[0] ? both : both.reverse();
  }

  function take(view, { across, down }, how) {
    const found = stretches(view, across, down);
    hear(found.map(([side, [start, end]]) => stretch(view, side, start, end)));
    window.musiclatentvis.select({ any_of: found.map(([side, within]) => term(view.meta.recordings[side], within)) }, how);
  }

  /* ---- from pixels to times ---- */

  function place(view, event) {
    const { left, top } = view.plot.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  const within = (axis, pixel) => pixel >= axis._offset && pixel <= axis._offset + axis._length;
  const timeAt = (axis, pixel) => axis.p2d(clamp(pixel, axis._offset, axis._offset + axis._length) - axis._offset);

  function cellAt({ meta }, time, count) {
    return clamp(Math.floor((time - meta.first_s) / meta.step_s), 0, count - 1);
  }

  /* How many cells there are across and down. */
  function size({ plot }) {
    const z = plot._fullData[0].z;
    return [z[0].length, z.length];
  }

  /* The music that a cell stands for. */
  const soundOf = ({ meta }, cell) => {
    const start = cell * meta.step_s;
    return [start, start + meta.length_s];
  };

  /* Whole cells between two times, as they are drawn. */
  function snapped(view, side, one, other) {
    const { meta } = view;
    const count = size(view)[side];
    const [first, last] = [one, other].sort((a, b) => a - b).map((time) => cellAt(view, time, count));
    const { duration_s: duration } = meta.recordings[side];
    return [
      Math.max(0, meta.first_s + first * meta.step_s),
      Math.min(duration, meta.first_s + (last + 1) * meta.step_s),
    ];
  }

  function block(view, from, to) {
    const { x, y } = view;
    return {
      across: snapped(view, 0, timeAt(x, from[0]), timeAt(x, to[0])),
      down: snapped(view, 1, timeAt(y, from[1]), timeAt(y, to[1])),
    };
  }

  /* ---- the mouse ---- */

  const onMatrix = (view, [x, y]) => within(view.x, x) && within(view.y, y);
  const surface = (event) => event.target.closest && event.target.closest(`#${form.graph} .js-plotly-plot`);

  function start(event) {
    const view = shown();
    if (!view || event.button !== 0 || !event.isPrimary || !surface(event)) return;
    const at = place(view, event);
    state.section = onMatrix(view, at) ? null : sectionAt(view, at);
    if (!onMatrix(view, at)) return;
    event.preventDefault(); /* no text is marked by a drag */
    state.from = at;
    state.to = at;
    state.drawn = false;
  }

  function move(event) {
    if (!event.isPrimary || !isOpen()) return;
    const view = shown();
    if (!view) return;
    const at = place(view, event);
    if (state.from) {
      state.to = at;
      const far = Math.hypot(at[0] - state.from[0], at[1] - state.from[1]) >= LEAST;
      state.drawn = state.drawn || far;
      if (state.drawn) {
        const { across, down } = block(view, state.from, at);
        say(window.musiclatentvis.text("{one} with {other}", { one: range(across), other: range(down) }));
        form.mark({ across, down });
      }
      return;
    }
    point(view, surface(event) && onMatrix(view, at) ? at : null);
  }

  const range = ([from, to]) => `${clock(from)}–${clock(to)}`;

  function end(event) {
    const view = shown();
    if (!event.isPrimary) return;
    const [began, section] = [state.from, state.section];
    state.from = state.section = null;
    if (!view) return;
    if (!began) {
      if (section && event.type === "pointerup") hear([stretch(view, ...section)]);
      return;
    }
    if (event.type !== "pointerup") {
      if (state.drawn) form.mark(null);
    } else if (state.drawn) {
      state.taken = true;
      take(view, block(view, began, state.to), window.musiclatentvis.selection.modeOf(event));
    } else {
      const [columns, rows] = size(view);
      const across = soundOf(view, cellAt(view, timeAt(view.x, began[0]), columns));
      const down = soundOf(view, cellAt(view, timeAt(view.y, began[1]), rows));
      const same = !view.meta.two && across[0] === down[0];
      const heard = [[1, down], ...(same ? [] : [[0, across]])];
      hear(heard.map(([side, [from, to]]) => stretch(view, side, from, to)));
      form.mark(null);
    }
  }

  /* The frame about what was taken stays until something else is selected. */
  document.addEventListener("selectionshown", () => {
    if (!state.taken && shown()) form.mark(null);
    state.taken = false;
  });

  /* The section at a place on the strip above the matrix, or beside it: side, start and end. */
  function sectionAt(view, [px, py]) {
    const { xaxis2, yaxis2 } = view.plot._fullLayout;
    const above = within(view.x, px) && within(yaxis2, py);
    const beside = view.meta.two && within(xaxis2, px) && within(view.y, py);
    if (!above && !beside) return null;
    const [side, time] = above ? [0, timeAt(view.x, px)] : [1, timeAt(view.y, py)];
    const found = view.meta.sections[side].find(([from, to]) => time >= from && time <= to);
    return found ? [side, ...found] : null;
  }

  function say(text) {
    const line = byId("form-pair");
    line.textContent = text || line.dataset.hint;
  }

  function point(view, at) {
    const [columns, rows] = size(view);
    if (!at) {
      if (state.pointed) window.musiclatentvis.hover.hide();
      state.pointed = false;
      return say("");
    }
    const column = cellAt(view, timeAt(view.x, at[0]), columns);
    const row = cellAt(view, timeAt(view.y, at[1]), rows);
    const cosine = view.plot._fullData[0].z[row][column] * view.meta.unit;
    const [down, across] = [soundOf(view, row), soundOf(view, column)].map(range);
    state.pointed = true;
    window.musiclatentvis.hover.show(stretch(view, 1, ...soundOf(view, row)).row, form.graph);
    return say(window.musiclatentvis.text("{one} with {other}: cosine {cosine}", { one: down, other: across, cosine: signed(cosine) }));
  }

  /* ---- the list of passages ---- */

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-hear]");
    const view = button && shown();
    if (!view) return;
    const [side, from, to] = button.dataset.hear.split(" ").map(Number);
    hear([stretch(view, side, from, to)]);
  });

  document.addEventListener("pointerdown", start, true);
  document.addEventListener("pointermove", move, true);
  document.addEventListener("pointerup", end, true);
  document.addEventListener("pointercancel", end, true);
})();
