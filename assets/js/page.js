/* The frame: which page is on show, light or dark, keys that work everywhere. */
(function () {
  "use strict";

  const none = () => window.dash_clientside.no_update;
  const PAGES = { "/": "explore", "/notes": "notes", "/evaluate": "evaluate", "/library": "library" };

  function setTheme(theme) {
    document.documentElement.setAttribute("data-bs-theme", theme);
  }

  const keptTheme = window.localStorage.getItem("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(keptTheme || (dark ? "dark" : "light"));

  function theme(clicks) {
    if (clicks) {
      const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      setTheme(next);
      window.localStorage.setItem("theme", next);
      window.dispatchEvent(new Event("themechange"));
    }
    return none();
  }

  /* A caption that is cut for want of room is said in full to the mouse that rests on it. */
  document.addEventListener("mouseover", ({ target }) => {
    if (target.classList && target.classList.contains("caption")) target.title = target.scrollWidth > target.clientWidth ? target.textContent : "";
  });

  /* Dash calls the buttons of a number's field by English names. */
  window.musiclatentvis.figures.each(["map-graph"], () => {
    const { text } = window.musiclatentvis;
    const names = { decrement: text("Decrease"), increment: text("Increase") };
    Object.entries(names).forEach(([kind, name]) =>
      document.querySelectorAll(`.dash-stepper-${kind}`).forEach((button) => button.setAttribute("aria-label", name))
    );
  });

  /* The page opens with the library's own map; where this tab kept another choice, it is asked for now. */
  let opened = false;
  function kept(encoder, method, perplexity, neighbours, distance, seed, shown) {
    const chosen = { method, perplexity, neighbours, min_distance: distance, seed };
    const drawn = Object.entries((shown && shown.projection) || {});
    const other = encoder !== "own" || drawn.some(([name, value]) => chosen[name] !== value);
    if (!opened && other) window.dash_clientside.set_props("status-interval", { n_intervals: 1 });
    opened = true;
    return none();
  }

  /* The other pages have a store each, so that whoever fills one is not asked when another is opened. */
  const FILLED = ["notes", "evaluate", "library"];

  function show(path, ...before) {
    const page = PAGES[path] || "explore";
    const frame = document.querySelector(".frame");
    if (frame) frame.setAttribute("data-current-page", page);
    /* Graphs on a page that was hidden have no size until they are asked to look again. */
    window.requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
    return [page, ...FILLED.map((name, at) => (Boolean(before[at]) === (name === page) ? none() : name === page))];
  }

  function toggleHelp() {
    const help = document.getElementById("page-help-text");
    if (help) help.hidden = !help.hidden;
  }

  function help(clicks) {
    if (clicks) toggleHelp();
    return none();
  }

  const TEXTS = "input:not([type=range], [type=radio], [type=checkbox], .dash-dropdown-focus-target), textarea";

  /* Keys that what has the focus needs for itself. */
  function needs(target, key) {
    if (target.closest(`${TEXTS}, select, [role=listbox], [role=grid], .dash-dropdown-content`)) return true;
    if (target.closest(".dash-dropdown-wrapper, [role=combobox]")) return key !== "Escape"; /* a closed list is opened by letters too */
    return Boolean(target.closest("input")) && (key === " " || key.startsWith("Arrow"));
  }

  /* Who chooses with the mouse goes on with the page's keys; who chooses with the keyboard stays where he is. */
  let pointed = false;
  document.addEventListener("pointerdown", () => (pointed = true), true);
  document.addEventListener("keydown", () => (pointed = false), true);
  document.addEventListener("change", ({ target }) => {
    const ofList = target.closest(".dash-dropdown-content"); /* it stays open, for Esc to close */
    if (pointed && !ofList && target.matches("input[type=range], input[type=radio], input[type=checkbox]")) target.blur();
  });
  document.addEventListener("click", ({ target }) => {
    if (!pointed || !target.closest(".dash-dropdown-content")) return;
    window.setTimeout(() => {
      const list = document.activeElement.closest(".dash-dropdown");
      if (list && list.getAttribute("aria-expanded") !== "true") list.blur();
    }, 50);
  });

  const KEYS = {
    " ": "player-play",
    ArrowLeft: "player-previous",
    ArrowRight: "player-next",
    Escape: "selection-clear",
    l: "player-loop",
    h: "player-preview",
    p: "player-path",
    n: "walk-on",
    b: "walk-back",
    i: "select-invert",
    r: "player-recording",
  };

  const current = () => document.querySelector(".frame").getAttribute("data-current-page");

  /* Ctrl or Cmd with Z, with Shift the other way; in a text it is the text's, in the library the library's. */
  function travels(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return false;
    event.preventDefault();
    const way = event.shiftKey ? "redo" : "undo";
    if (current() === "library") window.musiclatentvis.library.act({ do: way });
    else window.musiclatentvis.selection.act(way);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const text = event.target.closest(TEXTS);
    if (!text && travels(event)) return undefined;
    /* Out of a field: the next key is the page's again. */
    if (event.key === "Escape" && text && !text.closest("[role=combobox], .dash-dropdown, .dash-dropdown-content")) return text.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || needs(event.target, event.key)) return undefined;
    if (event.key === "?") return toggleHelp();
    if (event.key === "Escape" && window.musiclatentvis.brush.cancel()) return undefined;
    const openHelp = document.getElementById("page-help-text");
    if (event.key === "Escape" && openHelp && !openHelp.hidden) return toggleHelp();
    if (event.key === "Escape" && window.musiclatentvis.tour.close()) return undefined;
    if (event.key === "Escape" && window.musiclatentvis.dimension.close()) return undefined;
    if (event.key === "Escape" && window.musiclatentvis.workspace.close()) return undefined;
    if (event.key === "Escape" && window.musiclatentvis.line.stop()) return undefined;
    if (event.shiftKey && window.musiclatentvis.walk.towards(event.key)) return event.preventDefault();
    const button = document.getElementById(KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]);
    if (!button) return undefined;
    event.preventDefault();
    button.click();
    return undefined;
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, { page: { kept, theme, show, help } });
})();
