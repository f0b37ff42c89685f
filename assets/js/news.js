/* While nothing goes on, a small route is asked for news, and Dash only when there is some. */
(function () {
  "use strict";

  const ASK_MS = 10000;
  let known = null; /* map and answer of the last time; at first anything is news */

  async function ask() {
    const store = window.dash_component_api && window.dash_component_api.getLayout("map-store");
    const map = (store && store.props.data && store.props.data.map) || "";
    const answer = await fetch(`/news?map=${encodeURIComponent(map)}`);
    if (!answer.ok) return;
    const said = `${map} ${await answer.text()}`;
    if (said !== known) {
      window.dash_clientside.set_props("status-interval", { n_intervals: Date.now() });
      document.dispatchEvent(new CustomEvent("recordingschanged"));
    }
    known = said;
  }

  window.setInterval(() => {
    if (!document.hidden) ask().catch(() => {}); /* a server that is gone: connection.js says so */
  }, ASK_MS);
})();
