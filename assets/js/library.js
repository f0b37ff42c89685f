/* The Library page: rows into the table, a person's changes to the server, a sound to each row.
 *
 * The table is AG Grid's. Rows come and go by plain requests: through Dash, ten thousand of them would
 * travel with every change (docs/adr/0027-a-table-of-recordings.md).
 */
(function () {
  "use strict";

  const FROM_S = 30; /* a preview begins where most pieces have begun */
  const MOST_ON_MAP = 200;
  const MOST_SUGGESTED = 500;

  const ours = () => window.musiclatentvis;
  const text = (...words) => ours().text(...words);
  const texts = (...words) => ours().texts(...words);
  const byId = (id) => document.getElementById(id);
  const none = () => window.dash_clientside.no_update;
  const state = { grid: null, rows: [], shown: "ready", revision: null, voice: null, heard: null };

  /* ---- the server ---- */

  async function ask(path, body) {
    const answer = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch(() => null);
    const found = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer || !answer.ok) throw new Error(found.problem || text("The server does not answer: try again."));
    return found;
  }

  function say(sentence, problem = false) {
    const says = byId("library-says");
    says.textContent = sentence;
    says.classList.toggle("problem", problem);
  }

  /* Jobs are drawn by the server, which is asked at once and not only at the clock's next stroke. */
  const lookAgain = () => ["status-interval", "library-interval"].forEach((id) => window.dash_clientside.set_props(id, { n_intervals: Date.now() }));

  async function act(asked) {
    try {
      const found = await ask("/library/do", asked);
      say(found.says);
      if (found.rows) take(found, asked.do === "edit");
      lookAgain();
      return true;
    } catch (problem) {
      say(problem.message, true);
      return false;
    }
  }

  /* ---- rows ---- */

  function take({ rows, revision, undo, redo }, some) {
    const changed = new Map(rows.map((row) => [row.id, row]));
    state.rows = some ? state.rows.map((row) => changed.get(row.id) || row) : rows;
    if (state.revision !== revision) document.dispatchEvent(new CustomEvent("recordingschanged"));
    state.revision = revision;
    if (state.grid && some) state.grid.applyTransaction({ update: rows.filter((row) => row.state === state.shown) });
    else draw();
    tell("library-undo", undo, text("Undo the last change (Ctrl+Z)"));
    tell("library-redo", redo, text("Redo it (Ctrl+Shift+Z)"));
    count();
  }

  function tell(id, step, otherwise) {
    byId(id).disabled = !step;
    byId(id).title = step || otherwise;
  }

  const inState = (name) => state.rows.filter((row) => row.state === name);

  function count() {
    document.querySelectorAll("[data-shown]").forEach((button) => {
      const found = inState(button.dataset.shown).length;
      button.querySelector("span").textContent = found.toLocaleString("en");
      button.hidden = !found && button.dataset.shown !== "ready" && button.dataset.shown !== state.shown;
      button.setAttribute("aria-pressed", String(button.dataset.shown === state.shown));
    });
    byId("library-count").textContent = lasting(inState("ready").reduce((sum, row) => sum + row.duration_s, 0) / 3600);
  }

  function lasting(hours) {
    if (hours < 1) return texts("1 minute of music", "{count} minutes of music", Math.round(60 * hours));
    return text("{hours} hours of music", { hours: hours < 10 ? hours.toFixed(1) : Math.round(hours).toLocaleString("en") });
  }

  function draw() {
    if (!state.grid) return;
    state.grid.setGridOption("rowData", inState(state.shown));
    state.grid.setColumnsVisible(["remarks"], inState(state.shown).some((row) => row.remarks));
    state.grid.setColumnsVisible(["duration_s"], state.shown !== "failed");
    byId("library-again").hidden = state.shown !== "failed";
  }

  /* Head and bar are written by another script, which may not have come to them yet. */
  const written = () => byId("library-count") && byId("library-says");

  async function read() {
    while (!written()) await new Promise((done) => window.setTimeout(done, 50));
    try {
      take(await ask("/library/recordings"), false);
    } catch (problem) {
      say(problem.message, true);
    }
  }

  /* ---- the table ---- */

  function clock(seconds) {
    const whole = Math.floor(seconds);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    if (!parts[0]) parts.shift();
    return parts.map((part, at) => (at ? String(part).padStart(2, "0") : part)).join(":");
  }

  /* Words of a mixed library stand in the order of their language: Chinese by pinyin. */
  const collator = new Intl.Collator(["zh-u-co-pinyin", "en"], { numeric: true });
  const compare = (one, other) => collator.compare(one || "", other || "");

  function label(field, headerName, flex) {
    return {
      field,
      headerName,
      flex,
      minWidth: 110,
      editable: true,
      comparator: compare,
      tooltipField: field,
      cellClass: ({ data }) => (data.edited.includes(field) ? "library-edited" : ""),
    };
  }

  function playCell({ data }) {
    if (data.state === "failed") return null;
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.libraryHear = data.id;
    button.className = `icon-button drawn ${data.id === state.heard ? "icon-pause" : "icon-play"}`;
    button.title = text("Hear a little of it");
    button.setAttribute("aria-label", text("Hear “{title}”", { title: data.title }));
    return button;
  }

  /* AG Grid takes elements from a class of this shape. */
  class Play {
    init(params) {
      this.refresh(params);
    }
    refresh(params) {
      const made = playCell(params) || document.createElement("span");
      if (this.element) this.element.replaceWith(made);
      this.element = made;
      return true;
    }
    getGui() {
      return this.element;
    }
  }

  const columns = () => [
    { colId: "play", headerName: "", width: 46, pinned: "left", sortable: false, resizable: false, cellRenderer: Play, cellClass: "library-play" },
    label("title", text("Title"), 3),
    label("performer", text("Performer"), 2),
    { ...label("instrument", text("Instrument"), 2), tooltipField: "instrument_label", valueFormatter: shownInstrument, getQuickFilterText: shownInstrument },
    { field: "duration_s", headerName: text("Length"), width: 92, type: "rightAligned", valueFormatter: ({ value }) => clock(value) },
    { field: "path", headerName: text("File"), flex: 3, minWidth: 140, comparator: compare, cellClass: "library-path", tooltipValueGetter: ({ data }) => `${data.folder}/${data.path}` },
    { field: "remarks", headerName: text("Remarks"), flex: 3, minWidth: 160, comparator: compare, tooltipField: "remarks", hide: true },
  ];

  /* The name is what is typed and kept; its characters are shown beside it, until something else is typed. */
  function shownInstrument({ data, value }) {
    return data && value && data.instrument_label.includes(value) ? data.instrument_label : value;
  }

  /* A cell was typed into: the row says it when the server has it, else the old label stands again. */
  async function edited({ data, colDef, oldValue, newValue }) {
    if ((oldValue || "") === (newValue || "")) return;
    if (await act({ do: "edit", ids: [data.id], field: colDef.field, value: newValue })) return;
    data[colDef.field] = oldValue;
    state.grid.applyTransaction({ update: [data] });
  }

  /* Ticked rows that the search has left out are not touched: nobody sees them. */
  function chosen() {
    const rows = [];
    if (state.grid) state.grid.forEachNodeAfterFilter((node) => node.isSelected() && rows.push(node.data));
    return rows;
  }

  function chose() {
    const rows = chosen();
    byId("library-bar").hidden = !rows.length;
    byId("library-chosen").textContent = texts("1 chosen", "{count} chosen", rows.length);
    const retired = state.shown === "retired";
    const offer = { set: state.shown !== "failed", map: state.shown === "ready", retire: !retired && state.shown !== "failed", restore: retired };
    Object.entries(offer).forEach(([name, on]) => {
      document.querySelector(`[data-library-do="${name}"]`).hidden = !on;
    });
    byId("library-field").hidden = !offer.set;
    byId("library-value").hidden = !offer.set;
    suggest();
  }

  /* Labels that are there already: a name is then spelled in one way only. */
  function suggest() {
    const field = byId("library-field").value;
    const known = [...new Set(state.rows.map((row) => row[field]))].filter(Boolean).sort(compare).slice(0, MOST_SUGGESTED);
    byId("library-known").replaceChildren(...known.map((name) => Object.assign(document.createElement("option"), { value: name })));
  }

  function attach() {
    let grid = null;
    try {
      grid = window.dash_ag_grid && window.dash_ag_grid.getApi("library-grid");
    } catch {
      grid = null; /* not made yet */
    }
    if (!grid) return window.setTimeout(attach, 100);
    state.grid = grid;
    grid.setGridOption("defaultColDef", { sortable: true, resizable: true, suppressHeaderMenuButton: true });
    grid.setGridOption("columnDefs", columns());
    grid.addEventListener("cellValueChanged", edited);
    ["selectionChanged", "filterChanged", "rowDataUpdated"].forEach((name) => grid.addEventListener(name, chose));
    filter();
    draw();
    return undefined;
  }

  const filter = () => state.grid && state.grid.setGridOption("quickFilterText", byId("library-search").value);

  /* ---- hearing ---- */

  function hush() {
    if (state.voice) state.voice.stop();
    ours().player.duck(false);
    const was = state.heard;
    Object.assign(state, { voice: null, heard: null });
    mark(was);
  }

  function mark(id) {
    const node = state.grid && id !== null && state.grid.getRowNode(String(id));
    if (node) state.grid.refreshCells({ rowNodes: [node], columns: ["play"], force: true });
  }

  function hear(id) {
    const again = state.heard === id;
    hush();
    if (again) return;
    const row = state.rows.find((one) => one.id === id);
    ours().player.duck(true);
    state.heard = id;
    state.voice = ours().voices.play(
      { audio: row.audio, start_s: row.duration_s > 2 * FROM_S ? FROM_S : 0 },
      {
        over: () => {
          hush();
          say(text("This recording cannot be played. Is its file still where it was?"), true);
        },
      }
    );
    mark(id);
  }

  /* ---- what a person does ---- */

  function showOnMap(rows) {
    if (rows.length > MOST_ON_MAP) {
      say(text("Choose at most {count} recordings for the map.", { count: MOST_ON_MAP }), true);
      return;
    }
    const terms = rows.map(({ id }) => ({ recording: { id } }));
    hush();
    document.querySelector(".nav-explore").click();
    ours().select(terms.length === 1 ? terms[0] : { any_of: terms }, "replace");
  }

  const DO = {
    none: () => state.grid.deselectAll(),
    set: (rows) => {
      const value = byId("library-value").value;
      return act({ do: "edit", ids: rows.map(({ id }) => id), field: byId("library-field").value, value });
    },
    map: showOnMap,
    retire: (rows) => act({ do: "retire", ids: rows.map(({ id }) => id) }),
    restore: (rows) => act({ do: "restore", ids: rows.map(({ id }) => id) }),
    train: () => window.confirm(text("Train an encoder on these recordings? It takes hours, and the library uses it then.")) && act({ do: "train" }),
    folder: () => act({ do: "folder", folder: byId("library-folder").value }),
    "folder-of-files": () => {}, /* assets/js/uploads.js */
  };

  async function toggleLog(button) {
    const row = button.closest(".library-ended");
    const open = row.nextElementSibling && row.nextElementSibling.matches(".library-log");
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      row.nextElementSibling.remove();
      return;
    }
    const log = document.createElement("pre");
    log.className = "library-log";
    log.textContent = (await ask(`/library/jobs/${button.dataset.jobLog}/log`)).map(([, line]) => line).join("\n");
    row.after(log);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const menu = byId("library-more");
    if (menu && menu.open && !(event.target.closest("summary") && menu.contains(event.target))) {
      if (!menu.contains(event.target) || (button && button.dataset.libraryDo)) menu.open = false;
    }
    if (!button || !button.closest(".page-library")) return;
    const { libraryHear, shown, libraryDo, jobCancel, jobLog } = button.dataset;
    if (libraryHear) hear(Number(libraryHear));
    else if (shown) {
      state.shown = shown;
      count();
      draw();
      chose();
    } else if (libraryDo) (DO[libraryDo] || (() => act({ do: libraryDo })))(chosen());
    else if (jobCancel) act({ do: "cancel", job: Number(jobCancel) });
    else if (jobLog) toggleLog(button);
    else if (button.id === "library-undo") act({ do: "undo" });
    else if (button.id === "library-redo") act({ do: "redo" });
  });
  document.addEventListener("input", ({ target }) => {
    if (target.id === "library-search") filter();
    if (target.id === "library-field") suggest();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "library-value") DO.set(chosen());
    if (event.key === "Enter" && event.target.id === "library-folder") DO.folder();
  });
  document.addEventListener("segmentstart", hush);

  let begun = false;
  /* The recordings have changed, here or elsewhere. */
  function refresh(revision) {
    if (revision === null || revision === undefined) return none();
    if (!begun) attach();
    if (revision !== state.revision) read();
    begun = true;
    return none();
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { library: { act, ask, say, lookAgain } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { library: { refresh } });
})();
