/* Workspaces: views over the linked panels, one at a time. A button with `data-open` opens the one that it
 * names, or closes it; x and Esc close it. The store tells the server which one is worth computing. */
(function () {
  "use strict";

  const all = () => document.querySelectorAll(".workspace");
  const open = () => document.querySelector(".workspace:not([hidden])");

  function show(id) {
    all().forEach((workspace) => {
      workspace.hidden = workspace.id !== id;
    });
    document.querySelectorAll("[data-open]").forEach((button) => {
      button.setAttribute("aria-expanded", String(button.dataset.open === id));
    });
    window.dash_clientside.set_props("workspace-store", { data: id });
    if (open()) open().scrollIntoView({ block: "nearest" }); /* in a narrow window it is further down */
    /* Graphs that were hidden have no size until they are asked to look again. */
    window.requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
  }

  /* True when there was a workspace to close. */
  function close() {
    const workspace = open();
    if (!workspace) return false;
    const within = workspace.contains(document.activeElement);
    const opener = document.querySelector(`[data-open="${workspace.id}"]`);
    show("");
    if (within && opener) opener.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open], [data-close]");
    if (!button) return;
    const now = open();
    if (button.dataset.close || (now && now.id === button.dataset.open)) {
      close();
      return;
    }
    show(button.dataset.open);
    if (event.detail === 0) open().querySelector("[data-close]").focus(); /* opened with the keyboard */
  });

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { workspace: { open: show, close } });
})();
