"""The left column: filters, colouring, legend, clustering."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from language import _
from layout.dimension import BEST, choose_dimension
from layout.ids import Id
from layout.parts import attributes, dropdown, field, items
from layout.workspace import open_workspace

#: How the page is coloured, and would cluster, as it opens.
FIRST_COLOUR, FIRST_METHOD = "performer", "hierarchical"


def cluster_hint() -> html.P:
    """Stands where the result will be."""
    return html.P(
        _("Groups the selected segments by their 16 latent dimensions."), className="hint"
    )


def sidebar() -> html.Aside:
    """Everything that chooses what the panels show."""
    return html.Aside(
        [
            html.Section(
                [
                    _filter(_("Performer"), _("All performers"), Id.PERFORMER_FILTER),
                    _filter(_("Title"), _("All titles"), Id.PIECE_FILTER),
                    _filter(_("Instrument"), _("All instruments"), Id.INSTRUMENT_FILTER),
                ],
                className="side-block",
                **attributes(aria_label=_("Filters")),
            ),
            html.Section(
                [
                    field(
                        _("Colour by"),
                        dropdown(
                            id=Id.COLOR_BY,
                            options=[
                                {"label": _("Performer"), "value": "performer"},
                                {"label": _("Instrument"), "value": "instrument"},
                                {"label": _("Title"), "value": "piece"},
                                {"label": _("Cluster"), "value": "cluster"},
                                {"label": _("Neighbours kept"), "value": "kept"},
                            ],
                            value=FIRST_COLOUR,
                            clearable=False,
                            searchable=False,
                        ),
                    ),
                    html.Div(
                        dcc.Input(
                            id=Id.LEGEND_SEARCH,
                            type="search",
                            placeholder=_("Find a group"),
                            className="legend-search",
                        ),
                        className="legend-find",
                    ),
                    html.Div(id=Id.LEGEND, className="legend", role="list"),
                    open_workspace(
                        Id.MULTIPLES_WORKSPACE,
                        _("One map for each instrument"),
                        _("The map once for each instrument, side by side"),
                    ),
                    choose_dimension(
                        BEST,
                        _("What tells these groups apart?"),
                        title=_("The latent dimension that tells the coloured groups apart best"),
                        className="link-button",
                    ),
                ],
                className="side-block side-legend",
                **attributes(aria_label=_("Colour")),
            ),
            html.Section(
                _clustering(),
                className="side-block side-cluster",
                **attributes(aria_label=_("Clustering")),
            ),
        ],
        className="sidebar",
    )


def _filter(label: str, every: str, id: str) -> html.Div:
    return field(
        label,
        dropdown(
            id=id,
            options=[],
            value=[],
            multi=True,
            searchable=True,
            placeholder=every,
            maxHeight=320,
        ),
    )


def _clustering() -> list[Any]:
    return [
        html.Div(
            [
                field(
                    _("Clustering"),
                    dropdown(
                        id=Id.CLUSTER_METHOD,
                        options=[
                            {"label": _("Hierarchical"), "value": "hierarchical"},
                            {"label": "k-means", "value": "kmeans"},
                            {"label": "DBSCAN", "value": "dbscan"},
                        ],
                        value=FIRST_METHOD,
                        clearable=False,
                        searchable=False,
                    ),
                ),
                dbc.Button(_("Run"), id=Id.CLUSTER_RUN, className="primary", n_clicks=0),
            ],
            className="cluster-head",
        ),
        html.Div(
            [
                field(
                    _("Linkage"),
                    dropdown(
                        id=Id.CLUSTER_LINKAGE,
                        options=["ward", "complete", "average", "single"],
                        value="ward",
                        clearable=False,
                        searchable=False,
                    ),
                    id=Id.CLUSTER_LINKAGE_FIELD,
                ),
                _number(_("Clusters"), Id.CLUSTER_K, Id.CLUSTER_K_FIELD, value=2, min=1, step=1),
                _number(_("Seed"), Id.CLUSTER_SEED, Id.CLUSTER_SEED_FIELD, value=0, min=0, step=1),
                _number("eps", Id.CLUSTER_EPS, Id.CLUSTER_EPS_FIELD, value=0.5, min=0, step="any"),
                _number(
                    _("Min. samples"),
                    Id.CLUSTER_MIN_SAMPLES,
                    Id.CLUSTER_MIN_SAMPLES_FIELD,
                    value=5,
                    min=1,
                    step=1,
                ),
            ],
            className="cluster-settings",
        ),
        open_workspace(
            Id.CLUSTERS_WORKSPACE,
            _("Help me choose"),
            _("Try numbers of clusters, see what each would give, hear and name the clusters"),
        ),
        html.Div(
            id=Id.CLUSTER_RESULT,
            className="cluster-result",
            **attributes(aria_live="polite", data_items=items([cluster_hint()])),
        ),
    ]


def _number(
    label: str, id: str, field_id: str, *, value: float, min: float, step: float | str
) -> html.Div:
    return field(
        label,
        dcc.Input(id=id, type="number", value=value, min=min, step=step, className="number"),
        id=field_id,
    )
