/* A server that does not answer: the page says so until it is back, instead of doing nothing in silence. */
(function () {
  "use strict";

  const ASK_MS = 2000;
  const state = { timer: 0, line: null };
  const plain = window.fetch.bind(window);

  function say() {
    if (state.line) return;
    state.line = document.createElement("p");
    state.line.className = "connection";
    state.line.setAttribute("role", "status");
    state.line.textContent = window.musiclatentvis.text("The server does not answer. What you see stays; the rest goes on when it is back.");
    document.body.append(state.line);
  }

  /* What was asked meanwhile is lost: whoever looks at the clock asks again, or listens. */
  function back() {
    window.clearInterval(state.timer);
    if (state.line) {
      state.line.remove();
      ["status-interval", "library-interval"].forEach((id) => window.dash_clientside.set_props(id, { n_intervals: Date.now() }));
    }
    document.dispatchEvent(new CustomEvent("serverback"));
    Object.assign(state, { timer: 0, line: null });
  }

  const ask = () => plain("/healthz", { cache: "no-store" }).then(back, say);

  /* One request may fail for reasons of its own: the server is asked before anything is said. */
  function lost() {
    if (state.timer) return;
    state.timer = window.setInterval(ask, ASK_MS);
    ask();
  }

  window.fetch = (...request) => {
    const answer = plain(...request);
    answer.catch((problem) => problem.name === "AbortError" || lost()); /* aborted: a newer one replaced it */
    return answer;
  };
})();
