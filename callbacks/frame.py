"""The frame: what the collection is doing, which page is on show, theme and help."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, html, no_update

from callbacks.services import Services, Status
from layout.ids import Id, Store

#: How often the page asks whether there is a new map, in milliseconds.
BUSY_INTERVAL, IDLE_INTERVAL = 700, 10_000


def register(app: Dash, services: Services) -> None:
    """Wire the frame."""

    @app.callback(
        Output(Store.MAP, "data"),
        Output(Id.MAP_EMPTY, "children"),
        Output(Id.STATUS_INTERVAL, "interval"),
        Output(Id.PAGE_COUNT, "children"),
        Input(Id.STATUS_INTERVAL, "n_intervals"),
        State(Store.MAP, "data"),
    )
    def update_status(_: int, shown: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
        return compute_status(services, shown.get("map"))

    app.clientside_callback(
        "window.dash_clientside.page.show",
        Output(Store.PAGE, "data"),
        Input(Id.PAGE_LOCATION, "pathname"),
    )
    for name, button in (("theme", Id.PAGE_THEME), ("help", Id.PAGE_HELP)):
        app.clientside_callback(
            f"window.dash_clientside.page.{name}",
            Output(Store.PAGE, "data", allow_duplicate=True),
            Input(button, "n_clicks"),
            prevent_initial_call=True,
        )


def compute_status(services: Services, shown: str | None) -> tuple[Any, Any, Any, Any]:
    """The newest map when it is not the one on show, or a sentence while there is none."""
    status = services.collection.status()
    interval = BUSY_INTERVAL if status.busy else IDLE_INTERVAL
    if status.map_id is None:
        return no_update, _waiting(status), interval, ""
    count = _count(services, status)
    if status.map_id == shown:
        return no_update, None, interval, count
    return {"map": status.map_id}, None, interval, count


def _count(services: Services, status: Status) -> str:
    table = services.collection.table(status.map_id)
    if table is None:
        return ""
    text = f"{len(table.recordings):,} recordings · {len(table):,} segments"
    return f"{text} · {status.sentence}" if status.busy and status.sentence else text


def _waiting(status: Status) -> html.Div:
    parts: list[Any] = [html.P(status.sentence)]
    if status.progress is not None:
        parts.append(dbc.Progress(value=100 * status.progress, className="mt-3"))
    return html.Div(parts, className="waiting")
