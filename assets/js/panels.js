/* The linked panels: what follows a selection is asked for and drawn here, in one answer and without Dash.
 *
 * Dash goes through all components of the page for each property that changes, before Plotly draws
 * anything and once more afterwards: a fifth of a brush on 10,000 segments
 * (docs/adr/0035-panels-without-dash.md). It hears of the rows when everything is on the screen.
 */
(function () {
  "use strict";

  const GRAPHS = ["heatmap-graph", "parallel-graph", "similarity-graph"];
  const BUSY_AFTER = 100; /* ms: a panel that is waited for longer says so */

  const byId = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const propsOf = (id) => (window.dash_component_api.getLayout(id) || { props: {} }).props;

  /* What was asked for last, and the selection that the panels show. */
  const state = { asked: null, request: null, shown: null };

  /* ---- asking ---- */

  const busy = (is) => GRAPHS.map(byId).forEach((graph) => graph && graph.setAttribute("aria-busy", String(is)));

  async function read(question, signal) {
    const answer = await fetch("/panels", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(question),
      signal,
    });
    if (!answer.ok) throw new Error(`/panels: ${answer.status}`);
    return answer.json();
  }

  /* The answer; null where another question was asked meanwhile. */
  async function answerTo(question) {
    if (state.request) state.request.abort();
    const request = new AbortController();
    state.request = request;
    const late = window.setTimeout(busy, BUSY_AFTER, true);
    try {
      const answer = await read(question, request.signal);
      return state.request === request ? answer : null;
    } catch (problem) {
      if (state.request === request) failed();
      return null;
    } finally {
      window.clearTimeout(late);
      if (state.request === request) busy(false);
    }
  }

  /* The panels stay as they are; the same can be asked again. */
  function failed() {
    state.asked = null;
    byId("selection-summary").textContent = window.musiclatentvis.text("The panels do not show this selection yet. If this stays, reload the page.");
    window.musiclatentvis.map.restore();
  }

  /* ---- drawing ---- */

  const WRITE = {
    children: (id, text) => {
      byId(id).textContent = text;
    },
    disabled: (id, disabled) => {
      byId(id).disabled = disabled;
    },
    "data-items": (id, items) => byId(id).setAttribute("data-items", items) /* assets/js/lists.js */,
    data: (id, data) => {
      const { request } = state;
      afterPaint(() => state.request === request && setProps(id, { data })); /* else a newer answer is on its way */
    },
  };

  /* Dash would take the time in which the frame is put together. */
  const afterPaint = (job) => window.requestAnimationFrame(() => window.requestAnimationFrame(() => window.setTimeout(job)));

  function draw(plot, { data, layout }, { width, height }) {
    window.Plotly.react(plot, data, { ...layout, width, height });
    delete plot.layout.width; /* it follows the window all the same */
    delete plot.layout.height;
  }

  /* Plotly would measure each graph after the one before has changed the page: so all are measured before. */
  function drawAll(figures) {
    const plots = Object.keys(figures).map((id) => document.querySelector(`#${id} .js-plotly-plot`));
    const sizes = plots.map((plot) => plot && plot.getBoundingClientRect());
    Object.entries(figures).forEach(([id, figure], place) => {
      const plot = plots[place];
      if (plot && plot._fullLayout && sizes[place].width) draw(plot, figure, sizes[place]);
      else setProps(id, { figure }); /* Plotly is still on its way, or the graph is hidden */
    });
  }

  function write(answer) {
    const having = Object.entries(answer).filter(([, { figure }]) => figure);
    drawAll(Object.fromEntries(having.map(([id, { figure }]) => [id, figure])));
    Object.entries(answer).forEach(([id, props]) => Object.entries(props).forEach(([name, value]) => name in WRITE && WRITE[name](id, value)));
  }

  /* ---- what Dash and the gestures call ---- */

  async function show(selection, colour, clustering) {
    const asked = JSON.stringify([selection, colour, clustering || null]);
    if (!selection || asked === state.asked) return;
    state.asked = asked;
    const selected = JSON.stringify(selection);
    const question = { selection, color_by: colour, clustering: clustering || null, colours_only: selected === state.shown };
    const answer = await answerTo(question);
    if (!answer) return;
    try {
      write(answer);
      state.shown = selected;
    } catch (problem) {
      window.console.error(problem);
      state.shown = null;
      failed();
    }
    await new Promise(afterPaint);
  }

  /* Done when the panels of the newest selection have been painted. */
  const follow = () =>
    show(window.musiclatentvis.selection.shown(), propsOf("color-by").value, propsOf("clustering-store").data);

  document.addEventListener("serverback", () => state.asked === null && state.request && follow());

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { panels: { follow } });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { panels: { follow: () => void follow() || window.dash_clientside.no_update } });
})();
