"""The frame: what the collection is doing, which page is on show, theme and help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, State, html, no_update

from callbacks.encoders import (
    compute_encoders,
    follow,
    projection_asked,
    projection_shown,
    values_of,
)
from callbacks.services import Services, Status
from language import ngettext, translated
from layout.ids import Id, Store
from layout.maps import OWN
from layout.opening import ASLEEP_MS, BUSY_MS, Opening
from layout.projection import FIRST

#: What chooses the map beside its encoder.
CONTROLS = (FIRST.method, *FIRST.settings.values())

#: Whether each page is on show that is filled when it is opened.
FILLED = (Store.NOTES_PAGE, Store.EVALUATE_PAGE, Store.LIBRARY_PAGE)


def register(app: Dash, services: Services) -> None:
    """Wire the frame."""

    @app.callback(
        Output(Store.MAP, "data"),
        Output(Store.MAP_SKETCH, "data"),
        Output(Id.MAP_ENCODER, "value"),
        *[Output(control, "value") for control in CONTROLS],
        Output(Id.MAP_ENCODER_WORK, "children"),
        Output(Id.MAP_ENCODER_PROBLEM, "children"),
        Output(Id.MAP_EMPTY, "children"),
        Output(Id.STATUS_INTERVAL, "interval"),
        Output(Id.PAGE_COUNT, "children"),
        Output(Id.MAP_AGAIN, "disabled"),
        Input(Id.STATUS_INTERVAL, "n_intervals"),
        Input(Id.MAP_ENCODER, "value"),
        *[Input(control, "value") for control in CONTROLS],
        State(Store.MAP, "data"),
        State(Store.MAP_SKETCH, "data"),
        State(Id.MAP_ENCODER_WORK, "children"),
        State(Id.MAP_ENCODER_PROBLEM, "children"),
        State(Id.MAP_EMPTY, "children"),
        State(Id.STATUS_INTERVAL, "interval"),
        State(Id.PAGE_COUNT, "children"),
        State(Id.MAP_AGAIN, "disabled"),
        prevent_initial_call=True,  # the page opens with what this would bring
    )
    def update_status(_: int, asked: str | None, *rest: Any) -> tuple[Any, ...]:
        count = len(CONTROLS)
        values, (shown, *before) = rest[:count], rest[count:]
        found = compute_status(services, asked, values, shown)
        sketch, *words = only_changed(found.words, before)
        return found.shown, sketch, found.asked, *found.controls, *words

    app.clientside_callback(
        "window.dash_clientside.page.kept",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.MAP_ENCODER, "value"),
        *[Input(control, "value") for control in CONTROLS],
        State(Store.MAP, "data"),
        prevent_initial_call="initial_duplicate",
    )
    app.clientside_callback(
        "window.dash_clientside.page.show",
        Output(Store.PAGE, "data"),
        *[Output(store, "data") for store in FILLED],
        Input(Id.PAGE_LOCATION, "pathname"),
        *[State(store, "data") for store in FILLED],
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
    found = compute_status(services, OWN, (None,) * len(CONTROLS), {})
    shown = {} if found.shown is no_update else found.shown
    return Opening(
        encoders=compute_encoders(services.collection.encoders()),
        shown=shown,
        projection=projection_shown(shown),
        waiting=found.words.waiting,
        interval=found.words.interval,
        count=found.words.holds,
        takes_folders=services.jobs.may_import_folders,
    )


class Words(NamedTuple):
    """What the page says of the map on show and of what goes on.

    Attributes
    ----------
    sketch : dict or None
        What is to be seen of the map that was asked for, as :class:`callbacks.encoders.Followed`
        names it.
    work, problem : components or no_update
        What is being done for it; what went wrong.
    waiting : components or None
        Stands in the map's place while there is none.
    interval : int
        When to ask again, in milliseconds.
    holds : str
        How many recordings and segments the library holds, and what goes on.
    again : bool
        Whether the map on show is being computed again.
    """

    sketch: dict[str, Any] | None
    work: Any
    problem: Any
    waiting: Any
    interval: int
    holds: str
    again: bool


class Found(NamedTuple):
    """What there is to show.

    Attributes
    ----------
    shown : dict or no_update
        A map that is not the one on show.
    asked, controls
        What the drop-downs and settings go back to.
    words : Words
    """

    shown: Any
    asked: Any
    controls: Sequence[Any]
    words: Words


def compute_status(
    services: Services, asked: str | None, values: Sequence[Any], shown: Mapping[str, Any]
) -> Found:
    """The map to show when it is not the one on show, what keeps it waiting, and the count.

    Parameters
    ----------
    services : Services
    asked : str or None
        The encoder that was chosen on this page.
    values : sequence
        Method and settings of the map that were chosen; None for those of the library's own map.
    shown : mapping
        What the map's store holds; empty at first.
    """
    wanted, wrong = projection_asked(values, shown)
    found = follow(services, asked, wanted, shown)
    library = services.collection.status()
    first = found.shown
    if first is no_update and not shown.get("map"):
        # The choice of an earlier visit is being prepared: meanwhile the library's own map.
        first = follow(services, OWN, None, shown).shown
    again = services.jobs.remaps(shown.get("map"))
    interval = BUSY_MS if found.busy or library.busy or again else ASLEEP_MS
    waiting = _waiting(library) if library.map_id is None else None
    count = _count(services, library) if library.map_id else ""
    controls = found.controls
    if None in values and wanted is not None:  # an empty field says what it falls back on
        controls = values_of(wanted)
    problem = wrong or found.problem
    words = Words(found.sketch, found.work, problem, waiting, interval, count, again)
    return Found(first, found.asked, controls, words)


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
    recordings = ngettext("1 recording", "{count:,} recordings", len(table.recordings))
    text = f"{recordings} · {ngettext('1 segment', '{count:,} segments', len(table))}"
    said = translated(status.sentence)
    return f"{text} · {said}" if status.busy and said else text


def _waiting(status: Status) -> html.Div:
    parts: list[Any] = [html.P(translated(status.sentence))]
    if status.progress is not None:
        parts.append(dbc.Progress(value=100 * status.progress, className="mt-3"))
    return html.Div(parts, className="waiting")
