/* The menu "Take away": asks for files of the selection, and makes pictures of the figures on show. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const SCALE = 2; /* a PNG has twice the pixels of the screen: sharp in print */

  const says = (text) => setProps("take-away-says", { children: text });

  /* Figures that share a panel with another one. */
  const named = () => ({
    "second-graph": window.musiclatentvis.text("Second map"),
    "clusters-tree": window.musiclatentvis.text("Tree of the clusters"),
    "clusters-curves": window.musiclatentvis.text("Curves of the clusters"),
  });

  /* Every figure that can be seen now, with the name of its panel. */
  function figures() {
    return [...document.querySelectorAll(".js-plotly-plot")]
      .filter((plot) => plot.offsetParent && plot._fullData && plot._fullData.length && !covered(plot))
      .map((plot) => {
        const panel = plot.closest(".panel[aria-label]");
        return { plot, name: named()[plot.closest(".dash-graph").id] || (panel ? panel.getAttribute("aria-label") : plot.parentElement.id) };
      });
  }

  /* Under an open workspace or card a figure is not on show. */
  function covered(plot) {
    const { left, top, width, height } = plot.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    const cover = above && above.closest(".workspace, .panel-dimension");
    return Boolean(cover && !cover.contains(plot));
  }

  function button(name, format, make) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "quiet-button";
    node.textContent = format.toUpperCase();
    node.setAttribute("aria-label", window.musiclatentvis.text("{name} as {format}", { name, format: format.toUpperCase() }));
    node.addEventListener("click", () => make(format));
    return node;
  }

  function list() {
    const rows = figures().map(({ plot, name }) => {
      const row = document.createElement("div");
      row.className = "take-row";
      const label = document.createElement("span");
      label.textContent = name;
      row.append(label, ...["svg", "png"].map((format) => button(name, format, () => save(plot, name, format))));
      return row;
    });
    byId("take-away-figures").replaceChildren(...rows);
  }

  const MAPS = ["map-graph", "second-graph"];
  const IN_GROUPS = [...MAPS, "heatmap-graph", "parallel-graph"];
  const INK = "#23262b";
  const LINE = 16; /* pixels from one line of the key to the next */
  const COLUMN = 170; /* and from one of its columns to the next */
  const LONGEST = 24; /* letters of a name in it */

  const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name).replace(/&/g, "&amp;").replace(/</g, "&lt;");

  /* What the colours are, and on a map the symbols: as the legend says it, without what is not selected. */
  function keyOf(id) {
    if (!IN_GROUPS.includes(id)) return [];
    const groups = [...document.querySelectorAll("#legend .legend-entry:not(.absent)")].map((entry) => {
      const { color } = window.getComputedStyle(entry.querySelector(".swatch"));
      return `<span style="color:${color}">●</span> ${short(entry.querySelector(".legend-label").textContent)}`;
    });
    const symbols = [...document.querySelectorAll("#legend .symbol-entry")].map(({ firstElementChild: symbol, lastChild: name }) => `${symbol.textContent} ${short(name.textContent)}`);
    const title = short(byId("color-by").querySelector(".dash-dropdown-value").textContent.trim());
    return [`<b>${title}</b>`, ...groups, ...(MAPS.includes(id) ? symbols : [])];
  }

  /* Right of the figure, in as many columns as it takes. */
  function keyBeside(lines, { height, margin }) {
    const rows = Math.max(1, Math.floor((height - LINE) / LINE));
    const annotations = lines.map((text, line) => ({
      text,
      showarrow: false,
      align: "left",
      font: { size: 11, color: INK },
      ...{ xref: "paper", x: 1, xanchor: "left", xshift: ((margin && margin.r) || 0) + 14 + COLUMN * Math.floor(line / rows) },
      ...{ yref: "paper", y: 1, yanchor: "top", yshift: ((margin && margin.t) || 0) - 8 - LINE * (line % rows) },
    }));
    return { annotations, width: lines.length ? 14 + COLUMN * Math.ceil(lines.length / rows) : 0 };
  }

  function layersOf(plot, id) {
    const { contours, names } = MAPS.includes(id) ? window.musiclatentvis.layers.drawnOn(plot) : { contours: [], names: [] };
    const line = { color: "#c4c8cf", width: 1 };
    return {
      shapes: contours.map((path) => ({ type: "path", path, layer: "below", line })),
      annotations: names.map((name) => ({ ...name, showarrow: false, bgcolor: "rgba(255,255,255,0.75)", font: { size: 12, color: INK } })),
    };
  }

  /* A figure as it is on the screen, in dark ink on white, with its key; points of a map as shapes, not as pixels. */
  function drawing(plot) {
    const { id } = plot.closest(".dash-graph");
    const data = plot.data.map((trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace));
    const { layout } = plot;
    const size = { width: plot.clientWidth, height: plot.clientHeight };
    const key = keyBeside(keyOf(id), { ...size, margin: layout.margin });
    const layers = layersOf(plot, id);
    return {
      data,
      layout: {
        ...layout,
        ...size,
        width: size.width + key.width,
        margin: { ...layout.margin, r: ((layout.margin && layout.margin.r) || 0) + key.width },
        autosize: false,
        paper_bgcolor: "#ffffff",
        plot_bgcolor: "#ffffff",
        font: { ...layout.font, color: INK },
        shapes: [...(layout.shapes || []), ...layers.shapes],
        annotations: [...(layout.annotations || []), ...layers.annotations, ...key.annotations],
      },
      config: { displayModeBar: false },
    };
  }

  async function save(plot, name, format) {
    says(window.musiclatentvis.text("Drawing …"));
    try {
      const figure = drawing(plot);
      const { width, height } = figure.layout;
      const picture = await window.Plotly.toImage(figure, { format, width, height, scale: format === "png" ? SCALE : 1 });
      const link = document.createElement("a");
      link.href = picture;
      link.download = `${name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}.${format}`;
      link.click();
      says(window.musiclatentvis.text("{name} as {format}.", { name, format: format.toUpperCase() }));
    } catch (error) {
      says(window.musiclatentvis.text("{name} could not be drawn: {problem}", { name, problem: error.message || error }));
    }
  }

  /* A link is copied where the browser lets a page do so, and is there to be copied by hand where not. */
  async function copyLink() {
    const address = await window.musiclatentvis.link.address();
    setProps("take-away-text", { value: address });
    byId("take-away-text").select();
    try {
      await navigator.clipboard.writeText(address);
      says(window.musiclatentvis.text("The link is copied. It shows what you see now."));
    } catch {
      says(window.musiclatentvis.text("Copy this link. It shows what you see now."));
    }
  }

  function take(what) {
    if (what === "link") {
      copyLink();
      return;
    }
    says(what === "sound" ? window.musiclatentvis.text("Putting the sound together …") : "…");
    setProps("take-away-store", { data: { what, origin: window.location.origin, time: Date.now() } });
  }

  function attach() {
    const menu = byId("take-away");
    if (!menu) return window.setTimeout(attach, 100);
    menu.addEventListener("toggle", () => {
      if (!menu.open) return;
      says("");
      setProps("take-away-text", { value: "" });
      list();
    });
    return undefined;
  }
  attach();

  document.addEventListener("click", (event) => {
    const menu = byId("take-away");
    const asked = event.target.closest("[data-take]");
    if (asked) take(asked.dataset.take);
    else if (menu && menu.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const menu = byId("take-away");
      if (event.key !== "Escape" || !menu || !menu.open) return;
      menu.open = false;
      event.stopImmediatePropagation();
      menu.querySelector("summary").focus();
    },
    true
  );
})();
