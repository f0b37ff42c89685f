/* Titles that may be one piece: what is answered. */
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-titles]");
    if (!button) return;
    const { titles, first, second } = button.dataset;
    button.disabled = true; /* until the list comes back without it */
    window.dash_clientside.set_props("title-action-store", { data: { do: titles, first, second, time: Date.now() } });
  });
})();
