/* What the rows of the map are, and where one can go from one of them: read once for each map. */
(function () {
  "use strict";

  const SEGMENT = 10; /* seconds */
  const state = { map: null, recordings: null, table: null, ways: new Map() };

  function mapId() {
    const plot = document.querySelector("#map-graph .js-plotly-plot");
    return (plot && plot.layout && plot.layout.meta && plot.layout.meta.map) || null;
  }

  const read = (path, options) =>
    fetch(path, options).then((answer) => {
      if (answer.ok) return answer.json();
      throw new Error(window.musiclatentvis.text("The segments of this map cannot be read: reload the page."));
    });

  /* A promise of the recordings of the map on show; asked again where it failed. */
  function table() {
    const map = mapId();
    if (map === null) return Promise.reject(new Error(window.musiclatentvis.text("There is no map yet.")));
    if (state.map !== map || !state.table) {
      Object.assign(state, { map, recordings: null, ways: new Map() });
      state.table = read(`/listen/${map}/segments`, { cache: "no-cache" }).then((recordings) => {
        if (state.map === map) state.recordings = recordings;
        return recordings;
      });
      state.table.catch(() => {
        if (state.map === map) state.table = null;
      });
    }
    return state.table;
  }

  function recordingOf(recordings, row) {
    let [low, high] = [0, recordings.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (recordings[middle].first <= row) low = middle;
      else high = middle;
    }
    return recordings[low];
  }

  /* All that the player needs of a row. */
  function segment(recordings, row) {
    const { first, ...recording } = recordingOf(recordings, row);
    return { ...recording, row, start_s: (row - first) * SEGMENT, audio: `${recording.media}/audio` };
  }

  const find = (rows) => table().then((recordings) => rows.map((row) => segment(recordings, row)));

  /* The same of stretches that the server names by recording and time; their rows are those of this map. */
  const place = (stretches) =>
    table().then((recordings) =>
      stretches.map((stretch) => {
        const { first } = recordings.find(({ recording }) => recording === stretch.recording) || {};
        return { ...stretch, row: first + Math.min(stretch.segments - 1, Math.floor(stretch.start_s / SEGMENT)) };
      })
    );

  function ways(row) {
    return table().then(() => {
      const { map, ways: known } = state;
      if (!known.has(row)) {
        const answer = read(`/listen/${map}/from/${row}`);
        known.set(row, answer);
        answer.catch(() => known.delete(row));
      }
      return known.get(row);
    });
  }

  /* Rows of the recording that a row is of: nothing while the table is on its way. */
  function rowsOf(row) {
    if (!state.recordings || state.map !== mapId()) return [];
    const { first, segments } = recordingOf(state.recordings, row);
    return Array.from({ length: segments }, (_, index) => first + index);
  }

  /* Labels may be others now. */
  document.addEventListener("recordingschanged", () => {
    state.table = null;
  });

  /* Read before it is needed, so that the first click need not wait for it. */
  function attach() {
    if (mapId() === null) return window.setTimeout(attach, 200);
    return table().catch(() => {});
  }
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { segments: { find, place, ways, rowsOf } });
})();
