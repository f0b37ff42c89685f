/* What lies over the matrix of the workspace Form: the block that was dragged, a passage of the list, the segment
 * under the mouse elsewhere, and the playhead. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const SEGMENT = 10; /* seconds */
  const form = window.musiclatentvis.form;
  const { shown, isOpen, playing } = form;
  const marks = { block: null, passage: null, hovered: null };

  const pixelAt = (axis, time) => axis._offset + axis.d2p(time);

  function layer(plot) {
    let found = plot.querySelector(".form-layer");
    if (!found) {
      found = document.createElementNS(SVG, "svg");
      found.setAttribute("class", "form-layer");
      plot.appendChild(found);
    }
    return found;
  }

  function rectangle(view, across, down, name) {
    const [x0, x1] = across.map((time) => pixelAt(view.x, time));
    const [y0, y1] = down.map((time) => pixelAt(view.y, time));
    const element = document.createElementNS(SVG, "rect");
    Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: name }).forEach(([key, value]) =>
      element.setAttribute(key, value)
    );
    return element;
  }

  function line(x0, y0, x1, y1) {
    const element = document.createElementNS(SVG, "line");
    Object.entries({ x1: x0, y1: y0, x2: x1, y2: y1, class: "form-playhead" }).forEach(([key, value]) =>
      element.setAttribute(key, value)
    );
    return element;
  }

  /* The ten seconds under the mouse in another view, where they are of a recording on show. */
  function hovered(view) {
    const whole = [0, 1].map((side) => [0, view.meta.durations[side]]);
    return [0, 1].flatMap((side) => {
      const { first_row: first, segments } = view.meta.recordings[side];
      const at = marks.hovered === null ? -1 : marks.hovered - first;
      if (at < 0 || at >= segments) return [];
      const segment = [at * SEGMENT, (at + 1) * SEGMENT];
      return [rectangle(view, side === 0 ? segment : whole[0], side === 0 ? whole[1] : segment, "form-hovered")];
    });
  }

  document.addEventListener("segmenthover", ({ detail }) => {
    marks.hovered = detail.source === form.graph ? null : detail.row;
  });

  /* A line down at the time that is heard, and one across where it is the same recording, or the other's. */
  function playheads(view) {
    const now = playing();
    if (!now) return [];
    const { x, y, meta, plot } = view;
    const top = plot._fullLayout.yaxis2._offset;
    const lines = [];
    if (meta.recordings[0].recording === now.recording) {
      const at = pixelAt(x, now.time);
      lines.push(line(at, top, at, y._offset + y._length));
    }
    if (meta.recordings[1].recording === now.recording) {
      const at = pixelAt(y, now.time);
      lines.push(line(meta.two ? plot._fullLayout.xaxis2._offset : x._offset, at, x._offset + x._length, at));
    }
    return lines;
  }

  let last = "";

  function draw() {
    const view = isOpen() && shown();
    if (!view) return;
    const shapes = hovered(view);
    if (marks.passage) {
      const [a, b, length] = marks.passage;
      const [one, other] = [[a, a + length], [b, b + length]];
      shapes.push(rectangle(view, one, other, "form-passage"));
      if (!view.meta.two) shapes.push(rectangle(view, other, one, "form-passage"));
    }
    if (marks.block) shapes.push(rectangle(view, marks.block.across, marks.block.down, "form-block"));
    shapes.push(...playheads(view));
    const over = layer(view.plot);
    /* The same picture is not drawn again, sixty times a second. */
    const now = shapes.map((shape) => shape.outerHTML).join("");
    if (now === last && over.childElementCount === shapes.length) return;
    last = now;
    over.replaceChildren(...shapes);
  }

  function follow() {
    if (isOpen()) draw();
    window.requestAnimationFrame(follow);
  }
  window.requestAnimationFrame(follow);

  function passageAt(event) {
    const entry = event.target.closest && event.target.closest("[data-passage]");
    marks.passage = entry ? entry.dataset.passage.split(" ").map(Number) : null;
  }
  document.addEventListener("pointerover", passageAt);
  document.addEventListener("focusin", passageAt);

  /* Another matrix: what was marked on the last one goes. */
  document.addEventListener("formchange", () => {
    marks.block = null;
    marks.passage = null;
  });

  form.mark = (block) => {
    marks.block = block;
    draw();
  };
})();
