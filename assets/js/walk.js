/* Walking by ear: the list of neighbours, on to the next one that was not heard yet, back, and in the
 * direction of an arrow on the map. */
(function () {
  "use strict";

  const SHOWN = 5;
  const LIST = "walk-list";
  const FETCH_MS = 250; /* what plays now comes first */
  const TOWARDS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
  const NOTE_MS = 3000;
  /* Where the walk has led, and the row that the list is about. */
  const state = { trail: [], row: null, held: null, timer: 0 };

  const ours = () => window.musiclatentvis;
  const byId = (id) => document.getElementById(id);
  const say = (text) => ours().picture.say(text, NOTE_MS);

  function here() {
    const now = ours().player.now();
    if (!now) say(ours().text("Click a point first: the walk begins where you are."));
    return now && now.row;
  }

  /* ---- steps ---- */

  function on() {
    const row = here();
    if (row === null) return;
    ours().segments.ways(row).then(({ neighbours }) => {
      const next = neighbours.find((way) => !state.trail.includes(way.row));
      if (next) ours().listening.hear([next.row]);
      else say(ours().text("You have heard all of its neighbours: go back, or click another point."));
    }, ({ message }) => say(message));
  }

  function back() {
    if (state.trail.length < 2) {
      say(ours().text("This is where the walk began."));
      return;
    }
    state.trail.pop();
    ours().listening.hear([state.trail.pop()]);
  }

  /* True when the key is one of the arrows. */
  function towards(key) {
    if (!TOWARDS[key]) return false;
    const row = here();
    if (row === null) return true;
    ours().segments.ways(row).then((ways) => {
      const way = ways.towards[TOWARDS[key]];
      if (way) ours().listening.hear([way.row]);
      else say(ours().text("The map ends here: go another way."));
    }, ({ message }) => say(message));
    return true;
  }

  /* ---- the list ---- */

  function entry(segment, similarity) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.segment = segment.row;
    const start = ours().picture.clock(segment.start_s);
    button.title = ours().text("{segment} · starts at {time}", {
      segment: `${segment.title} · ${segment.instrument_label} · ${segment.performer}`,
      time: start,
    });
    const part = (name, text) => {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      return span;
    };
    button.append(
      part("icon icon-play", ""),
      part("walk-title", segment.title),
      part("walk-where", `${segment.instrument_short} ${start}`),
      part("walk-similarity", similarity.toFixed(2).replace("-", "−"))
    );
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function list(row) {
    state.row = row;
    ours().segments.ways(row).then(({ neighbours }) => {
      const ways = neighbours.slice(0, SHOWN);
      return ours().segments.find(ways.map((way) => way.row)).then((segments) => {
        if (state.row !== row) return;
        const items = segments.map((segment, index) => entry(segment, ways[index].similarity));
        byId(LIST).replaceChildren(...items);
        byId(LIST).dataset.row = row;
        byId("walk-none").hidden = items.length > 0;
        byId("walk-none").textContent = ours().text("There is no other recording to go to.");
        byId("walk-on").disabled = !items.length;
        window.clearTimeout(state.timer);
        state.timer = window.setTimeout(() => ours().prefetch.ask(segments), FETCH_MS);
      });
    }, ({ message }) => say(message));
  }

  /* Under the mouse nothing changes: the list waits until the person has chosen. */
  const chosenFrom = () => byId(LIST).matches(":hover, :focus-within");

  function heard(row, started) {
    if (!started && chosenFrom()) state.held = row;
    else {
      state.held = null;
      if (row !== state.row) list(row);
    }
  }

  function release() {
    if (state.held !== null && !chosenFrom()) heard(state.held, true);
  }

  document.addEventListener("segmentplay", ({ detail }) => heard(detail.row, false));
  document.addEventListener("segmentstart", ({ detail }) => {
    state.trail = [...state.trail.filter((row) => row !== detail.row), detail.row].slice(-500);
    byId("walk-back").disabled = state.trail.length < 2;
    heard(detail.row, true);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.id === "walk-on") on();
    else if (button.id === "walk-back") back();
    else if (button.closest(`#${LIST}`)) ours().listening.hear([Number(button.dataset.segment)]);
  });

  /* An entry under the mouse is marked in every view. */
  function attach() {
    const place = byId(LIST);
    if (!place) return window.setTimeout(attach, 50);
    const rowAt = ({ target }) => target.closest && target.closest("button");
    place.addEventListener("pointerover", (event) => {
      const button = rowAt(event);
      if (button) ours().hover.show(Number(button.dataset.segment), LIST);
    });
    place.addEventListener("pointerleave", () => {
      ours().hover.hide();
      release();
    });
    place.addEventListener("focusout", () => window.setTimeout(release));
    return undefined;
  }
  attach();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { walk: { towards } });
})();
