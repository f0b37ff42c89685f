/* Clusters: what Run and the workspace ask for, the cut through the tree, clicks on curves, names. */
(function () {
  "use strict";

  const WORKSPACE = "clusters-workspace";
  const SETTINGS = {
    hierarchical: ["linkage", "k"],
    kmeans: ["k", "seed"],
    dbscan: ["eps", "min_samples"],
  };
  /* A cut that moves on within this time, in ms, is not yet clustered. */
  const PAUSE = 160;

  const none = () => window.dash_clientside.no_update;
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const byId = (id) => document.getElementById(id);
  const plotOf = (id) => document.querySelector(`#${id} .js-plotly-plot`);

  /* ---- what is to be clustered ---- */

  const isOfClusters = (term) =>
    Object.entries(term).some(
      ([kind, value]) =>
        kind === "cluster" ||
        (kind === "not" && isOfClusters(value)) ||
        (["any_of", "all_of"].includes(kind) && value.some(isOfClusters))
    );

  const same = (request, clustering) =>
    Boolean(clustering) &&
    ["method", ...SETTINGS[request.method]].every((name) => request[name] === clustering[name]) &&
    JSON.stringify(request.selection) === JSON.stringify(clustering.selection);

  /* Run takes what is selected now. The workspace runs by itself whenever a field changes, on the segments
   * that it shows: to select one of its clusters must not take the others away. */
  function ask(run, workspace, method, linkage, k, seed, eps, minSamples, selection, clustering) {
    const triggered = window.dash_clientside.callback_context.triggered.map(({ prop_id }) => prop_id.split(".")[0]);
    const pressed = triggered.includes("cluster-run");
    if (!pressed && workspace !== WORKSPACE) return none();
    const opened = triggered.includes("workspace-store");
    const keeps = clustering && !pressed && (!opened || selection.all_of.some(isOfClusters));
    const request = { method, linkage, k, seed, eps, min_samples: minSamples };
    request.selection = keeps ? clustering.selection : selection;
    if (!pressed && same(request, clustering)) return none();
    return { ...request, asked: Date.now() };
  }

  /* ---- what is shown ---- */

  let shown = false;

  /* The one writer of the workspace's view; what is closed computes nothing. */
  function view(workspace, clustering) {
    const open = workspace === WORKSPACE;
    if (!open && !shown) return none();
    shown = open;
    return open ? { clustering: clustering || null } : null;
  }

  /* Curves that take long come in parts: when one is on the screen the next is asked for. */
  function more(figure) {
    const meta = figure && figure.layout && figure.layout.meta;
    if (meta && meta.complete === false) setProps("clusters-more-store", { data: Date.now() });
    return none();
  }

  /* ---- the cut ---- */

  const cut = { dragged: false, wanted: null, sent: 0, timer: null };

  const tree = () => {
    const plot = plotOf("clusters-tree");
    const meta = plot && plot.layout && plot.layout.meta;
    return meta && meta.cuts && plot._fullLayout ? { plot, axis: plot._fullLayout.yaxis, ...meta } : null;
  };
  const counted = (k) => window.musiclatentvis.texts("1 cluster", "{count} clusters", k);

  function draw(k, height) {
    const line = byId("clusters-cut");
    const drawn = tree();
    line.hidden = !drawn;
    if (!drawn) return;
    const { plot, axis, cuts } = drawn;
    const at = height === undefined ? cuts[Math.min(k, cuts.length) - 1] : height;
    line.style.top = `${plot.offsetTop + axis._offset + axis.d2p(at)}px`;
    line.querySelector("span").textContent = counted(k);
    line.setAttribute("aria-valuenow", k);
    line.setAttribute("aria-valuemax", cuts.length);
    line.setAttribute("aria-valuetext", counted(k));
  }

  function want(k, height) {
    if (k !== cut.wanted) {
      cut.wanted = k;
      window.clearTimeout(cut.timer);
      cut.timer = window.setTimeout(() => {
        cut.timer = null;
        cut.sent = Date.now();
        setProps("cluster-k", { value: k });
      }, PAUSE);
    }
    draw(k, height);
  }

  /* The tree was drawn: the line goes to its cut, unless a newer one is on its way. */
  function follow() {
    const drawn = tree();
    if (!drawn) return draw(0);
    const waits = cut.dragged || cut.timer !== null || Date.now() - cut.sent < 1500;
    if (cut.wanted !== null && cut.wanted !== drawn.k && waits) return undefined;
    if (cut.dragged) return undefined;
    cut.wanted = null;
    return draw(drawn.k);
  }

  function moved(event) {
    const { plot, axis, heights } = tree();
    const [low, high] = axis.range;
    const under = event.clientY - plot.getBoundingClientRect().top - axis._offset;
    const height = Math.min(high, Math.max(low, axis.p2d(under)));
    want(1 + heights.filter((merged) => merged > height).length, height);
  }

  const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1, PageUp: -5, PageDown: 5 };

  function key(event) {
    if (!(event.key in STEPS) || !tree()) return;
    event.preventDefault();
    event.stopPropagation(); /* the arrows move the line now, not the player */
    const { k, cuts } = tree();
    want(Math.min(cuts.length, Math.max(1, (cut.wanted === null ? k : cut.wanted) + STEPS[event.key])));
  }

  function listen(line) {
    line.addEventListener("pointerdown", (event) => {
      cut.dragged = true;
      line.setPointerCapture(event.pointerId);
      line.focus();
      event.preventDefault();
    });
    line.addEventListener("pointermove", (event) => cut.dragged && tree() && moved(event));
    ["pointerup", "pointercancel"].forEach((name) =>
      line.addEventListener(name, () => {
        cut.dragged = false;
        const drawn = tree();
        if (drawn) draw(cut.wanted === null ? drawn.k : cut.wanted);
      })
    );
    line.addEventListener("keydown", key);
  }

  /* ---- wiring to what Plotly has drawn, once it has ---- */

  window.musiclatentvis.figures.each(["clusters-tree"], (plot) => {
    listen(byId("clusters-cut"));
    plot.on("plotly_afterplot", follow);
  });
  window.musiclatentvis.figures.each(["clusters-curves"], (plot) => {
    plot.on("plotly_click", ({ points }) => setProps(plot.layout.meta.field, { value: points[0].x }));
  });

  /* What selects a cluster or lets it be heard leaves its list of members open or closed as it is. */
  document.addEventListener("click", (event) => {
    if (event.target.closest(".cluster-members summary button")) event.preventDefault();
    const keep = event.target.closest("[data-keep]");
    if (keep) setProps("cluster-keep-store", { data: { label: Number(keep.dataset.keep), time: Date.now() } });
  });

  document.addEventListener("change", (event) => {
    const { name: label } = event.target.dataset || {};
    if (label === undefined) return;
    setProps("cluster-name-store", { data: { label: Number(label), name: event.target.value, time: Date.now() } });
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.target.dataset && event.target.dataset.name)) return;
    if (event.key === "Escape") event.target.value = event.target.defaultValue;
    if (event.key === "Escape" || event.key === "Enter") event.target.blur();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, { clusters: { ask, view, more } });
})();
