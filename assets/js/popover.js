/* Small cards that open below a button: a click elsewhere or Esc closes them. */
(function () {
  "use strict";

  const open = () => document.querySelectorAll(".popover-details[open]");

  function close(except) {
    open().forEach((card) => {
      if (card === except) return;
      card.open = false;
    });
  }

  /* Choices of a drop-down inside a card are drawn outside of it. */
  const within = (target) => target.closest(".popover-details") || target.closest(".dash-dropdown-content");

  document.addEventListener("pointerdown", (event) => {
    const at = within(event.target);
    if (!at || at.open) close(at);
    else close();
  });

  /* Before page.js sees it: Esc here is about the card. */
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !open().length) return;
      event.stopImmediatePropagation();
      const button = open()[0].querySelector("summary");
      close();
      button.focus();
    },
    true
  );

  /* Enter asks for the map, whose progress is told below the card. */
  document.addEventListener("keydown", ({ key, target }) => {
    const card = key === "Enter" && target.matches("input") && target.closest(".map-settings");
    if (card) card.open = false;
  });

  /* The card of a map's settings shows those of the method that is chosen above it. */
  const method = (chosen) => chosen;

  window.dash_clientside = Object.assign({}, window.dash_clientside, { popover: { method } });
})();
