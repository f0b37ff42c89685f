/* The hints of a first visit: one at a time beside what it is about; closed once, they do not come back by themselves. */
(function () {
  "use strict";

  const SEEN = "tour"; /* in local storage */
  const GAP = 10;
  const hints = () => [...document.querySelectorAll("#tour .tour-hint")];
  const shown = () => hints().findIndex((hint) => !hint.hidden);

  function place(hint) {
    const target = document.querySelector(hint.dataset.target);
    if (!target) return;
    const { left, top, right, bottom, width } = target.getBoundingClientRect();
    const [x, y] = {
      inside: [left + (width - hint.offsetWidth) / 2, bottom - hint.offsetHeight - 3 * GAP],
      below: [left, bottom + GAP],
      right: [right + GAP, top],
    }[hint.dataset.side];
    const within = (value, size, room) => Math.max(GAP, Math.min(value, room - size - GAP));
    hint.style.left = `${within(x, hint.offsetWidth, window.innerWidth)}px`;
    hint.style.top = `${within(y, hint.offsetHeight, window.innerHeight)}px`;
  }

  function show(index) {
    hints().forEach((hint, at) => {
      hint.hidden = at !== index;
    });
    const hint = hints()[index];
    if (!hint) return;
    place(hint);
    hint.querySelector(".tour-next").focus({ preventScroll: true });
  }

  function end() {
    window.localStorage.setItem(SEEN, "seen");
    show(-1);
  }

  /* True when there was a hint to close. */
  function close() {
    if (shown() < 0) return false;
    end();
    return true;
  }

  /* A first visit begins when there is a map to talk about. */
  function begin() {
    const plot = document.querySelector("#map-graph .js-plotly-plot");
    const drawn = plot && plot._fullData && plot._fullData.length;
    if (!drawn || !hints().length) window.setTimeout(begin, 200);
    else if (document.querySelector(".frame").dataset.currentPage === "explore") show(0);
  }
  if (!window.localStorage.getItem(SEEN)) begin();

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tour]");
    if (!button) return;
    const at = shown();
    if (button.dataset.tour === "again") {
      document.getElementById("page-help-text").hidden = true;
      window.dash_clientside.set_props("page-location", { pathname: "/" });
      window.setTimeout(() => show(0), 100);
    } else if (button.dataset.tour === "next" && at + 1 < hints().length) show(at + 1);
    else end();
  });
  window.addEventListener("resize", () => shown() >= 0 && place(hints()[shown()]));

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { tour: { close } });
})();
