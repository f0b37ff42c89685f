"""A map that was extended says so, and offers to be computed again."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from callbacks.services import Services
from language import _
from layout.ids import Id, Store
from layout.opening import BUSY_MS


def register(app: Dash, services: Services) -> None:
    """Wire the words beside the map's settings, which are a button."""

    @app.callback(
        Output(Id.MAP_AGAIN, "children"),
        Output(Id.MAP_AGAIN, "title"),
        Input(Store.MAP, "data"),
        prevent_initial_call=True,  # the page opens with them
    )
    def update_extended(shown: dict[str, Any]) -> tuple[Any, str]:
        return compute_extended(services, shown.get("map"))

    @app.callback(
        Output(Id.MAP_AGAIN, "disabled", allow_duplicate=True),
        Output(Id.STATUS_INTERVAL, "interval", allow_duplicate=True),
        Input(Id.MAP_AGAIN, "n_clicks"),
        State(Store.MAP, "data"),
        prevent_initial_call=True,
    )
    def update_computation(clicks: int | None, shown: dict[str, Any]) -> tuple[Any, Any]:
        if not clicks or not shown.get("map"):
            return no_update, no_update
        services.jobs.remap(shown["map"])
        return True, BUSY_MS  # from now on the status says how far it is


def compute_extended(services: Services, map_id: str | None) -> tuple[Any, str]:
    """How much was placed on the map on show after it was computed, and what that means.

    Returns
    -------
    children : component or None
        None where nothing was.
    title : str
    """
    table = services.collection.table(map_id)
    if table is None or not table.placed:
        return None, ""
    placed, count = table.placed, len(table)
    title = _(
        "{placed:,} of these {count:,} segments were added to the collection after this map was "
        "computed. They were placed among the others, which stand where they were. A map that is "
        "computed again may look different; it is everybody’s.",
        placed=placed,
        count=count,
    )
    said = [
        html.Span(_("{placed:,} placed since", placed=placed), className="only-wide"),
        html.Span(f"+{placed:,}", className="only-narrow"),
        " · ",
        html.Span(_("Compute again"), className="enabled"),
        html.Span(_("Computing …"), className="disabled"),
    ]
    return said, title
