/* Rings over a map: they show a point without the map being drawn again. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /* One path for each kind of mark, `.mark-<kind>`, in the order of the kinds. */
  function paths(plot, kinds) {
    let svg = plot.parentElement.querySelector(".map-marks");
    if (!svg) {
      svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("class", "map-marks");
      kinds.forEach((kind) => {
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("class", `mark-${kind}`);
        svg.append(path);
      });
      plot.parentElement.append(svg);
    }
    return svg.children;
  }

  /* A ring about a place in map units; nothing where the view does not show it. */
  function ring(plot, x, y, radius) {
    const { xaxis, yaxis } = plot._fullLayout;
    const [left, top] = [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
    const across = left >= xaxis._offset && left <= xaxis._offset + xaxis._length;
    if (!across || !(top >= yaxis._offset && top <= yaxis._offset + yaxis._length)) return "";
    return `M${left - radius},${top}a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0`;
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { marks: { paths, ring } });
})();
