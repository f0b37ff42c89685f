/* A link that reproduces the view: map, colours, selection, clusters, what is open, what is heard and where.
 *
 * The state travels behind the # of the address, compressed, so that a server's log never holds it. What is read
 * from a link goes the way that a person's own doing goes: through the same controls and stores.
 */
(function () {
  "use strict";

  const KEY = "#view=";
  const VERSION = 1;
  const LONGEST_MS = 600000; /* a map that was never computed here may take minutes */
  const MAP_CONTROLS = ["map-method", "map-perplexity", "map-neighbours", "map-distance", "map-seed"];
  const CLUSTER_CONTROLS = ["method", "linkage", "k", "seed", "eps", "min_samples"].map((name) => [name, `cluster-${name.replace("_", "-")}`]);
  const SECOND_CONTROLS = ["second-encoder", ...MAP_CONTROLS.map((id) => id.replace("map-", "second-"))];

  const ours = () => window.musiclatentvis;
  const byId = (id) => document.getElementById(id);
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const propsOf = (id) => (window.dash_component_api.getLayout(id) || { props: {} }).props;
  const valueOf = (id) => propsOf(id).value;
  const dataOf = (id) => propsOf(id).data;

  /* ---- the state ---- */

  const rangesOf = (id) => {
    const plot = plotOf(id);
    const axes = plot && plot._fullLayout && plot._fullLayout.xaxis ? plot._fullLayout : null;
    return axes && { x: [...axes.xaxis.range], y: [...axes.yaxis.range] };
  };
  const valuesOf = (ids) => Object.fromEntries(ids.map((id) => [id, valueOf(id)]));

  function read() {
    const map = dataOf("map-store") || {};
    const open = document.querySelector(".workspace:not([hidden])");
    return {
      version: VERSION,
      path: window.location.pathname,
      map: { id: map.map, encoder: map.encoder, controls: valuesOf(MAP_CONTROLS) },
      second: dataOf("compare-store") ? valuesOf(SECOND_CONTROLS) : null,
      layers: valueOf("map-layers"),
      colour: valueOf("color-by"),
      clustering: dataOf("clustering-store") || null,
      selection: ours().selection.shown(),
      dimension: dataOf("dimension-store") || null,
      workspace: open ? open.id : "",
      ranges: rangesOf("map-graph"),
      heard: ours().player.where(),
    };
  }

  /* ---- as a text ---- */

  const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();

  async function pack(state) {
    const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
    const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
    return window.btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  async function unpack(text) {
    const bytes = Uint8Array.from(window.atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
    const state = JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
    if (state.version !== VERSION || !state.selection) throw new Error("another version");
    return state;
  }

  const address = async () => `${window.location.origin}${window.location.pathname}${KEY}${await pack(read())}`;

  /* ---- reproducing it ---- */

  function until(condition, longest = 30000) {
    const started = performance.now();
    return new Promise((done) => {
      const look = () => {
        if (condition()) done(true);
        else if (performance.now() - started > longest) done(false);
        else window.setTimeout(look, 100);
      };
      look();
    });
  }

  const drawn = (id) => () => {
    const plot = plotOf(id);
    return Boolean(plot && plot._fullData && plot._fullData.length);
  };
  const quiet = () => new Promise((done) => window.setTimeout(done, 300));

  /* The map is chosen before it is drawn: what comes after it must not reach the one before. */
  function shows(map) {
    const { layout } = plotOf("map-graph") || {};
    return dataOf("map-store").map === map && Boolean(layout && layout.meta && layout.meta.map === map);
  }

  async function restoreMap({ id, encoder, controls }) {
    if (shows(id)) return true;
    setProps("map-encoder", { value: encoder });
    Object.entries(controls).forEach(([control, value]) => setProps(control, { value }));
    return until(() => shows(id), LONGEST_MS);
  }

  async function restoreClusters(clustering, colour) {
    if (clustering) {
      const { names, colours, ...request } = clustering;
      CLUSTER_CONTROLS.forEach(([name, id]) => name in request && setProps(id, { value: request[name] }));
      setProps("cluster-request-store", { data: { ...request, asked: Date.now() } });
      await until(() => dataOf("clustering-store"));
      setProps("clustering-store", { data: clustering });
    }
    await quiet();
    setProps("color-by", { value: colour });
  }

  async function restoreSecond(controls) {
    if (!controls) return;
    byId("map-compare").click();
    await quiet();
    Object.entries(controls).forEach(([control, value]) => setProps(control, { value }));
  }

  async function restore(state) {
    await until(() => drawn("map-graph")() && dataOf("map-store").map, 120000);
    const found = await restoreMap(state.map);
    await restoreClusters(state.clustering, state.colour);
    setProps("map-layers", { value: state.layers });
    await ours().selection.act("show", { recipe: state.selection });
    await restoreSecond(state.second);
    if (state.workspace) ours().workspace.open(state.workspace);
    if (state.dimension) setProps("dimension-store", { data: state.dimension });
    await quiet();
    if (found && state.ranges) {
      window.Plotly.relayout(plotOf("map-graph"), { "xaxis.range": state.ranges.x, "yaxis.range": state.ranges.y });
    }
    if (state.heard) await ours().player.cue(state.heard);
    document.documentElement.setAttribute("data-link", "restored");
  }

  function say(sentence) {
    setProps("page-count", { children: sentence });
  }

  async function open() {
    if (!window.location.hash.startsWith(KEY)) return;
    let state;
    try {
      state = await unpack(window.location.hash.slice(KEY.length));
    } catch {
      await until(() => byId("page-count") && drawn("map-graph")());
      say(ours().text("This link cannot be read: it was cut off, or made by another version. Ask for it again."));
      return;
    }
    /* From now on the page is the reader's own. */
    window.history.replaceState(null, "", state.path);
    await restore(state);
  }
  open();

  window.musiclatentvis = Object.assign({}, window.musiclatentvis, { link: { address } });
})();
