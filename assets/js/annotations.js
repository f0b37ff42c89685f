/* What is annotated in the recording that is heard: a strip below its waveform, in the colours of the map, and
 * the label at the playhead. The layer is the one that colours the page, else the first there is. */
(function () {
  "use strict";

  const state = { recording: null, duration: 0, layers: {}, spans: [], said: null };
  const byId = (id) => document.getElementById(id);
  const propsOf = (id) => window.dash_component_api.getLayout(id).props;

  function fetchSpans(segment) {
    const { map } = propsOf("map-store").data || {};
    if (!map) return;
    fetch(`/listen/${map}/annotations/${segment.recording}`)
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((layers) => {
        if (state.recording !== segment.recording) return;
        state.layers = layers;
        choose();
      })
      .catch(() => {}); /* a strip that cannot be drawn is no reason for words */
  }

  function choose() {
    const { layers } = state;
    state.spans = layers[propsOf("color-by").value] || Object.values(layers)[0] || [];
    state.said = null;
    draw();
  }

  function draw() {
    const strip = byId("player-marks");
    strip.hidden = !state.spans.length;
    byId("player-mark").hidden = strip.hidden;
    if (strip.hidden) return;
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = strip;
    strip.width = width * ratio;
    strip.height = height * ratio;
    const context = strip.getContext("2d");
    context.scale(ratio, ratio);
    const scale = width / state.duration;
    state.spans.forEach(({ start_s: start, end_s: end, colour }) => {
      context.fillStyle = colour;
      context.fillRect(start * scale, 0, Math.max(1, (end - start) * scale), height);
    });
  }

  function say({ segment, time }) {
    if (segment.recording !== state.recording || !state.spans.length) return;
    const here = state.spans.filter(({ start_s: start, end_s: end }) => start <= time && time < end);
    const labels = [...new Map(here.map(({ label, colour }) => [label, colour]))];
    const said = labels.map(([label]) => label).join(" · ");
    if (said === state.said) return;
    state.said = said;
    byId("player-mark").replaceChildren(
      ...labels.map(([label, colour]) => {
        const name = document.createElement("span");
        name.textContent = label;
        name.style.setProperty("--mark", colour);
        return name;
      })
    );
  }

  document.addEventListener("segmentplay", ({ detail: { segment } }) => {
    if (state.recording === segment.recording) return;
    Object.assign(state, { recording: segment.recording, duration: segment.duration_s, layers: {}, spans: [], said: null });
    draw();
    fetchSpans(segment);
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    annotations: {
      layer() {
        if (state.recording !== null) choose();
        return window.dash_clientside.no_update;
      },
    },
  });

  function attach() {
    if (!byId("player-marks")) return window.setTimeout(attach, 50);
    window.musiclatentvis.player.follow(say);
    window.addEventListener("resize", draw);
    return undefined;
  }
  attach();
})();
