/* The legend selects, and so does whatever else names a group: a click keeps only it, a second click lets all in
 * again; with Shift the group is taken in or left out. A long legend is searched. */
(function () {
  "use strict";

  const FILTERS = { performer: "performer-filter", instrument: "instrument-filter", piece: "piece-filter" };
  const SEARCHED_ABOVE = 12; /* groups: so many are found at a glance */
  const byId = (id) => document.getElementById(id);
  const propsOf = (id) => window.dash_component_api.getLayout(id).props;
  const groups = (by) => [...document.querySelectorAll(`#legend [data-group-by="${by}"]`)].map((entry) => entry.dataset.group);

  function choose(by, group, toggle) {
    const id = FILTERS[by];
    const chosen = propsOf(id).value || [];
    const all = (propsOf(id).options || groups(by)).map((option) => option.value ?? option);
    const solo = chosen.length === 1 && chosen[0] === group;
    let next;
    if (!toggle) next = solo ? [] : [group];
    else if (!chosen.length) next = all.filter((name) => name !== group);
    else next = chosen.includes(group) ? chosen.filter((name) => name !== group) : [...chosen, group];
    /* Everything, or nothing, restricts nothing. */
    if (next.length === all.length) next = [];
    window.dash_clientside.set_props(id, { value: next });
  }

  const LAYER = "layer:";
  const annotationOf = (by, group) => ({ annotation: { layer: by.slice(LAYER.length), label: group || null } });

  function clusterOf(label) {
    const { names, colours, ...of } = propsOf("clustering-store").data; /* its looks are not what is selected */
    return { cluster: { of, label } };
  }

  function chooseTerm(term, event) {
    const { modeOf } = window.musiclatentvis.selection;
    const recipe = window.musiclatentvis.selection.shown();
    const solo = recipe.all_of.length === 1 && JSON.stringify(recipe.all_of[0]) === JSON.stringify(term);
    if (solo && !event.shiftKey) window.musiclatentvis.selection.act("clear");
    else window.musiclatentvis.select(term, modeOf(event));
  }

  document.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-group-by]");
    if (!entry) return;
    const { groupBy, group } = entry.dataset;
    if (groupBy === "cluster") chooseTerm(clusterOf(Number(group)), event);
    else if (groupBy.startsWith(LAYER)) chooseTerm(annotationOf(groupBy, group), event);
    else choose(groupBy, group, event.shiftKey);
  });

  /* ---- the search ---- */

  function sift() {
    const [search, legend] = [byId("legend-search"), byId("legend")];
    const words = search.value.toLocaleLowerCase().split(/\s+/);
    const entries = [...legend.querySelectorAll(".legend-entry")];
    search.closest(".legend-find").hidden = entries.length <= SEARCHED_ABOVE;
    entries.forEach((entry) => {
      const text = entry.textContent.toLocaleLowerCase();
      entry.hidden = entries.length > SEARCHED_ABOVE && !words.every((word) => text.includes(word));
    });
  }

  function attach() {
    const [search, legend] = [byId("legend-search"), byId("legend")];
    if (!search || !legend) return window.setTimeout(attach, 50);
    new MutationObserver(sift).observe(legend, { childList: true });
    search.addEventListener("input", sift);
    return sift();
  }
  attach();
})();
