/* The Notes page: two maps of the same notes, marked together, labelled without overlap, heard on a click. */
(function () {
  "use strict";

  const GRAPHS = ["notes-samples-graph", "notes-latents-graph"];
  const TOOLS = { "notes-box": "select", "notes-pan": "pan" };
  const FADE = 0.008; /* seconds; long enough not to click, short enough for a note of 0.25 s */
  const ESTIMATED = -1;

  let data = null; /* the store: which note each point belongs to, and where that sounds */
  let marked = null; /* rows of the brushed points, or null */
  let hovered = null; /* row under the mouse */

  const byId = (id) => document.getElementById(id);
  const none = () => window.dash_clientside.no_update;
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const plots = () => GRAPHS.map(plotOf).filter((plot) => plot && plot._fullLayout);
  const onPage = () => document.querySelector('.frame[data-current-page="notes"]') !== null;

  /* ---- from the server ---- */

  function receive(source, keys, store) {
    const triggered = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id);
    const answered = triggered.includes("notes-store.data");
    if (!answered && triggered.length) return window.musiclatentvis.text("Reading the notes …");
    if (store && store.note) {
      data = { ...store, place: places(store.rows) };
      marked = null;
      hovered = null;
      describe();
    } else {
      data = null;
      describe();
    }
    return store ? store.status : window.musiclatentvis.text("Reading the notes …");
  }

  /* Trace and number in it of every row. */
  function places(rows) {
    const place = [];
    rows.forEach((ofTrace, trace) => ofTrace.forEach((row, number) => (place[row] = [trace, number])));
    return place;
  }

  /* ---- keys ---- */

  function offerKeys(store, chosen, keys) {
    const sources = ((store && store.sources) || []).filter((source) => source.tonic !== null);
    if (!sources.length) return [[], null, true, [], null, true];
    const source = sources.find(({ digest }) => digest === chosen) || sources[0];
    const recordings = sources.map(({ digest, title }) => ({ label: title, value: digest }));
    const tonics = store.tonics.map((name, tonic) => ({ label: `1 = ${name}`, value: tonic }));
    const estimated = { label: window.musiclatentvis.text("Estimated: 1 = {name}", { name: store.tonics[source.tonic] }), value: ESTIMATED };
    const own = keys && keys[source.digest];
    const value = own === undefined || own === null ? ESTIMATED : own;
    return [recordings, source.digest, sources.length < 2, [estimated, ...tonics], value, false];
  }

  function chooseKey(tonic, digest, keys) {
    if (tonic === null || tonic === undefined || !digest) return none();
    const known = keys && keys[digest] !== undefined ? keys[digest] : ESTIMATED;
    if (known === tonic) return none();
    const changed = { ...(keys || {}) };
    if (tonic === ESTIMATED) delete changed[digest];
    else changed[digest] = tonic;
    return changed;
  }

  /* ---- tools ---- */

  function tool() {
    const id = window.dash_clientside.callback_context.triggered_id;
    plots().forEach((plot) => {
      if (TOOLS[id]) window.Plotly.relayout(plot, { dragmode: TOOLS[id], selections: [] });
      else window.Plotly.relayout(plot, { "xaxis.autorange": true, "yaxis.autorange": true });
    });
    if (TOOLS[id]) press(id);
    return none();
  }

  function press(id) {
    Object.keys(TOOLS).forEach((name) => byId(name).setAttribute("aria-pressed", String(name === id)));
  }

  /* ---- marks: over the maps, so that no map is drawn again ---- */

  function ring(plot, row, radius) {
    const [trace, number] = data.place[row];
    const { x, y } = plot._fullData[trace];
    return window.musiclatentvis.marks.ring(plot, x[number], y[number], radius);
  }

  const ready = (plot) => data && plot._fullData && plot._fullData.length === data.rows.length;

  function draw(rows, row) {
    plots().forEach((plot) => {
      const [note, column] = window.musiclatentvis.marks.paths(plot, ["note", "column"]);
      const drawable = ready(plot);
      note.setAttribute("d", drawable ? rows.map((one) => ring(plot, one, 5)).join("") : "");
      column.setAttribute("d", drawable && row !== null ? ring(plot, row, 8) : "");
    });
  }

  function rowsOfNote(row) {
    const note = data.note[row];
    const rows = [];
    for (let one = 0; one < data.note.length; one += 1) if (data.note[one] === note) rows.push(one);
    return rows;
  }

  function hover(row) {
    hovered = row;
    draw(row === null ? [] : rowsOfNote(row), row);
  }

  const rowOf = (point) => data.rows[point.curveNumber][point.pointNumber];

  /* ---- brush ---- */

  function mark(rows) {
    marked = rows && rows.length ? rows : null;
    let chosen = null;
    if (marked) {
      chosen = data.rows.map(() => []);
      marked.forEach((row) => chosen[data.place[row][0]].push(data.place[row][1]));
    }
    plots().filter(ready).forEach((plot) => {
      const traces = data.rows.map((_, trace) => trace);
      /* A box that still stands keeps scattergl from greying the other points. */
      const selected = traces.map((trace) => (chosen ? chosen[trace] : null));
      window.Plotly.update(plot, { selectedpoints: selected }, { selections: [] }, traces);
    });
    draw([], null);
    describe();
  }

  function describe() {
    const line = byId("notes-marked");
    if (!line) return;
    if (!data || !marked) {
      line.textContent = data ? window.musiclatentvis.text("Rest on a point, drag a box, click to hear") : "";
      line.classList.remove("some");
      return;
    }
    const notes = [...new Set(marked.map((row) => data.note[row]))];
    const some = (values) => {
      const different = [...new Set(values)];
      const comma = window.musiclatentvis.text(", ");
      return different.length > 4 ? `${different.slice(0, 4).join(comma)} …` : different.join(comma);
    };
    const names = some(notes.map((note) => data.notes.name[note]));
    const instruments = some(notes.map((note) => data.notes.instrument[note]));
    const { text, texts } = window.musiclatentvis;
    line.textContent = text("{points} of {notes} marked · Esc clears · {names} · {instruments}", {
      points: texts("1 point", "{count:,} points", marked.length),
      notes: texts("1 note", "{count:,} notes", notes.length),
      names,
      instruments,
    });
    line.classList.add("some");
  }

  /* ---- sound ---- */

  const sound = { context: null, gain: null, turn: 0, stop: 0 };

  function graphOfSound(audio) {
    if (!sound.context) {
      sound.context = new AudioContext();
      sound.gain = sound.context.createGain();
      sound.gain.gain.value = 0;
      sound.context.createMediaElementSource(audio).connect(sound.gain).connect(sound.context.destination);
    }
    if (sound.context.state === "suspended") sound.context.resume();
  }

  /* A note of a scale as long as it is; of a long note, what is about the column. */
  function extent(row) {
    const note = data.note[row];
    const [start, end] = [data.notes.start[note], data.notes.end[note]];
    const { shortest, longest } = data.sound;
    if (end - start <= longest) return [start, Math.max(end - start, shortest)];
    const from = Math.min(Math.max(start, data.time[row] - longest / 3), end - longest);
    return [from, longest];
  }

  function play(row) {
    const audio = byId("notes-audio");
    const player = byId("player-audio");
    if (player && !player.paused) player.pause();
    graphOfSound(audio);
    const turn = (sound.turn += 1);
    const [start, length] = extent(row);
    const note = data.note[row];
    const source = data.audio[data.notes.source[note]];
    window.clearTimeout(sound.stop);
    const { gain } = sound.gain;
    gain.cancelScheduledValues(0);
    gain.setValueAtTime(0, sound.context.currentTime);
    audio.pause();
    audio.volume = player ? player.volume : 0.9;
    const begin = () => {
      if (turn !== sound.turn) return;
      audio.play().then(() => sing(audio, turn, length), complain);
    };
    const seek = () => {
      if (turn !== sound.turn) return;
      audio.addEventListener("seeked", begin, { once: true });
      audio.currentTime = start;
    };
    Object.assign(audio.dataset, { note: data.notes.name[note], start: String(start), length: String(length) });
    if (audio.getAttribute("src") !== source) {
      audio.src = source;
      audio.addEventListener("loadedmetadata", seek, { once: true });
    } else if (audio.readyState >= 1) seek();
    else audio.addEventListener("loadedmetadata", seek, { once: true });
  }

  function sing(audio, turn, length) {
    if (turn !== sound.turn) return;
    const { gain } = sound.gain;
    const now = sound.context.currentTime;
    gain.setValueAtTime(0, now);
    gain.linearRampToValueAtTime(1, now + FADE);
    gain.setValueAtTime(1, now + Math.max(FADE, length - FADE));
    gain.linearRampToValueAtTime(0, now + length);
    sound.stop = window.setTimeout(() => turn === sound.turn && audio.pause(), 1000 * length + 40);
  }

  function complain(error) {
    if (error && error.name === "AbortError") return;
    const line = byId("notes-marked");
    line.textContent = window.musiclatentvis.text("This note cannot be played. Is its recording still where it was?");
  }

  /* ---- labels: as many as fit without touching each other, the largest clusters first ---- */

  const ruler = document.createElement("canvas").getContext("2d");
  const AROUND = [[0, 12], [0, -12], [1, 0], [-1, 0]];

  function label(plot) {
    const annotations = (plot.layout && plot.layout.annotations) || [];
    if (!annotations.length || !ready(plot)) return;
    const { xaxis, yaxis, font } = plot._fullLayout;
    ruler.font = `11px ${font.family}`;
    const taken = [];
    const changes = {};
    annotations.forEach((annotation, index) => {
      const [x, y] = [xaxis.d2p(annotation.x), yaxis.d2p(annotation.y)];
      const width = ruler.measureText(annotation.text).width + 4;
      const place = room(x, y, width, xaxis._length, yaxis._length, taken);
      const visible = place !== null;
      const [xshift, yshift] = place || [0, 12];
      if ((annotation.visible !== false) !== visible) changes[`annotations[${index}].visible`] = visible;
      if ((annotation.xshift || 0) !== xshift) changes[`annotations[${index}].xshift`] = xshift;
      if ((annotation.yshift || 0) !== yshift) changes[`annotations[${index}].yshift`] = yshift;
    });
    if (Object.keys(changes).length) window.Plotly.relayout(plot, changes);
  }

  function room(x, y, width, right, bottom, taken) {
    for (const [across, up] of AROUND) {
      const shift = Math.round(across * (width / 2 + 7));
      const box = [x + shift - width / 2, y - up - 7, x + shift + width / 2, y - up + 7];
      const inside = box[0] >= 0 && box[2] <= right && box[1] >= 0 && box[3] <= bottom;
      const free = taken.every((other) => box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1]);
      if (inside && free) {
        taken.push(box);
        return [shift, up];
      }
    }
    return null;
  }

  /* ---- wiring ---- */

  function listen(plot) {
    let waiting = 0;
    let brushed = false; /* by a drag: a graph of another size reports its old box again */
    press("notes-box");
    window.musiclatentvis.mouse.over(
      plot,
      (point) => ready(plot) && hover(rowOf(point)),
      () => hover(null),
    );
    plot.on("plotly_click", ({ points }) => ready(plot) && play(rowOf(points[0])));
    plot.on("plotly_selecting", (drawn) => {
      brushed = Boolean(drawn);
      if (!ready(plot) || !drawn) return;
      window.cancelAnimationFrame(waiting);
      waiting = window.requestAnimationFrame(() => draw(drawn.points.map(rowOf), null));
    });
    plot.on("plotly_selected", (drawn) => {
      /* Taking a box away reports an empty selection too; only a drawn box is a brush. */
      if (!brushed || !ready(plot) || !drawn || !(drawn.range || drawn.lassoPoints)) return;
      brushed = false;
      window.cancelAnimationFrame(waiting);
      const rows = drawn.points.map(rowOf);
      /* Plotly is still busy with its own selection. */
      window.setTimeout(() => mark(rows), 0);
    });
    ["plotly_relayouting", "plotly_relayout"].forEach((name) => plot.on(name, () => hover(null)));
    plot.on("plotly_afterplot", () => window.requestAnimationFrame(() => label(plot)));
    plot.on("plotly_relayout", () => window.requestAnimationFrame(() => label(plot)));
    emptyClick(plot);
    label(plot);
  }
  window.musiclatentvis.figures.each(GRAPHS, listen);

  /* Plotly has no event for a click on nothing. */
  function emptyClick(plot) {
    let from = null;
    plot.addEventListener("pointerdown", (event) => (from = event), true);
    window.addEventListener("pointerup", (event) => {
      const start = from;
      from = null;
      if (!start || !marked || hovered !== null) return;
      if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < 4) mark(null);
    });
  }

  /* Before page.js sees it: Esc here is about these marks, not about the Explore page's selection. */
  window.addEventListener(
    "keydown",
    (event) => {
      const help = byId("page-help-text");
      const helping = help && !help.hidden;
      if (event.key !== "Escape" || !onPage() || helping) return;
      if (event.target.closest && event.target.closest(".dash-dropdown-content, .dash-dropdown")) return;
      event.stopImmediatePropagation();
      if (marked) mark(null);
    },
    true
  );

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    notes: { receive, offerKeys, chooseKey, tool },
  });
})();
