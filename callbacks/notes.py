"""The Notes page: whose notes, in which key, on two linked maps (paper, Fig. 7 and T1).

The maps' links, marks and sounds are the browser's (``assets/js/notes.js``); the server
sends figures and, in a store, which note each point belongs to.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, no_update

from callbacks import views
from callbacks.encoders import name_of as encoder_name
from callbacks.notes_view import Page, name_of, nothing_page, page_of, tonic_of
from callbacks.services import NoteRequest, NotesState, Recipe, Services
from language import _
from language.instruments import instrument_label
from layout.ids import Id, Store
from layout.notes import DEMO_SCALES, SELECTION

#: Recordings that the selector offers at once; typing narrows them.
SHOWN_RECORDINGS = 200


def register(app: Dash, services: Services) -> None:
    """Wire the page, which is filled while it is on show."""

    @app.callback(
        Output(Id.NOTES_SAMPLES_GRAPH, "figure"),
        Output(Id.NOTES_LATENTS_GRAPH, "figure"),
        Output(Id.NOTES_SAMPLES_FIGURES, "children"),
        Output(Id.NOTES_LATENTS_FIGURES, "children"),
        Output(Id.NOTES_LEGEND, "children"),
        Output(Id.NOTES_FACTS, "children"),
        Output(Store.NOTES, "data"),
        Output(Id.NOTES_INTERVAL, "disabled"),
        Input(Store.NOTES_PAGE, "data"),
        Input(Id.NOTES_SOURCE, "value"),
        Input(Store.NOTES_KEYS, "data"),
        Input(Id.NOTES_INTERVAL, "n_intervals"),
        Input(Store.MAP, "data"),
        # Made on the Explore page: opening this one is soon enough to ask for it.
        State(Store.SELECTION, "data"),
        State(Store.NOTES, "data"),
        prevent_initial_call=True,
    )
    def update_notes(
        shows: bool | None,
        source: str,
        keys: Mapping[str, int] | None,
        _: int,
        __: Any,
        recipe: Recipe,
        shown: Mapping[str, Any] | None,
    ) -> tuple[Any, ...]:
        if not shows:
            return (*[no_update] * 7, True)
        # What the person asked for is answered even when it changes nothing.
        asked = {Id.NOTES_SOURCE, Store.NOTES_KEYS} & set(ctx.triggered_prop_ids.values())
        known = {} if asked else shown or {}
        found = compute_notes(services, source, keys or {}, recipe, known.get("token"))
        return (still_waiting(found) if known.get("busy") else found).outputs()

    @app.callback(
        Output(Id.NOTES_SOURCE, "options"),
        Input(Store.NOTES_PAGE, "data"),
        Input(Store.MAP, "data"),
        Input(Id.NOTES_SOURCE, "search_value"),
        State(Id.NOTES_SOURCE, "value"),
        prevent_initial_call=True,
    )
    def update_sources(shows: bool | None, _: Any, search: str | None, chosen: str) -> Any:
        return compute_sources(services, search or "", chosen) if shows else no_update

    app.clientside_callback(
        "window.dash_clientside.notes.receive",
        Output(Id.NOTES_STATUS, "children"),
        Input(Id.NOTES_SOURCE, "value"),
        Input(Store.NOTES_KEYS, "data"),
        Input(Store.NOTES, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "window.dash_clientside.notes.offerKeys",
        Output(Id.NOTES_KEY_RECORDING, "options"),
        Output(Id.NOTES_KEY_RECORDING, "value"),
        Output(Id.NOTES_KEY_RECORDING_FIELD, "hidden"),
        Output(Id.NOTES_KEY, "options"),
        Output(Id.NOTES_KEY, "value"),
        Output(Id.NOTES_KEY_FIELD, "hidden"),
        Input(Store.NOTES, "data"),
        Input(Id.NOTES_KEY_RECORDING, "value"),
        State(Store.NOTES_KEYS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "window.dash_clientside.notes.chooseKey",
        Output(Store.NOTES_KEYS, "data"),
        Input(Id.NOTES_KEY, "value"),
        State(Id.NOTES_KEY_RECORDING, "value"),
        State(Store.NOTES_KEYS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "window.dash_clientside.notes.tool",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Id.NOTES_BOX, "n_clicks"),
        Input(Id.NOTES_PAN, "n_clicks"),
        Input(Id.NOTES_HOME, "n_clicks"),
        prevent_initial_call=True,
    )


def compute_sources(services: Services, search: str, chosen: str) -> list[dict[str, str]]:
    """What the selector offers: scales, the selection, and recordings that match the search."""
    options = [
        {
            "label": _("{name} ({count:,} notes)", name=_(scales.name), count=scales.notes)
            if scales.notes
            else _(scales.name),
            "value": f"scales:{scales.id}",
        }
        for scales in services.notes.scales()
    ]
    options.append({"label": _("Selection of the Explore page"), "value": SELECTION})
    words = search.casefold().split()
    for row in services.collection.recordings():
        if row.state != "ready":
            continue
        option = {
            "label": f"{row.title} · {row.performer} · {instrument_label(row.instrument)}",
            "value": f"recording:{row.id}",
        }
        found = all(word in option["label"].casefold() for word in words)
        if option["value"] == chosen or (found and len(options) < SHOWN_RECORDINGS):
            options.append(option)
    return options


def compute_notes(
    services: Services,
    source: str,
    keys: Mapping[str, int],
    recipe: Recipe,
    shown: str | None = None,
) -> Page:
    """Both note maps and what is under them, or a sentence while they are being computed.

    Parameters
    ----------
    services : Services
    source : str
        ``"scales:<id>"``, ``"recording:<id>"`` or ``"selection"``.
    keys : mapping
        Pitch class of do that was chosen for a recording, by the recording's digest.
    recipe : dict
        The selection of the Explore page.
    shown : str, optional
        Token of what is on show: where it would be the same again, nothing is sent.
    """
    request = request_of(services, source, recipe)
    if isinstance(request, str):
        return nothing_page(NotesState(None, request))
    state = services.notes.notes(request)
    if state.maps is None:
        return nothing_page(state)
    maps = state.maps
    tonics = [tonic_of(origin, keys) for origin in maps.sources]
    token = f"{zlib.crc32(maps.latents.tobytes()):08x} {tonics}"
    if token == shown:
        same = no_update
        return Page(same, same, same, same, same, same, same, idle=True)
    names = [name_of(maps, note, tonics[note.source]) for note in maps.notes]
    rows = services.collection.encoders()
    encoder = next((encoder_name(rows, row.id) for row in rows if row.own), "")
    return page_of(maps, names, tonics, keys, token, request, encoder)


def still_waiting(page: Page) -> Page:
    """The same page for a browser that waits already: empty maps are not sent again."""
    if page.store is no_update or not page.store.get("busy"):
        return page
    same = no_update
    return Page(same, same, same, same, same, same, page.store, page.idle)


def request_of(services: Services, source: str, recipe: Recipe) -> NoteRequest | str:
    """Whose notes are meant; a sentence where there are none."""
    kind, __, name = (source or DEMO_SCALES).partition(":")
    if kind == "scales":
        return NoteRequest(scales=name)
    if kind == "recording" and name.isdecimal():
        return NoteRequest(recordings=((int(name), None),))
    view = views.selected(services, recipe)
    if view is None:
        return _("The library has no recordings yet: import a folder, then choose again.")
    if not len(view.rows):
        return _("Nothing is selected on the Explore page: select some segments there first.")
    table = view.table
    chosen = []
    for index in np.unique(table.recording_index[view.rows]):
        rows = view.rows[table.recording_index[view.rows] == index]
        starts = None if view.is_everything else tuple(table.start_s[rows].tolist())
        chosen.append((table.recordings[index].id, starts))
    return NoteRequest(recordings=tuple(chosen))
