/* The single writer of the selection store: what the person does becomes a recipe.
 *
 * A gesture on the page (select, act) is a question for the panels at once, and told to Dash when they have been drawn
 * (docs/adr/0035-panels-without-dash.md). What only Dash knows of comes through a callback (write): drop-downs, axes, a
 * server's answer, another map. The newest selection is what `shown` says.
 *
 * A recipe has three parts, whatever was done in which order: the filters of the drop-downs, the ranges on the
 * axes, and at most one *pick*, a term that says what was brushed or clicked anywhere; adding to a pick, taking
 * away from it and keeping what both have make it a larger term. Each recipe that was on show is kept, so that
 * undo is one step back in a list.
 */
(function () {
  "use strict";

  const FILTERS = [
    ["performer-filter", "performer"],
    ["piece-filter", "title"],
    ["instrument-filter", "instrument"],
  ];
  const MODES = ["replace", "add", "subtract", "intersect"];
  const LONGEST_PAST = 200;
  const LONGEST_WAIT = 500; /* ms */

  const none = () => window.dash_clientside.no_update;
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const propsOf = (id) => window.dash_component_api.getLayout(id).props;
  const byId = (id) => document.getElementById(id);
  const kindOf = (term) => Object.keys(term).find((key) => key !== "of");
  const isFilter = (term) => FILTERS.some(([, name]) => name === kindOf(term));
  const isRange = (term) => kindOf(term) === "range";
  const isPick = (term) => !isFilter(term) && !isRange(term);
  const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  let shown = null; /* the recipe on show; null until the page is there */
  let encoder = null; /* of the map that the selection stands on */
  let mode = "replace";
  const past = [];
  const future = [];

  /* ---- terms ---- */

  /* Several terms as one, without a level of its own for what is of the same kind already. */
  function join(kind, ...terms) {
    const flat = terms.flatMap((term) => (kindOf(term) === kind ? term[kind] : [term]));
    return flat.length === 1 ? flat[0] : { [kind]: flat };
  }

  const opposite = (term) => (kindOf(term) === "not" ? term.not : { not: term });

  /* Where nothing was picked everything is: there is nothing to add to, but something to take away from. */
  function combined(pick, term, how) {
    if (how === "subtract") return pick ? join("all_of", pick, opposite(term)) : opposite(term);
    if (!pick || how === "replace") return term;
    return join(how === "add" ? "any_of" : "all_of", pick, term);
  }

  /* Every range that stands on the axes now, whatever the event said: axes can have been reordered. */
  function axisRanges() {
    const plot = document.querySelector("#parallel-graph .js-plotly-plot");
    const axes = (plot && plot.data && plot.data[0] && plot.data[0].dimensions) || [];
    return axes
      .filter((axis) => axis.constraintrange && axis.constraintrange.length)
      .map((axis) => {
        const brushed = axis.constraintrange;
        const ranges = Array.isArray(brushed[0]) ? brushed : [brushed];
        return { range: { dim: Number(axis.label.replace("dim-", "")), ranges: ranges.map((r) => [r[0], r[1]]) } };
      })
      .sort((a, b) => a.range.dim - b.range.dim);
  }

  /* On another map the same segments stay selected: a shape remembers the map that it was drawn on. Ranges go
   * with the encoder: dimensions of another one are others. */
  function carried(terms, from, to, another) {
    const onItsMap = (term) => {
      const kind = kindOf(term);
      if (kind === "any_of" || kind === "all_of") return { [kind]: term[kind].map(onItsMap) };
      if (kind === "not") return { not: onItsMap(term.not) };
      if (kind !== "box" && kind !== "lasso") return term;
      const { of = from, ...shape } = term;
      return of === to ? shape : { ...shape, of };
    };
    return terms.filter((term) => !another || !isRange(term)).map(onItsMap);
  }

  /* ---- recipes ---- */

  function withPick(previous, term, how) {
    const pick = combined(previous.all_of.find(isPick) || null, term, how || mode);
    return [...previous.all_of.filter((other) => !isPick(other)), pick];
  }

  /* A dimension's range by its two ends; an end that is null is the axis', both lift the range. */
  function withRange(previous, dim, ends) {
    const others = previous.all_of.filter((term) => !isRange(term) || term.range.dim !== dim);
    if (ends.every((end) => end === null)) return others;
    const plot = document.querySelector("#parallel-graph .js-plotly-plot");
    const axis = ((plot && plot.data[0] && plot.data[0].dimensions) || []).find(({ label }) => label === `dim-${dim}`);
    if (!axis) return previous.all_of;
    const range = ends.map((end, side) => (end === null ? axis.range[side] : end)).sort((a, b) => a - b);
    return [...others, { range: { dim, ranges: [range] } }];
  }

  /* What is selected is not, and the other way round; the filters and ranges are part of what is turned round. */
  function inverted(previous) {
    const terms = previous.all_of;
    return terms.length ? [opposite(join("all_of", ...terms))] : terms;
  }

  const ACTIONS = {
    show: (previous, { recipe }) => carried(recipe.all_of, recipe.map, previous.map, false),
    invert: inverted,
    clear: () => [],
    range: (previous, { dim, ends }) => withRange(previous, dim, ends),
    undo: (previous) => travel(past, future, previous),
    redo: (previous) => travel(future, past, previous),
  };

  function travel(from, to, previous) {
    if (!from.length) return previous.all_of;
    to.push(previous.all_of);
    return from.pop();
  }

  /* The terms that follow from a pick: ``{term, mode}``, or ``{action}`` with what it needs. */
  const picks = (picked) => (picked.action ? ACTIONS[picked.action](shown, picked) : withPick(shown, picked.term, picked.mode));

  /* The terms that follow from what Dash was told. */
  function next(triggered, values, picked) {
    if (triggered.includes("pick-store") && picked) return picks(picked);
    if (triggered.includes("parallel-graph")) {
      return [...shown.all_of.filter((term) => !isRange(term)), ...axisRanges()];
    }
    const filters = FILTERS.map(([, name], place) => ({ [name]: [...(values[place] || [])].sort() })).filter(
      (term) => term[kindOf(term)].length,
    );
    return [...filters, ...shown.all_of.filter((term) => !isFilter(term))];
  }

  /* Filters first, then the pick, then the ranges: equal selections are equal texts. */
  const rank = (term) => (isFilter(term) ? FILTERS.findIndex(([, name]) => name === kindOf(term)) : isPick(term) ? 3 : 4);
  const ordered = (terms) => [...terms].sort((one, other) => rank(one) - rank(other));

  const filterOf = (terms, name) => (terms.find((term) => kindOf(term) === name) || { [name]: [] })[name];

  /* What each drop-down must show of some terms; `values` are what they show now. */
  const filterValues = (terms, values) =>
    FILTERS.map(([, name], place) => {
      const wanted = filterOf(terms, name);
      return equal(wanted, [...(values[place] || [])].sort()) ? none() : wanted;
    });

  /* Go on to other terms, and keep those on show for undo; false where nothing changes. */
  function goOn(terms, picked) {
    if (equal(terms, shown.all_of)) {
      window.musiclatentvis.map.restore(); /* the brush that selected nothing else goes */
      tellButtons(shown.all_of);
      return false;
    }
    const travelled = picked && /^(un|re)do$/.test(picked.action || "");
    if (!travelled) {
      past.push(shown.all_of);
      past.splice(0, past.length - LONGEST_PAST);
      future.length = 0;
    }
    shown = { map: shown.map, all_of: terms };
    tellButtons(terms);
    return true;
  }

  /* Done when Dash has heard of it: that is when the panels are there, as it would take the time in which they
   * come; or, where they take long, before somebody can have done the next thing. */
  async function pick(picked) {
    if (!shown || !goOn(ordered(picks(picked)), picked)) return;
    const now = shown;
    await Promise.race([window.musiclatentvis.panels.follow(), new Promise((done) => window.setTimeout(done, LONGEST_WAIT))]);
    if (now === shown) tell();
  }

  function tell() {
    const values = FILTERS.map(([id]) => propsOf(id).value);
    setProps("selection-store", { data: shown });
    filterValues(shown.all_of, values).forEach((value, place) => {
      if (value !== none()) setProps(FILTERS[place][0], { value });
    });
  }

  /* Another map: the same segments stay selected, and can still be undone. */
  function moveTo(mapId, another) {
    const was = shown.map;
    const moved = (list) => carried(list, was, mapId, another);
    [past, future].forEach((list) => list.splice(0, list.length, ...(was && !another ? list.map(moved) : [])));
    shown = { map: mapId, all_of: was ? moved(shown.all_of) : [] };
    tellButtons(shown.all_of);
  }

  function write(map, performer, title, instrument, restyle, picked, stored) {
    const triggered = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id.split(".")[0]);
    const values = [performer, title, instrument];
    const mapId = (map && map.map) || "";
    const another = encoder !== null && map && map.encoder !== encoder;
    encoder = (map && map.encoder) || null;
    shown = shown || stored || { map: "", all_of: [] };
    if (shown.map !== mapId) moveTo(mapId, another);
    else if (!goOn(ordered(next(triggered, values, picked)), triggered.includes("pick-store") && picked)) {
      return [none(), ...FILTERS.map(none)];
    }
    return [shown, ...filterValues(shown.all_of, values)];
  }

  /* ---- the toolbar's buttons ---- */

  function tellButtons(terms) {
    const disabled = { "page-undo": !past.length, "page-redo": !future.length, "select-invert": !terms.length };
    Object.entries(disabled).forEach(([id, off]) => {
      if (byId(id)) byId(id).disabled = off;
    });
  }

  function use(chosen) {
    mode = chosen;
    MODES.forEach((name) => byId(`select-${name}`).setAttribute("aria-pressed", String(name === mode)));
  }

  function attach() {
    if (MODES.every((name) => byId(`select-${name}`))) use(mode);
    else window.setTimeout(attach, 50);
  }
  attach();

  /* What Shift and Alt say during a gesture, before what the toolbar says. */
  function modeOf(event) {
    if (event.shiftKey && event.altKey) return "intersect";
    if (event.shiftKey) return "add";
    return event.altKey ? "subtract" : mode;
  }

  /* A term, combined with what is selected as `how` says, else as the toolbar does. */
  const select = (term, how) => pick({ term, mode: how || null });
  const act = (action, more) => pick({ action, ...more });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const [, chosen] = /^select-(\w+)$/.exec(button.id) || [];
    if (MODES.includes(chosen)) use(chosen);
    else if (chosen === "invert") act("invert");
    else if (button.id === "page-undo") act("undo");
    else if (button.id === "page-redo") act("redo");
    else if (button.id === "selection-clear") act("clear");
  });

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { select, selection: { act, modeOf, use, shown: () => shown || propsOf("selection-store").data } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { selection: { write } });
})();
