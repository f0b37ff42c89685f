"""The workspace Clusters: the tree and its cut, curves over k or eps, the clusters by name.

It shows the clustering that colours the page and sets nothing itself: the browser writes into the
sidebar's fields, and those are followed (``callbacks.clustering``).  While it is closed nothing
here is computed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from analysis import selection
from analysis.agreement import SILHOUETTE_SEED, ClusterSummary
from analysis.choosing import eps_values, k_values, knee, neighbour_distances
from analysis.dendrogram import dendrogram
from callbacks import views
from callbacks.cluster_view import cluster_items
from callbacks.clustering import selected_by
from callbacks.services import Recipe, Services
from errors import UserError
from figures.curves import Curve, Picture, curves_figure
from figures.dendrogram import dendrogram_caption, dendrogram_figure
from figures.style import message_figure
from language import N_, _, ngettext, translated
from layout.ids import Id, Store
from layout.parts import items

#: Of each value of a setting; None where it was refused.
Summaries = list[ClusterSummary | None]

#: Merges that are drawn: the width has room for as many feet, and one more.
SHOWN_MERGES = 60
#: Seconds after which curves are drawn as far as they are; the browser then asks for the rest.
PATIENCE_S = 1.0
#: What a reader is told while the workspace has nothing to show.
_NOTHING_YET = N_("Nothing is clustered yet. Under Clustering, a sentence says what is missing.")


def register(app: Dash, services: Services) -> None:
    """Wire the workspace."""
    app.clientside_callback(
        "window.dash_clientside.clusters.view",
        Output(Store.CLUSTERS_VIEW, "data"),
        Input(Store.WORKSPACE, "data"),
        Input(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Id.CLUSTERS_BODY, "data-method"),
        Output(Id.CLUSTERS_CAPTION, "children"),
        Output(Id.CLUSTERS_TREE, "figure"),
        Output(Id.CLUSTERS_LIST, "data-items"),
        Input(Store.CLUSTERS_VIEW, "data"),
        prevent_initial_call=True,
    )
    def update_clusters(shown: dict[str, Any] | None) -> tuple[Any, ...]:
        if shown is None:
            return (no_update,) * 4
        return compute_clusters(services, shown["clustering"])

    @app.callback(
        Output(Id.CLUSTERS_CURVES, "figure"),
        Output(Id.CLUSTERS_NOTE, "children"),
        Input(Store.CLUSTERS_VIEW, "data"),
        Input(Store.CLUSTERS_MORE, "data"),
        prevent_initial_call=True,
    )
    def update_curves(shown: dict[str, Any] | None, _: int | None) -> tuple[Any, ...]:
        if shown is None:
            return no_update, no_update
        return compute_curves(services, shown["clustering"])

    @app.callback(
        Output(Store.KEPT, "data", allow_duplicate=True),
        Output(Id.CLUSTERS_KEPT, "children"),
        Input(Store.CLUSTER_KEEP, "data"),
        State(Store.CLUSTERING, "data"),
        State(Id.SELECTION_WHO, "value"),
        State(Store.KEPT, "data"),
        prevent_initial_call=True,
    )
    def keep(
        asked: dict[str, Any], clustering: Recipe | None, who: str | None, kept: int
    ) -> tuple[Any, Any]:
        try:
            return kept + 1, keep_cluster(services, clustering, asked, who or "")
        except UserError as problem:
            return no_update, html.Span(translated(problem), className="problem")

    # A part of a curve that has been drawn asks for the next one.
    app.clientside_callback(
        "window.dash_clientside.clusters.more",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.CLUSTERS_CURVES, "figure"),
        prevent_initial_call=True,
    )


def keep_cluster(
    services: Services, clustering: Recipe | None, asked: dict[str, Any], who: str
) -> str:
    """Keep a cluster as a named selection; what to say of it.

    Raises
    ------
    UserError
        If there is a selection of that name already.
    """
    view = selected_by(services, clustering) if clustering else None
    if view is None or clustering is None:
        raise UserError(N_("This cluster is not there any more: press Run again."))
    label = int(asked["label"])
    name = views.colouring(services, view.table, "cluster", clustering).labels[label]
    of = selection.normalise_clustering(clustering)
    recipe = {"map": view.table.map_id, "all_of": [{"cluster": {"of": of, "label": label}}]}
    services.selections.keep(name, who, recipe)
    return _("“{name}” is kept among the selections.", name=name)


def compute_clusters(
    services: Services, clustering: Recipe | None
) -> tuple[str, str, dict[str, Any], str]:
    """Method, caption, tree and list of the clustering on show."""
    view = selected_by(services, clustering) if clustering else None
    if view is None or clustering is None:
        return "", "", message_figure(""), items([html.P(_(_NOTHING_YET), className="hint")])
    colours = views.colouring(services, view.table, "cluster", clustering)
    count = ngettext("1 segment", "{count:,} segments", len(view.rows))
    caption = f"{count} · {_said_settings(clustering)}"
    figure = message_figure("")
    if clustering["method"] == "hierarchical":
        merges = views.merges_of(services, view.table, clustering)
        tree = dendrogram(merges, SHOWN_MERGES)
        figure = dendrogram_figure(tree, view.rows, colours, len(colours.labels))
        caption = f"{caption} · {dendrogram_caption(tree)}"
    return clustering["method"], caption, figure, items(cluster_items(view, colours))


def _said_settings(clustering: Recipe) -> str:
    if clustering["method"] == "hierarchical":
        return _("{linkage} linkage", linkage=clustering["linkage"])
    if clustering["method"] == "kmeans":
        return _("k-means, best of 10 starts, seed {seed}", seed=clustering["seed"])
    return _("DBSCAN, min. samples {count}", count=clustering["min_samples"])


def compute_curves(
    services: Services, clustering: Recipe | None, patience_s: float = PATIENCE_S
) -> tuple[dict[str, Any], str]:
    """Curves over the setting that is to be chosen, and what has to be said of them.

    What is not computed after `patience_s` seconds is left out; ``layout.meta["complete"]`` says
    whether that was so, and the next call goes on from there.
    """
    view = selected_by(services, clustering) if clustering else None
    if view is None or clustering is None:
        return message_figure(""), ""
    if clustering["method"] == "dbscan":
        return _eps_curves(services, view, clustering, patience_s)
    return _k_curves(services, view, clustering, patience_s)


def _k_curves(
    services: Services, view: views.Selected, clustering: Recipe, patience_s: float
) -> tuple[dict[str, Any], str]:
    values = k_values(len(view.rows))
    if not values:
        return message_figure(_("Curves need three segments or more.")), ""
    found = _summaries(services, view, [clustering | {"k": k} for k in values], patience_s)
    pictures = [
        Picture(
            _("Silhouette"),
            [_curve(_("silhouette"), found, lambda one: one.silhouette)],
            best=True,
        )
    ]
    agreements = [
        _curve(_("performer"), found, lambda one: one.ari_performer),
        _curve(_("instrument"), found, lambda one: one.ari_instrument),
        _curve(_("title"), found, lambda one: one.ari_title),
    ]
    # A label that all of these segments share agrees with nothing.
    if known := [curve for curve in agreements if any(value is not None for value in curve.values)]:
        pictures.append(Picture(_("ARI with"), known))
    figure = curves_figure(
        pictures,
        values[: len(found)],
        name=_("clusters"),
        chosen=clustering["k"],
        span=(values[0], values[-1]),
        meta={"field": Id.CLUSTER_K, "complete": len(found) == len(values)},
    )
    said = _("Click a point to take that number of clusters.")
    if clustering["method"] == "hierarchical":
        said = _(
            "Drag the line through the tree, or click a point, to take that number of clusters."
        )
    return figure, _note(found, len(values), said)


def _eps_curves(
    services: Services, view: views.Selected, clustering: Recipe, patience_s: float
) -> tuple[dict[str, Any], str]:
    distances = services.derived.get(
        "neighbour distances",
        [
            view.table.key,
            selection.digest(clustering["selection"]),
            clustering["min_samples"],
        ],
        lambda: neighbour_distances(view.table.latents[view.rows], clustering["min_samples"]),
    )
    bend = knee(distances)
    values = eps_values(distances, bend)
    if len(values) < 2:
        return message_figure(_("These segments lie equally far apart: no eps parts them.")), ""
    found = _summaries(services, view, [clustering | {"eps": eps} for eps in values], patience_s)
    pictures = [
        Picture(
            _("Silhouette"),
            [_curve(_("silhouette"), found, lambda one: one.silhouette)],
        ),
        Picture(
            _("Clusters"),
            [_curve(_("clusters"), found, lambda one: len(one.sizes))],
            format=",d",
        ),
        Picture(
            _("In no cluster"),
            [_curve(_("noise"), found, lambda one: one.noise / len(view.rows))],
            format=".0%",
        ),
    ]
    figure = curves_figure(
        pictures,
        values[: len(found)],
        name="eps",
        chosen=clustering["eps"],
        span=(values[0], values[-1]),
        marked=bend,
        meta={"field": Id.CLUSTER_EPS, "complete": len(found) == len(values)},
    )
    said = _("Click a point to take that eps.")
    if bend is not None:
        said = _(
            "Click a point to take that eps. A good first try is the dotted line, {eps:g}, "
            "the knee of the distances between neighbours.",
            eps=bend,
        )
    return figure, _note(found, len(values), said)


def _curve(name: str, found: Summaries, value: Callable[[ClusterSummary], float | None]) -> Curve:
    return Curve(name, [None if one is None else value(one) for one in found])


def _summaries(
    services: Services, view: views.Selected, clusterings: list[Recipe], patience_s: float
) -> Summaries:
    """Of as many clusterings as there is time for; at least of one that was not known before."""
    found: Summaries = []
    until = time.monotonic() + patience_s
    for clustering in clusterings:
        try:
            found.append(views.summary_of(services, view.table, clustering))
        except UserError:
            found.append(None)  # so wide an eps, or so many segments, that it is refused
        if time.monotonic() > until:
            break
    return found


def _note(found: Summaries, count: int, said: str) -> str:
    if len(found) < count:
        return _("Trying {number} of {count} …", number=len(found), count=count)
    sample = next((one.silhouette_sample for one in found if one and one.silhouette_sample), None)
    if sample is None:
        return said
    return _(
        "{said} Silhouettes are measured on {count:,} segments drawn with seed {seed}.",
        said=said,
        count=sample,
        seed=SILHOUETTE_SEED,
    )
