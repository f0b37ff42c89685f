/* The second map, opened and closed. */
(function () {
  "use strict";

  let open = false;

  function toggle(clicks, comparing) {
    open = !comparing;
    document.querySelector(".page-explore").setAttribute("data-comparing", String(open));
    document.getElementById("map-compare").setAttribute("aria-pressed", String(open));
    window.musiclatentvis.hover.hide();
    /* Graphs that get another size, or were hidden, look again when they are told to. */
    window.requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
    return open;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { second: { toggle } });
})();
