/* The menu "Take away": asks for files of the selection, and makes pictures of the figures on show. */
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const SCALE = 2; /* a PNG has twice the pixels of the screen: sharp in print */

  const says = (text) => setProps("take-away-says", { children: text });

  /* Every figure that can be seen now, with the name of its panel. */
  function figures() {
    return [...document.querySelectorAll(".js-plotly-plot")]
      .filter((plot) => plot.offsetParent && plot._fullData && plot._fullData.length && !covered(plot))
      .map((plot) => {
        const panel = plot.closest(".panel[aria-label]");
        return { plot, name: panel ? panel.getAttribute("aria-label") : plot.parentElement.id };
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

  /* A figure as it is on the screen, in dark ink on white; points of a map as shapes, not as pixels. */
  function drawing(plot) {
    const data = plot.data.map((trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace));
    const ink = { color: "#23262b" };
    const layout = {
      ...plot.layout,
      width: plot.clientWidth,
      height: plot.clientHeight,
      autosize: false,
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      font: { ...plot.layout.font, ...ink },
    };
    return { data, layout, config: { displayModeBar: false } };
  }

  async function save(plot, name, format) {
    says(window.musiclatentvis.text("Drawing …"));
    try {
      const { width, height } = plot.getBoundingClientRect();
      const picture = await window.Plotly.toImage(drawing(plot), { format, width, height, scale: format === "png" ? SCALE : 1 });
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
