/* The points of a map reach the graphics card without detours: on 100,000 segments these took half of the time in
 * which the map was drawn (docs/adr/0037-points-without-detours.md).
 */
(function () {
  "use strict";

  /* ---- colours: Plotly would make each point's group a colour, write that down as a text, and read it again ---- */

  const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);

  /* A colour for each group; a stepped scale says each of them twice. */
  const paletteOf = (colorscale) => colorscale.filter((_, step) => step % 2 === 0).map(([, colour]) => colour);

  function coloured(trace) {
    const { color, colorscale, cmin, cmax, ...marker } = trace.marker || {};
    const grouped = trace.type === "scattergl" && color && color.bdata && colorscale;
    if (!grouped || !window.musiclatentvis.webgl) return trace;
    const palette = paletteOf(colorscale);
    const numbers = palette.map(channels);
    const groups = window.musiclatentvis.figures.array(color, Int16Array); /* as figures/map.py sends them */
    const colours = Array.from(groups, (group) => palette[group]);
    /* Where Plotly keeps what it has decoded; without it the same colours are drawn from their texts. */
    colours._inputArray = Array.from(groups, (group) => numbers[group]);
    trace.marker = { ...marker, color: colours, groups }; /* the trace stays the one that Dash keeps */
    return trace;
  }

  /* Code of each point's group, 0 for none; undefined while nothing is drawn in groups. */
  function groupsOf(plot) {
    const [trace] = plot.data || [];
    const marker = (trace && trace.marker) || {};
    if (marker.groups) return marker.groups;
    const drawn = plot._fullData && plot._fullData[0] && plot._fullData[0].marker; /* without WebGL */
    return drawn && typeof drawn.color !== "string" ? drawn.color : undefined;
  }

  /* ---- multisampling: it smooths the edges of lines, and points have none ---- */

  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, attributes, ...rest) {
    const points = /webgl/.test(kind) && this.classList.contains("gl-canvas");
    return getContext.call(this, kind, points ? { ...attributes, antialias: false } : attributes, ...rest);
  };

  window.musiclatentvis.figures.change(coloured);
  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { points: { groups: groupsOf } });
})();
