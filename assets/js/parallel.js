/* Parallel coordinates: Plotly keeps axes, brushes and events; a 2D canvas paints the lines.
 *
 * Plotly draws each polyline three times through a shader that tests 64 dimensions for every vertex
 * and reads pixels back after each block, which takes seconds where WebGL runs on the CPU
 * (docs/adr/0009-parallel-coordinates.md has the figures). So its canvases in this one graph get a context
 * and a regl that draw nothing, and each time Plotly would draw, the lines are painted from Plotly's own view model:
 * the places of the axes and the brushed ranges as they are at that moment, also in the middle of a drag.
 */
(function () {
  "use strict";

  const GRAPH = "parallel-graph";
  const LINK_STATUS = 0x8b82;
  const FRAMEBUFFER_COMPLETE = 0x8cd5;
  const LINE_WIDTHS = 0x846e;
  const STROKE = 20; /* lines in one stroke */
  const LINE_REACH = 4; /* pixels from a line within which the mouse is on it */
  const AXIS_REACH = 9; /* pixels about an axis that are the axis' own */

  let scheduled = false;
  function schedule() {
    if (scheduled) return;
    scheduled = true;
    window.requestAnimationFrame(() => {
      scheduled = false;
      paint();
    });
  }

  /* What regl asks of a WebGL context when Plotly gets it, answered without doing anything. */
  function silentContext(canvas) {
    const answers = {
      canvas,
      getError: () => 0,
      isContextLost: () => false,
      checkFramebufferStatus: () => FRAMEBUFFER_COMPLETE,
      getExtension: () => ({}),
      getSupportedExtensions: () => [],
      getContextAttributes: () => ({ alpha: true, depth: true, stencil: false, preserveDrawingBuffer: true }),
      getParameter: (name) => (name === LINE_WIDTHS ? [1, 1] : 4096),
      getShaderPrecisionFormat: () => ({ precision: 23, rangeMin: 127, rangeMax: 127 }),
      getShaderParameter: () => true,
      getProgramParameter: (_, name) => (name === LINK_STATUS ? true : 0),
      getShaderInfoLog: () => "",
      getProgramInfoLog: () => "",
      getAttribLocation: () => -1,
      getUniformLocation: () => null,
    };
    return new Proxy(answers, {
      get(target, name) {
        if (name in target) return target[name];
        if (name === "drawingBufferWidth") return canvas.width;
        if (name === "drawingBufferHeight") return canvas.height;
        /* Constants are only handed back to us; everything created is a token. */
        return () => ({});
      },
    });
  }

  /* Plotly builds its three layers anew for each figure and copies all lines into the buffers of each. It asks
   * for the buffers first: then we let it find no lines. */
  function withoutLines(canvas) {
    const { viewModel } = canvas.__data__ || {};
    if (viewModel && viewModel.dimensions) viewModel.dimensions.slice = () => [];
  }

  /* What Plotly asks of regl, which would write and compile its programs anew for each figure. */
  function silentRegl(canvas) {
    const nothing = () => {};
    const token = () => Object.assign(nothing.bind(), { destroy: nothing });
    const buffer = () => {
      withoutLines(canvas);
      return token();
    };
    const unused = { prop: nothing, read: nothing, preloadCachedCode: nothing, destroy: nothing };
    return Object.assign(() => schedule, { _gl: silentContext(canvas), clear: schedule, buffer, texture: token, ...unused });
  }

  /* Plotly keeps there what it gets for the canvas. */
  const keepSilent = (canvas, drawing = silentRegl(canvas)) =>
    Object.defineProperty(canvas.__data__, "regl", { get: () => drawing, set: () => {} });

  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const silent = /webgl/.test(kind) && this.classList.contains("gl-canvas") && this.closest(`#${GRAPH}`);
    if (!silent) return getContext.call(this, kind, ...rest);
    keepSilent(this);
    return silentContext(this);
  };

  /* ---- painting ---- */

  function layerIn(plot) {
    let layer = plot.querySelector(".parallel-lines");
    if (!layer) {
      layer = document.createElement("canvas");
      layer.className = "parallel-lines";
      const holder = plot.querySelector(".gl-container") || plot;
      holder.insertBefore(layer, holder.firstChild);
    }
    return layer;
  }

  function axesOf(plot) {
    return Array.from(plot.querySelectorAll(".y-axis"), (node) => node.__data__).sort((a, b) => a.x - b.x);
  }

  /* Which lines every brushed axis keeps; null when no axis is brushed. */
  function keptLines(axes, count) {
    const brushed = axes.filter((axis) => axis.brush && axis.brush.filterSpecified);
    if (!brushed.length) return null;
    const kept = new Uint8Array(count).fill(1);
    brushed.forEach((axis) => {
      const ranges = axis.brush.filter.getConsolidated();
      axis.paddedUnitValues.forEach((value, line) => {
        if (!ranges.some(([low, high]) => value >= low && value <= high)) kept[line] = 0;
      });
    });
    return kept;
  }

  /* Lines of one colour in short strokes: one long self-crossing path is many times slower to fill in. */
  function strokesOf(lines, colour) {
    const strokes = [];
    for (let first = 0; first < lines.length; first += STROKE) {
      strokes.push({ lines: lines.slice(first, first + STROKE), colour, place: first / lines.length });
    }
    return strokes;
  }

  /* Strokes of all colours taken in turns, so that the last colour does not cover the others. */
  function strokesInTurns(line, count, kept) {
    const groups = new Map();
    for (let index = 0; index < count; index += 1) {
      const code = kept && !kept[index] ? null : line.color[index];
      if (!groups.has(code)) groups.set(code, []);
      groups.get(code).push(index);
    }
    const left = strokesOf(groups.get(null) || [], null);
    groups.delete(null);
    const strokes = [];
    groups.forEach((lines, code) => strokes.push(...strokesOf(lines, colourOf(line, code))));
    return [...left, ...strokes.sort((a, b) => a.place - b.place)];
  }

  function colourOf(line, code) {
    const share = (code - line.cmin) / (line.cmax - line.cmin);
    let colour = line.colorscale[0][1];
    line.colorscale.forEach(([place, value]) => {
      if (place <= share) colour = value;
    });
    return colour;
  }

  function stroke(context, axes, lines, colour, alpha) {
    const height = axes[0].height;
    context.strokeStyle = colour;
    context.globalAlpha = alpha;
    context.beginPath();
    lines.forEach((line) => {
      context.moveTo(axes[0].x, (1 - axes[0].paddedUnitValues[line]) * height);
      for (let axis = 1; axis < axes.length; axis += 1) {
        context.lineTo(axes[axis].x, (1 - axes[axis].paddedUnitValues[line]) * height);
      }
    });
    context.stroke();
  }

  /* Plotly draws several times for one change, a frame apart: what is on the canvas is not painted again. */
  let painted = [];

  function isPainted(...now) {
    const same = now.length === painted.length && now.every((part, index) => part === painted[index]);
    painted = now;
    return same;
  }

  /* All that can change while the trace stays the same one: during the drag of an axis or of a brush. */
  function placesOf(axes) {
    const brushed = (axis) => axis.brush && axis.brush.filterSpecified && axis.brush.filter.getConsolidated();
    return JSON.stringify(axes.map((axis) => [axis.x, axis.height, brushed(axis)]));
  }

  function paint() {
    const plot = document.querySelector(`#${GRAPH} .js-plotly-plot`);
    const trace = plot && plot._fullData && plot._fullData[0];
    if (!trace || trace.type !== "parcoords") return plot && clear(plot);
    const axes = axesOf(plot);
    if (!axes.length) return undefined;
    const { width, height } = plot._fullLayout;
    const ratio = window.devicePixelRatio || 1;
    const layer = layerIn(plot);
    if (isPainted(layer, trace, width, height, ratio, placesOf(axes))) return undefined;
    layer.width = width * ratio;
    layer.height = height * ratio;
    layer.style.width = `${width}px`;
    layer.style.height = `${height}px`;
    /* Painted by the CPU: thousands of thin lines are slow to hand to a GPU, and slower where there is none. */
    const context = getContext.call(layer, "2d", { willReadFrequently: true });
    context.scale(ratio, ratio);
    const { pad, translateX, translateY } = axes[0].model;
    context.translate(translateX + pad.l, translateY + pad.t);
    const count = axes[0].paddedUnitValues.length;
    const alpha = Math.max(0.12, Math.min(0.9, 9 / Math.sqrt(count)));
    strokesInTurns(trace.line, count, keptLines(axes, count)).forEach(({ lines, colour }) => {
      if (colour === null) stroke(context, axes, lines, trace.unselected.line.color, 0.09);
      else stroke(context, axes, lines, colour, alpha);
    });
    return undefined;
  }

  /* A sentence stands there instead of lines. */
  function clear(plot) {
    const layer = plot.querySelector(".parallel-lines");
    if (layer) layer.remove();
  }

  /* ---- for what marks a line ---- */

  /* The rows that are drawn: the selected ones, with those that an axis leaves out where one is brushed. */
  function rowsShown(selected) {
    const plot = document.querySelector(`#${GRAPH} .js-plotly-plot`);
    return (plot.layout.meta && plot.layout.meta.rows) || selected;
  }

  /* SVG path of one line, in the graph's pixels. */
  function path(line) {
    const axes = axesOf(document.querySelector(`#${GRAPH} .js-plotly-plot`));
    if (!axes.length || line >= axes[0].paddedUnitValues.length) return "";
    const { pad, translateX, translateY } = axes[0].model;
    const places = axes.map((axis) => {
      const y = (1 - axis.paddedUnitValues[line]) * axis.height + translateY + pad.t;
      return `${(axis.x + translateX + pad.l).toFixed(1)},${y.toFixed(1)}`;
    });
    return `M${places.join("L")}`;
  }

  /* The line under a place of the graph, within a few pixels; null where there is none, or an axis is. */
  function lineAt(x, y) {
    const axes = axesOf(document.querySelector(`#${GRAPH} .js-plotly-plot`));
    if (axes.length < 2) return null;
    const { pad, translateX, translateY } = axes[0].model;
    const [left, top] = [x - translateX - pad.l, y - translateY - pad.t];
    const next = axes.findIndex((axis) => axis.x > left);
    if (next < 1 || Math.min(left - axes[next - 1].x, axes[next].x - left) < AXIS_REACH) return null;
    const [before, after] = [axes[next - 1], axes[next]];
    const share = (left - before.x) / (after.x - before.x);
    const [from, to] = [before.paddedUnitValues, after.paddedUnitValues];
    const wanted = 1 - top / before.height;
    const kept = keptLines(axes, from.length);
    let [best, nearest] = [null, LINE_REACH / before.height];
    for (let line = 0; line < from.length; line += 1) {
      const distance = Math.abs(from[line] + share * (to[line] - from[line]) - wanted);
      if (distance < nearest && (!kept || kept[line])) [best, nearest] = [line, distance];
    }
    return best;
  }

  /* The row under the mouse; null where none is drawn there. */
  function rowAt(event) {
    const plot = document.querySelector(`#${GRAPH} .js-plotly-plot`);
    const trace = plot && plot._fullData && plot._fullData[0];
    if (!trace || trace.type !== "parcoords") return null;
    const { left, top } = plot.getBoundingClientRect();
    const line = lineAt(event.clientX - left, event.clientY - top);
    return line === null ? null : rowsShown(window.musiclatentvis.hover.selected())[line];
  }

  /* Which segment a line is, beside the mouse. */
  function name(row, event) {
    const plot = document.querySelector(`#${GRAPH} .js-plotly-plot`);
    const { label, picture } = window.musiclatentvis;
    if (row === null) return label.hide(plot);
    const { left, top } = plot.getBoundingClientRect();
    const words = ({ title, performer, start_s: start }) => [[`${title} · ${performer} · ${picture.clock(start)}`]];
    return label.show(plot, row, [event.clientX - left, event.clientY - top], words);
  }

  function rest(event) {
    const row = event ? rowAt(event) : null;
    const known = row === undefined ? null : row;
    if (known === null) window.musiclatentvis.hover.hide();
    else window.musiclatentvis.hover.show(known, GRAPH);
    name(known, event);
  }

  /* The mouse rests on a line as on a point of the map: it is marked everywhere, and a click plays it. */
  function attach(plot) {
    const holder = plot.closest(`#${GRAPH}`);
    plot.on("plotly_afterplot", schedule);
    let asked = null; /* the last place of the mouse, looked at once a frame */
    holder.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      if (asked === null) {
        window.requestAnimationFrame(() => {
          if (asked) rest(asked);
          asked = null;
        });
      }
      asked = event;
    });
    holder.addEventListener("pointerleave", () => {
      asked = null;
      rest(null);
    });
    /* The end of a drag along an axis is no click on a line. */
    let down = null;
    holder.addEventListener("pointerdown", (event) => {
      down = event;
    }, true);
    holder.addEventListener("click", (event) => {
      const moved = !down || Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > LINE_REACH;
      const row = moved ? null : rowAt(event);
      if (row !== null && row !== undefined) window.musiclatentvis.listening.hear([row]);
    });
  }
  window.musiclatentvis.figures.each([GRAPH], attach);

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { parallel: { rowsShown, path } });
})();
