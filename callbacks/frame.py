"""The frame: what the collection is doing, which page is on show, theme and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, html, no_update

from callbacks.encoders import compute_encoders, follow
from callbacks.services import Services, Status
from layout.ids import Id, Store
from layout.maps import OWN
from layout.opening import BUSY_MS, IDLE_MS, Opening


def register(app: Dash, services: Services) -> None:
    """Wire the frame."""

    @app.callback(
        Output(Store.MAP, "data"),
        Output(Id.MAP_ENCODER, "value"),
        Output(Id.MAP_ENCODER_WORK, "children"),
        Output(Id.MAP_ENCODER_PROBLEM, "children"),
        Output(Id.MAP_EMPTY, "children"),
        Output(Id.STATUS_INTERVAL, "interval"),
        Output(Id.PAGE_COUNT, "children"),
        Input(Id.STATUS_INTERVAL, "n_intervals"),
        Input(Id.MAP_ENCODER, "value"),
        State(Store.MAP, "data"),
        State(Id.MAP_ENCODER_WORK, "children"),
        State(Id.MAP_ENCODER_PROBLEM, "children"),
        State(Id.MAP_EMPTY, "children"),
        State(Id.STATUS_INTERVAL, "interval"),
        State(Id.PAGE_COUNT, "children"),
        prevent_initial_call=True,  # the page opens with what this would bring
    )
    def update_status(
        _: int, asked: str | None, shown: dict[str, Any], *before: Any
    ) -> tuple[Any, ...]:
        found, back, *words = compute_status(services, asked, shown)
        return found, back, *only_changed(words, before)

    app.clientside_callback(
        "window.dash_clientside.page.kept",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.MAP_ENCODER, "value"),
        prevent_initial_call="initial_duplicate",
    )
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


def compute_opening(services: Services) -> Opening:
    """What the page shows from its first moment: the library's own map."""
    shown, _, _, _, waiting, interval, count = compute_status(services, OWN, {})
    return Opening(
        encoders=compute_encoders(services.collection.encoders()),
        shown={} if shown is no_update else shown,
        waiting=waiting,
        interval=interval,
        count=count,
    )


def compute_status(
    services: Services, asked: str | None, shown: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The map to show when it is not the one on show, what keeps it waiting, and the count.

    Parameters
    ----------
    services : Services
    asked : str or None
        The encoder that was chosen on this page.
    shown : mapping
        What the map's store holds; empty at first.
    """
    found = follow(services, asked, shown)
    library = services.collection.status()
    first = found.shown
    if first is no_update and not shown.get("map"):
        # The choice of an earlier visit is being prepared: meanwhile the library's own map.
        first = follow(services, OWN, shown).shown
    interval = BUSY_MS if found.busy or library.busy else IDLE_MS
    waiting = _waiting(library) if library.map_id is None else None
    return (
        first,
        found.asked,
        found.work,
        found.problem,
        waiting,
        interval,
        _count(services, library) if library.map_id else "",
    )


def only_changed(values: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    """What differs from what the page shows: drawing the same again could hold a brush up."""
    return [
        no_update if (value or None) == (old or None) else value
        for value, old in zip(values, before, strict=True)
    ]


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
