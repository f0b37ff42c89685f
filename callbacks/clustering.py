"""Clustering the selected segments, and saying what came out (paper, Fig. 6 F and G).

The sidebar's fields say what is wanted; the browser writes it into one store, when Run is
pressed and, while the workspace Clusters is open, whenever a field changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, html, no_update

from analysis.cluster_identity import carried_colours, carried_names, continued, member_keys
from callbacks import views
from callbacks.cluster_view import LONGEST_NAME, numbered_name, result_items
from callbacks.services import Recipe, Services
from errors import UserError
from language import N_, _, translated
from layout.ids import Id, Store
from layout.parts import items
from layout.sidebar import cluster_hint

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

    @app.callback(
        *[Output(field, "hidden") for field in FIELDS],
        Input(Id.CLUSTER_METHOD, "value"),
        prevent_initial_call=True,  # callbacks.opening
    )
    def show_settings(method: str) -> list[bool]:
        return hidden_fields(method)

    app.clientside_callback(
        "window.dash_clientside.clusters.ask",
        Output(Store.CLUSTER_REQUEST, "data"),
        Input(Id.CLUSTER_RUN, "n_clicks"),
        Input(Store.WORKSPACE, "data"),
        Input(Id.CLUSTER_METHOD, "value"),
        Input(Id.CLUSTER_LINKAGE, "value"),
        Input(Id.CLUSTER_K, "value"),
        Input(Id.CLUSTER_SEED, "value"),
        Input(Id.CLUSTER_EPS, "value"),
        Input(Id.CLUSTER_MIN_SAMPLES, "value"),
        State(Store.SELECTION, "data"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Store.CLUSTERING, "data"),
        Output(Id.CLUSTER_RESULT, "data-items"),
        Output(Id.COLOR_BY, "value"),
        Input(Store.CLUSTER_REQUEST, "data"),
        Input(Store.CLUSTER_NAME, "data"),
        Input(Store.MAP, "data"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def run_clustering(
        request: dict[str, Any] | None,
        named: dict[str, Any] | None,
        shown: dict[str, Any],
        clustering: Recipe | None,
    ) -> tuple[Any, Any, Any]:
        if ctx.triggered_id == Store.CLUSTER_NAME and clustering and named:
            return *compute_naming(services, clustering, named), no_update
        if ctx.triggered_id == Store.MAP and still_holds(services, clustering, shown.get("map")):
            return no_update, no_update, no_update
        holds = still_holds(services, request, shown.get("map"))
        if ctx.triggered_id == Store.MAP or not request or not holds:
            return None, items([cluster_hint()]), no_update
        method = request["method"]
        settings = {name: request.get(name) for name in SETTINGS[method]}
        return compute_clustering(services, request["selection"], method, settings, clustering)


def hidden_fields(method: str) -> list[bool]:
    """Which of the fields do not belong to a method, in their order."""
    return [method not in methods for methods in FIELDS.values()]


def still_holds(services: Services, clustering: Recipe | None, map_id: str | None) -> bool:
    """Whether a map shows the very segments that were clustered on this or on another one."""
    if clustering is None:
        return False
    clustered_on = clustering["selection"].get("map")
    if clustered_on == map_id:
        return True
    before = services.collection.table(clustered_on)
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

#: What the sidebar calls the settings that are numbers.
_FIELDS = {
    "k": N_("Clusters"),
    "seed": N_("Seed"),
    "eps": "eps",
    "min_samples": N_("Min. samples"),
}


def compute_clustering(
    services: Services,
    recipe: Recipe,
    method: str,
    settings: dict[str, Any],
    previous: Recipe | None = None,
) -> tuple[Any, Any, Any]:
    """Cluster a selection; the clustering's recipe, the text, and what to colour by.

    Parameters
    ----------
    services : Services
    recipe : dict
        The selection.
    method : str
    settings : dict
        Of that method, or of all.
    previous : dict, optional
        The clustering on show, whose colours and names go on where its clusters do.
    """
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return no_update, _problem(_(views.NOTHING_SELECTED)), no_update
    chosen = {name: settings[name] for name in SETTINGS[method]}
    missing = [name for name, value in chosen.items() if value is None]
    if missing:
        sentence = _("Fill in {setting} with a number first.", setting=_(_FIELDS[missing[0]]))
        return no_update, _problem(sentence), no_update
    clustering = {"method": method, **chosen, "selection": recipe}
    try:
        views.labels_of(services, view.table, clustering)
    except UserError as problem:
        return no_update, _problem(translated(problem)), no_update
    if previous:
        clustering |= carried_looks(services, view, clustering, previous)
    return clustering, compute_result(services, view, clustering), "cluster"


def carried_looks(
    services: Services, view: views.Selected, clustering: Recipe, previous: Recipe
) -> Recipe:
    """Colours and names of a clustering, as like those of the previous one as can be."""
    labels = views.labels_of(services, view.table, clustering)
    before = views.labels_of(services, view.table, previous)
    partners, _ = continued(labels, before)
    used = views.cluster_colours(previous, int(before.max(initial=-1)) + 1)
    looks: Recipe = {"colours": carried_colours(partners, used)}
    names = carried_names(labels, before, previous.get("names") or {})
    return looks | ({"names": names} if names else {})


def compute_naming(
    services: Services, clustering: Recipe, named: dict[str, Any]
) -> tuple[Any, Any]:
    """The clustering with one cluster named, or its name taken away again; and the text."""
    view = selected_by(services, clustering)
    if view is None:
        return no_update, no_update
    labels = views.labels_of(services, view.table, clustering)
    keys = member_keys(labels)
    label = named.get("label")
    if not isinstance(label, int) or not 0 <= label < len(keys):
        return no_update, no_update
    names = dict(clustering.get("names") or {})
    name = " ".join(str(named.get("name") or "").split())[:LONGEST_NAME]
    names.pop(keys[label], None)
    if name and name != numbered_name(label):
        names[keys[label]] = name
    renamed = clustering | {"names": names}
    return renamed, compute_result(services, view, renamed)


def compute_result(services: Services, view: views.Selected, clustering: Recipe) -> str:
    """The result as text: sizes, agreement with the labels, silhouette, members."""
    summary = views.summary_of(services, view.table, clustering)
    colours = views.colouring(services, view.table, "cluster", clustering)
    return items(result_items(view, summary, colours))


def selected_by(services: Services, clustering: Recipe) -> views.Selected | None:
    """The segments that were clustered; None when their map is not there (any more)."""
    return views.selected(services, clustering["selection"])


def _problem(sentence: str) -> str:
    return items([html.P(sentence, className="problem")])
