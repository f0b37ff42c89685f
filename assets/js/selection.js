/* The single writer of the selection store: what the person does becomes a recipe. */
(function () {
  "use strict";

  const FILTERS = [
    ["performer-filter", "performer"],
    ["piece-filter", "title"],
    ["instrument-filter", "instrument"],
  ];

  let encoder = null; /* of the map that the selection stands on */

  /* A shape in map units; `of` is the map that it was drawn on, where that is not the page's. */
  function brushTerm(selected, of) {
    if (!selected) return null;
    if (selected.lassoPoints) {
      const { x, y } = selected.lassoPoints;
      return { lasso: x.map((value, index) => [value, y[index]]), ...of };
    }
    if (selected.range) {
      const { x, y } = selected.range;
      return {
        box: [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)],
        ...of,
      };
    }
    return null;
  }

  /* On another map the same segments stay selected: a shape remembers the map that it was drawn on. Ranges go
   * with the encoder: dimensions of another one are others. */
  function carried(previous, mapId, another) {
    return previous.all_of
      .filter((term) => !another || !isRange(term))
      .map((term) => {
        if (!isBrush(term)) return term;
        const { of = previous.map, ...shape } = term;
        return of === mapId ? shape : { ...shape, of };
      });
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

  const isBrush = (term) => "box" in term || "lasso" in term;
  const isRange = (term) => "range" in term;

  function write(map, selected, onSecond, performer, title, instrument, restyle, clear, second, previous) {
    const none = window.dash_clientside.no_update;
    const triggered = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id.split(".")[0]);
    const mapId = (map && map.map) || "";
    const newMap = !previous || previous.map !== mapId;
    const another = encoder !== null && map && map.encoder !== encoder;
    encoder = (map && map.encoder) || null;
    if (newMap && previous && previous.map) {
      return [{ map: mapId, all_of: carried(previous, mapId, another) }, none, none, none];
    }
    if (triggered.includes("selection-clear") || newMap) {
      return [{ map: mapId, all_of: [] }, [], [], []];
    }
    const terms = previous.all_of || [];
    let brush = terms.find(isBrush) || null;
    let ranges = terms.filter(isRange);
    if (triggered.includes("map-graph") || triggered.includes("second-graph")) {
      const there = triggered.includes("second-graph");
      const drawn = there ? brushTerm(onSecond, { of: second.map }) : brushTerm(selected);
      /* A redraw reports an empty selection too; only a drawn shape is a brush. */
      if (!drawn) return [none, none, none, none];
      brush = drawn;
    }
    if (triggered.includes("parallel-graph")) ranges = axisRanges();
    const chosen = { "performer-filter": performer, "piece-filter": title, "instrument-filter": instrument };
    const filters = FILTERS.filter(([id]) => chosen[id] && chosen[id].length).map(([id, name]) => ({
      [name]: [...chosen[id]].sort(),
    }));
    const recipe = { map: mapId, all_of: [...filters, ...(brush ? [brush] : []), ...ranges] };
    const same = JSON.stringify(recipe) === JSON.stringify(previous);
    return [same ? none : recipe, none, none, none];
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { selection: { write } });
})();
