"""A small map for each instrument, while its workspace is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks import views
from callbacks.services import Services
from figures.multiples import multiples_figure
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire the workspace; closed, a brush is not answered."""
    app.clientside_callback(
        "window.dash_clientside.multiples.view",
        Output(Store.MULTIPLES_VIEW, "data"),
        Input(Store.WORKSPACE, "data"),
        Input(Store.HIGHLIGHT, "data"),  # after the panels
        State(Store.SELECTION, "data"),
        State(Id.COLOR_BY, "value"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Id.MULTIPLES_GRAPH, "figure"),
        Input(Store.MULTIPLES_VIEW, "data"),
        prevent_initial_call=True,
    )
    def update(asked: Mapping[str, Any] | None) -> Any:
        return compute_multiples(services, asked) if asked else no_update


def compute_multiples(services: Services, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The figure for ``{"selection", "color_by", "clustering"}``."""
    view = views.selected(services, asked["selection"])
    if view is None:
        return views.nothing_figure(view)
    colours = views.colouring(services, view.table, asked["color_by"], asked["clustering"])
    return multiples_figure(view.table, colours, None if view.is_everything else view.rows)
