/* Sound that will probably be wanted is fetched before it is.
 *
 * An audio element that nobody hears loads from a segment's start until it could play, then lets go of the
 * file: the browser keeps what it has read, and the player's own element finds it there. Elements that hold on
 * would each occupy one of the six connections that a browser has for the whole page
 * (docs/adr/0018-sound-without-waiting.md).
 */
(function () {
  "use strict";

  const AT_ONCE = 2;
  const WAITING = 12; /* what was asked for longer ago is not wanted any more */
  const KEPT = 48; /* addresses that the browser is trusted to have still */
  const LONGEST_MS = 8000;
  let waiting = [];
  let loading = 0;
  const kept = new Set();

  const address = ({ audio, start_s }) => `${audio}#t=${start_s}`;

  function keep(url) {
    kept.delete(url);
    kept.add(url);
    if (kept.size > KEPT) kept.delete(kept.values().next().value);
  }

  /* The first ones are fetched first. */
  function ask(segments) {
    if (navigator.connection && navigator.connection.saveData) return;
    const wanted = segments.map(address).filter((url) => !kept.has(url));
    waiting = [...wanted, ...waiting.filter((url) => !wanted.includes(url))].slice(0, WAITING);
    next();
  }

  function next() {
    while (loading < AT_ONCE && waiting.length) fetchOne(waiting.shift());
  }

  function fetchOne(url) {
    const audio = new Audio();
    loading += 1;
    keep(url);
    const done = () => {
      window.clearTimeout(timer);
      audio.oncanplay = audio.onerror = null;
      audio.removeAttribute("src");
      audio.load();
      loading -= 1;
      next();
    };
    const timer = window.setTimeout(done, LONGEST_MS);
    audio.oncanplay = done;
    audio.onerror = () => {
      kept.delete(url);
      done();
    };
    audio.preload = "auto";
    audio.src = url;
  }

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { prefetch: { ask, address } });
})();
