"""The one writer of the selection, and the filters' options."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State

from callbacks.services import Services
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire everything that selects."""
    app.clientside_callback(
        "window.dash_clientside.selection.write",
        Output(Store.SELECTION, "data"),
        Output(Id.PERFORMER_FILTER, "value"),
        Output(Id.PIECE_FILTER, "value"),
        Output(Id.INSTRUMENT_FILTER, "value"),
        Input(Store.MAP, "data"),
        Input(Id.MAP_GRAPH, "selectedData"),
        Input(Id.SECOND_GRAPH, "selectedData"),
        Input(Id.PERFORMER_FILTER, "value"),
        Input(Id.PIECE_FILTER, "value"),
        Input(Id.INSTRUMENT_FILTER, "value"),
        Input(Id.PARALLEL_GRAPH, "restyleData"),
        Input(Id.SELECTION_CLEAR, "n_clicks"),
        State(Store.SECOND, "data"),
        State(Store.SELECTION, "data"),
    )

    @app.callback(
        Output(Id.PERFORMER_FILTER, "options"),
        Output(Id.PIECE_FILTER, "options"),
        Output(Id.INSTRUMENT_FILTER, "options"),
        Input(Store.MAP, "data"),
    )
    def update_filters(shown: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
        return compute_filters(services, shown.get("map"))


def compute_filters(
    services: Services, map_id: str | None
) -> tuple[list[str], list[str], list[str]]:
    """Performers, titles and instruments there are."""
    table = services.collection.table(map_id)
    if table is None:
        return [], [], []
    performers, titles, instruments = (
        list(table.labels(name)[1]) for name in ("performer", "title", "instrument")
    )
    return performers, titles, instruments
