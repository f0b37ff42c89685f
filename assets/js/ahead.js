/* Plotly is run while the browser waits for the page's layout, where it has come by then (layout/document.py fetches
 * it early); Dash would run it after that, when it meets the first graph.
 */
(function () {
  "use strict";

  function run() {
    const link = document.querySelector('link[rel="preload"][href*="plotly"]');
    const [fetched] = link ? window.performance.getEntriesByName(link.href) : [];
    if (window.Plotly || !fetched || !fetched.responseEnd) return;
    const script = document.createElement("script");
    script.src = link.href;
    document.head.append(script);
  }

  if (window.requestIdleCallback) window.requestIdleCallback(run);
})();
