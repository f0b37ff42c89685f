/* What a dimension means: a click on its name, wherever it stands, opens the card; Esc or x closes it. */
(function () {
  "use strict";

  const CARD = "dimension-card";
  const NAME = /^dim-(\d+)$/;
  const NUMBER = /^\d+$/;
  /* Names that Plotly writes: below the heatmap's columns, above the axes of the parallel coordinates. */
  const LABELS = "#heatmap-graph .xtick text, #parallel-graph .axis-title";

  const BOUNDS = ["dimension-from", "dimension-to"];

  const none = () => window.dash_clientside.no_update;
  const byId = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const isOpen = () => Boolean(byId(CARD)) && !byId(CARD).hidden;
  const shown = () => (isOpen() && byId(CARD).dataset.dimension) || null;

  /* The one writer of the card's view. Closed, a brush changes nothing, and the server is not asked. */
  function view(chosen, shownRows, selection, colorBy, clustering) {
    const { triggered } = window.dash_clientside.callback_context;
    const clicked = triggered.some(({ prop_id }) => prop_id.startsWith("dimension-store."));
    if (!chosen) return clicked ? [null, true] : [none(), none()];
    /* "best" is settled when it is clicked: a brush must not put another dimension in its place. */
    const choice = clicked ? chosen.choice : shown() || chosen.choice;
    window.setTimeout(() => isOpen() && showRange());
    /* Undefined until something was clustered; JSON would leave it out. */
    return [{ choice, selection, color_by: colorBy, clustering: clustering || null }, false];
  }

  function choose(choice) {
    /* Marked at once; which one is the best, only the server knows. */
    setProps(CARD, { "data-dimension": NUMBER.test(choice) ? choice : "" });
    setProps("dimension-store", { data: { choice } });
  }

  /* True when there was a card to close. */
  function close() {
    if (!isOpen()) return false;
    const within = byId(CARD).contains(document.activeElement);
    const name = document.querySelector(`#variance-list [data-choose="${shown()}"]`);
    setProps("dimension-store", { data: null });
    if (within && name) name.focus();
    return true;
  }

  function labelAt(target) {
    const label = target.closest(LABELS);
    const match = label && NAME.exec(label.textContent);
    return match && match[1];
  }

  function click(event) {
    const button = event.target.closest("button");
    if (button && button.id === "dimension-close") return close();
    if (button && button.dataset.row) {
      const row = Number(button.dataset.row);
      /* The time makes a second click on the same end a click. */
      return setProps("dimension-end-store", { data: { row, time: Date.now() } });
    }
    const choice = button ? button.dataset.choose : labelAt(event.target);
    if (choice === null || choice === undefined) return undefined;
    /* A click on the name of what is open closes it again, as a switch does. */
    if (choice === shown() && !byId(CARD).contains(button)) return close();
    choose(choice);
    if (button && event.detail === 0) focusCard(); /* chosen with the keyboard */
    return undefined;
  }

  function focusCard() {
    new MutationObserver((_, observer) => {
      observer.disconnect();
      if (isOpen()) byId("dimension-close").focus();
    }).observe(byId(CARD), { attributeFilter: ["hidden"] });
  }

  /* The name of the open dimension is marked wherever it stands. */
  function mark() {
    const dimension = shown();
    document.querySelectorAll("#variance-list [data-choose]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.choose === dimension));
    });
    document.querySelectorAll(LABELS).forEach((label) => {
      label.classList.toggle("chosen", label.textContent === `dim-${dimension}`);
    });
  }

  /* The range of the open dimension that is selected now. */
  function showRange() {
    const recipe = window.musiclatentvis.selection.shown();
    const found = recipe.all_of.find((term) => term.range && String(term.range.dim) === shown());
    const ends = found ? found.range.ranges[0] : [null, null];
    BOUNDS.forEach((id, side) => setProps(id, { value: ends[side] === null ? null : Number(ends[side].toFixed(4)) }));
  }

  function keepRange({ target }) {
    if (!BOUNDS.includes(target.id) || shown() === null) return;
    const ends = BOUNDS.map((id) => (byId(id).value === "" ? null : Number(byId(id).value)));
    window.musiclatentvis.selection.act("range", { dim: Number(shown()), ends });
  }
  document.addEventListener("change", keepRange);

  function attach() {
    const [card, list] = [byId(CARD), byId("variance-list")];
    if (!card || !list) return window.setTimeout(attach, 50);
    new MutationObserver(() => {
      mark();
      if (isOpen()) showRange();
    }).observe(card, { attributeFilter: ["hidden", "data-dimension"] });
    new MutationObserver(mark).observe(list, { childList: true });
    return undefined;
  }
  attach();
  document.addEventListener("click", click);

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { dimension: { close } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { dimension: { view } });
})();
