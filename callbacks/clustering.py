"""Clustering the selected segments, and saying what came out (paper, Fig. 6 F and G)."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, html, no_update

from analysis.agreement import ClusterSummary, summarise
from callbacks import views
from callbacks.services import Recipe, Services
from errors import UserError
from figures.palette import Colouring
from figures.style import clock
from layout.ids import Id, Store
from layout.sidebar import CLUSTER_HINT

#: Which settings belong to which method, and the field each stands in.
FIELDS = {
    Id.CLUSTER_LINKAGE_FIELD: ("hierarchical",),
    Id.CLUSTER_K_FIELD: ("hierarchical", "kmeans"),
    Id.CLUSTER_SEED_FIELD: ("kmeans",),
    Id.CLUSTER_EPS_FIELD: ("dbscan",),
    Id.CLUSTER_MIN_SAMPLES_FIELD: ("dbscan",),
}


def register(app: Dash, services: Services) -> None:
    """Wire the clustering panel."""

    @app.callback(*[Output(field, "hidden") for field in FIELDS], Input(Id.CLUSTER_METHOD, "value"))
    def show_settings(method: str) -> list[bool]:
        return [method not in methods for methods in FIELDS.values()]

    @app.callback(
        Output(Store.CLUSTERING, "data"),
        Output(Id.CLUSTER_RESULT, "children"),
        Output(Id.COLOR_BY, "value"),
        Input(Id.CLUSTER_RUN, "n_clicks"),
        Input(Store.MAP, "data"),
        State(Store.SELECTION, "data"),
        State(Id.CLUSTER_METHOD, "value"),
        State(Id.CLUSTER_LINKAGE, "value"),
        State(Id.CLUSTER_K, "value"),
        State(Id.CLUSTER_SEED, "value"),
        State(Id.CLUSTER_EPS, "value"),
        State(Id.CLUSTER_MIN_SAMPLES, "value"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def run_clustering(
        clicks: int,
        shown: dict[str, Any],
        recipe: Recipe,
        method: str,
        linkage: str,
        k: int | None,
        seed: int | None,
        eps: float | None,
        min_samples: int | None,
        clustered: Recipe | None,
    ) -> tuple[Any, Any, Any]:
        if ctx.triggered_id == Store.MAP and still_holds(services, clustered, shown.get("map")):
            return no_update, no_update, no_update
        if ctx.triggered_id == Store.MAP or not clicks or recipe.get("map") != shown.get("map"):
            return None, CLUSTER_HINT, no_update
        settings = {
            "linkage": linkage,
            "k": k,
            "seed": seed,
            "eps": eps,
            "min_samples": min_samples,
        }
        return compute_clustering(services, recipe, method, settings)


def still_holds(services: Services, clustering: Recipe | None, map_id: str | None) -> bool:
    """Whether another map shows the very segments that were clustered, only elsewhere."""
    if clustering is None:
        return False
    before = services.collection.table(clustering["selection"].get("map"))
    now = services.collection.table(map_id)
    if before is None or now is None or len(before) != len(now):
        return False
    return before.names() == now.names() and np.array_equal(before.latents, now.latents)


#: Settings of each method, for the recipe.
SETTINGS = {
    "hierarchical": ("linkage", "k"),
    "kmeans": ("k", "seed"),
    "dbscan": ("eps", "min_samples"),
}


def compute_clustering(
    services: Services, recipe: Recipe, method: str, settings: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """Cluster the selection; the clustering's recipe, the text, and what to colour by."""
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return no_update, html.P(views.NOTHING_SELECTED, className="problem"), no_update
    chosen = {name: settings[name] for name in SETTINGS[method]}
    missing = [name for name, value in chosen.items() if value is None]
    if missing:
        sentence = f"Fill in {missing[0].replace('_', ' ')} with a number first."
        return no_update, html.P(sentence, className="problem"), no_update
    clustering = {"method": method, **chosen, "selection": recipe}
    try:
        labels = views.labels_of(services, view.table, clustering)[view.rows]
    except UserError as problem:
        return no_update, html.P(str(problem), className="problem"), no_update
    colours = views.colouring(services, view.table, "cluster", clustering)
    return clustering, compute_result(view, labels, colours), "cluster"


def compute_result(view: views.Selected, labels: views.Rows, colours: Colouring) -> list[Any]:
    """The result as text: sizes, agreement with the labels, silhouette, members."""
    performers, _ = view.table.labels("performer")
    instruments, _ = view.table.labels("instrument")
    summary = summarise(
        labels, view.table.latents[view.rows], performers[view.rows], instruments[view.rows]
    )
    clusters = [
        _members(
            view, view.rows[labels == number], f"Cluster {number + 1}", colours.colour_of(number)
        )
        for number in range(len(summary.sizes))
    ]
    if summary.noise:
        clusters.append(
            _members(view, view.rows[labels < 0], "In no cluster", colours.colour_of(-1))
        )
    return [_agreement(summary), *clusters]


def _agreement(summary: ClusterSummary) -> html.Table:
    def number(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    silhouette = number(summary.silhouette)
    if summary.silhouette_sample:
        silhouette += f" (on {summary.silhouette_sample:,} drawn)"
    return html.Table(
        [
            html.Tr([html.Th(""), html.Th("ARI"), html.Th("NMI")]),
            html.Tr(
                [
                    html.Th("performer"),
                    html.Td(number(summary.ari_performer)),
                    html.Td(number(summary.nmi_performer)),
                ]
            ),
            html.Tr(
                [
                    html.Th("instrument"),
                    html.Td(number(summary.ari_instrument)),
                    html.Td(number(summary.nmi_instrument)),
                ]
            ),
            html.Tr([html.Th("silhouette"), html.Td(silhouette, colSpan=2)]),
        ],
        title="1 is perfect agreement; ARI is 0 for chance",
    )


def _members(view: views.Selected, rows: views.Rows, name: str, colour: str) -> html.Details:
    """One cluster: its size, and the segments in it by recording."""
    index = view.table.recording_index[rows]
    lines = []
    for recording in np.unique(index):
        info = view.table.recordings[recording]
        starts = view.table.start_s[rows[index == recording]]
        lines.append(
            html.Li(
                [
                    html.Span(f"{info.title}, {info.performer}: "),
                    ", ".join(clock(float(start)) for start in starts),
                ]
            )
        )
    return html.Details(
        [
            html.Summary(
                [
                    html.Span("●", className="swatch", style={"color": colour}),
                    f"{name}: {len(rows):,} segment{'s' if len(rows) != 1 else ''}",
                ]
            ),
            html.Ul(lines),
        ],
        className="cluster-members",
    )
