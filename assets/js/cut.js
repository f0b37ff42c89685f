/* A line that has no room is cut off with an ellipsis: the mouse on it shows the rest. */
(function () {
  "use strict";

  const isCut = (node) => node.scrollWidth > node.clientWidth && getComputedStyle(node).textOverflow === "ellipsis";

  document.addEventListener("pointerover", ({ target }) => {
    if (!target.closest || target.closest("svg")) return;
    if (target.dataset.cut !== undefined && !isCut(target)) {
      target.removeAttribute("title");
      delete target.dataset.cut;
    } else if (isCut(target) && (target.dataset.cut !== undefined || !target.closest("[title]"))) {
      target.title = target.textContent;
      target.dataset.cut = "";
    }
  });
})();
