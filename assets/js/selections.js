/* The workspace of named selections: which two are compared, and what its buttons ask for. */
(function () {
  "use strict";

  const WORKSPACE = "selections-workspace";
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const compared = { first: "now", second: "rest" };

  /* The one writer of what the server is asked; closed, it is asked nothing. */
  function view(open, shownRows, nowCompared, kept, selection) {
    if (open !== WORKSPACE || !selection || !selection.map) return window.dash_clientside.no_update;
    return { selection, ...compared, time: Date.now() };
  }

  function act(name, id) {
    setProps("kept-action-store", { data: { do: name, id: Number(id), time: Date.now() } });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { side, selection, keptShow, keptRemove, keptRestore } = button.dataset;
    if (side) {
      compared[side === "A" ? "first" : "second"] = selection;
      setProps("compared-store", { data: { ...compared } });
    } else if (keptShow) act("show", keptShow);
    else if (keptRemove) act("remove", keptRemove);
    else if (keptRestore) act("restore", keptRestore);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, { selections: { view } });
})();
