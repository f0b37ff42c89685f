/* The player's switches, and clicks on a map, which need not ask the server. */
(function () {
  "use strict";

  const GRAPHS = ["map-graph", "second-graph"];
  const ours = () => window.musiclatentvis;
  const byId = (id) => document.getElementById(id);

  /* Buttons that stay pressed: what each says of itself, and what it does. */
  const SWITCHES = {
    "player-loop": (on) => ours().player.loop(on),
    "player-preview": (on) => ours().preview.turn(on),
    "player-path": (on) => ours().path.show(on),
  };

  function press(id, on) {
    byId(id).setAttribute("aria-pressed", String(on));
    SWITCHES[id](on);
  }

  function hear(rows) {
    return ours()
      .segments.find(rows)
      .then(ours().player.start)
      .catch((problem) => ours().picture.say(problem.message));
  }

  /* Play, where nothing is there to go on with: what is selected begins. */
  function first() {
    const rows = ours().map.rows();
    if (!rows || rows.length) hear([rows ? rows[0] : 0]);
    else ours().picture.say(ours().text("No segment is selected: clear the selection or loosen a filter."));
  }

  /* In time order, as the rows of the table are. */
  function hearSelection() {
    const rows = ours().map.rows();
    if (rows && !rows.length) ours().picture.say(ours().text("No segment is selected: clear the selection or loosen a filter."));
    else if (rows) hear(rows);
    else ours().picture.say(ours().text("Select something first: then it plays in time order."));
  }

  /* The whole recording that is heard, as the toolbar, Shift and Alt say. */
  function selectRecording(event) {
    const segment = ours().player.now();
    if (segment) ours().select({ recording: { id: segment.recording } }, ours().selection.modeOf(event));
    else ours().picture.say(ours().text("Click a point, a row or a cell to hear it."));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "player-recording") selectRecording(event);
    if (SWITCHES[button.id]) press(button.id, button.getAttribute("aria-pressed") !== "true");
    if (button.id === "player-selection") hearSelection();
  });

  ours().figures.each(GRAPHS, (plot) => {
    plot.on("plotly_click", ({ points }) => ours().line.justEnded() || hear([points[0].pointNumber]));
  });

  function begin() {
    if (!byId("player-loop")) return window.setTimeout(begin, 50);
    press("player-loop", false);
    press("player-preview", ours().preview.on());
    press("player-path", ours().path.shown());
    return undefined;
  }
  begin();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { listening: { hear, first } });
})();
