"""The Notes page: whose notes, in which key, on two linked maps (paper, Fig. 7 and T1).

The maps' links, marks and sounds are the browser's (``assets/js/notes.js``); the server
sends figures and, in a store, which note each point belongs to.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, ctx, html, no_update

from analysis.notes import QUESTIONS, Note, NoteMaps, NoteSource
from analysis.segments import COLUMNS_PER_SECOND
from analysis.solfege import TONICS, cents_off, pitch_name
from callbacks import views
from callbacks.media import media_path, scale_audio_path
from callbacks.services import NoteRequest, NotesState, Recipe, Services
from figures.notes import instrument_rows, note_map_figure
from figures.palette import SYMBOL_TEXTS, categorical
from figures.style import clock, message_figure
from layout.ids import Id, Store
from layout.notes import DEMO_SCALES, SELECTION

#: Recordings that the selector offers at once; typing narrows them.
SHOWN_RECORDINGS = 200
#: The shortest sound that a click plays, and the longest, seconds.
SHORTEST_S, LONGEST_S = 0.25, 1.5


@dataclass(frozen=True)
class Page:
    """Everything that the server writes on the page, in the order of the outputs."""

    samples: Any
    latents: Any
    samples_figures: Any
    latents_figures: Any
    legend: Any
    facts: Any
    store: Any
    idle: bool

    def outputs(self) -> tuple[Any, ...]:
        """As the callback returns them."""
        return tuple(vars(self).values())


def register(app: Dash, services: Services) -> None:
    """Wire the page; the page store holds the name of the one on show."""

    @app.callback(
        Output(Id.NOTES_SAMPLES_GRAPH, "figure"),
        Output(Id.NOTES_LATENTS_GRAPH, "figure"),
        Output(Id.NOTES_SAMPLES_FIGURES, "children"),
        Output(Id.NOTES_LATENTS_FIGURES, "children"),
        Output(Id.NOTES_LEGEND, "children"),
        Output(Id.NOTES_FACTS, "children"),
        Output(Store.NOTES, "data"),
        Output(Id.NOTES_INTERVAL, "disabled"),
        Input(Store.PAGE, "data"),
        Input(Id.NOTES_SOURCE, "value"),
        Input(Store.NOTES_KEYS, "data"),
        Input(Id.NOTES_INTERVAL, "n_intervals"),
        Input(Store.MAP, "data"),
        # Made on the Explore page: opening this one is soon enough to ask for it.
        State(Store.SELECTION, "data"),
        State(Store.NOTES, "data"),
    )
    def update_notes(
        page: str,
        source: str,
        keys: Mapping[str, int] | None,
        _: int,
        __: Any,
        recipe: Recipe,
        shown: Mapping[str, Any] | None,
    ) -> tuple[Any, ...]:
        if page != "notes":
            return (*[no_update] * 7, True)
        # What the person asked for is answered even when it changes nothing.
        asked = {Id.NOTES_SOURCE, Store.NOTES_KEYS} & set(ctx.triggered_prop_ids.values())
        known = {} if asked else shown or {}
        found = compute_notes(services, source, keys or {}, recipe, known.get("token"))
        return (still_waiting(found) if known.get("busy") else found).outputs()

    @app.callback(
        Output(Id.NOTES_SOURCE, "options"),
        Input(Store.PAGE, "data"),
        Input(Store.MAP, "data"),
        Input(Id.NOTES_SOURCE, "search_value"),
        State(Id.NOTES_SOURCE, "value"),
    )
    def update_sources(page: str, _: Any, search: str | None, chosen: str) -> Any:
        return compute_sources(services, search or "", chosen) if page == "notes" else no_update

    app.clientside_callback(
        "window.dash_clientside.notes.receive",
        Output(Id.NOTES_STATUS, "children"),
        Input(Id.NOTES_SOURCE, "value"),
        Input(Store.NOTES_KEYS, "data"),
        Input(Store.NOTES, "data"),
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
            "label": f"{scales.name} ({scales.notes:,} notes)" if scales.notes else scales.name,
            "value": f"scales:{scales.id}",
        }
        for scales in services.collection.scales()
    ]
    options.append({"label": "Selection of the Explore page", "value": SELECTION})
    words = search.casefold().split()
    for row in services.collection.recordings():
        if row.state != "ready":
            continue
        option = {
            "label": f"{row.title} · {row.performer} · {row.instrument}",
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
        return _nothing(NotesState(None, request))
    state = services.collection.notes(request)
    if state.maps is None:
        return _nothing(state)
    maps = state.maps
    tonics = [_tonic(origin, keys) for origin in maps.sources]
    token = f"{zlib.crc32(maps.latents.tobytes()):08x} {tonics}"
    if token == shown:
        same = no_update
        return Page(same, same, same, same, same, same, same, idle=True)
    names = [_name(maps, note, tonics[note.source]) for note in maps.notes]
    return _page(maps, names, tonics, keys, token, request)


def still_waiting(page: Page) -> Page:
    """The same page for a browser that waits already: empty maps are not sent again."""
    if page.store is no_update or not page.store.get("busy"):
        return page
    same = no_update
    return Page(same, same, same, same, same, same, page.store, page.idle)


def request_of(services: Services, source: str, recipe: Recipe) -> NoteRequest | str:
    """Whose notes are meant; a sentence where there are none."""
    kind, _, name = (source or DEMO_SCALES).partition(":")
    if kind == "scales":
        return NoteRequest(scales=name)
    if kind == "recording" and name.isdecimal():
        return NoteRequest(recordings=((int(name), None),))
    view = views.selected(services, recipe)
    if view is None:
        return "The library has no recordings yet: import a folder, then choose again."
    if not len(view.rows):
        return "Nothing is selected on the Explore page: select some segments there first."
    table = view.table
    chosen = []
    for index in np.unique(table.recording_index[view.rows]):
        rows = view.rows[table.recording_index[view.rows] == index]
        starts = None if view.is_everything else tuple(table.start_s[rows].tolist())
        chosen.append((table.recordings[index].id, starts))
    return NoteRequest(recordings=tuple(chosen))


def _nothing(state: NotesState) -> Page:
    """Empty maps; the sentence says why, and what to do."""
    store = {"status": state.sentence, "busy": state.busy}
    reason = message_figure("" if state.busy else state.sentence)
    return Page(reason, message_figure(""), [], [], [], [], store, idle=not state.busy)


def _page(
    maps: NoteMaps,
    names: list[str],
    tonics: list[int | None],
    keys: Mapping[str, int],
    token: str,
    request: NoteRequest,
) -> Page:
    notes = maps.notes
    of_column = [notes[index] for index in maps.note.tolist()]
    labels = [names[index] for index in maps.note.tolist()]
    loudness = [note.loudness for note in of_column]
    instruments = [note.instrument for note in of_column]
    cents = [_cents(maps, note, tonics[note.source]) for note in notes]
    remarks = [cents[index] for index in maps.note.tolist()]
    times = maps.column / COLUMNS_PER_SECOND
    details = [
        _place(maps, note, time) for note, time in zip(of_column, times.tolist(), strict=True)
    ]
    samples, latents = (
        note_map_figure(positions, labels, loudness, instruments, remarks, details)
        for positions in (maps.samples, maps.latents)
    )
    by_instrument = instrument_rows(instruments)
    store = {
        "token": token,
        "status": "",
        "busy": False,
        "rows": [rows.tolist() for _, rows in by_instrument],
        "note": maps.note.tolist(),
        "time": times.tolist(),
        "notes": {
            "name": names,
            "instrument": [note.instrument for note in notes],
            "loudness": [note.loudness for note in notes],
            "start": [note.start_s for note in notes],
            "end": [note.end_s for note in notes],
            "source": [note.source for note in notes],
        },
        "audio": _audio(maps, request),
        "sources": [
            {"digest": origin.digest, "title": _title(origin), "tonic": origin.tonic}
            for origin in maps.sources
        ],
        "tonics": TONICS,
        "sound": {"shortest": SHORTEST_S, "longest": LONGEST_S},
    }
    return Page(
        samples,
        latents,
        _figures(maps.figures["samples"], maps.figures["latents"]),
        _figures(maps.figures["latents"], maps.figures["samples"]),
        _legend([name for name, _ in by_instrument]),
        _facts(maps, tonics, keys),
        store,
        idle=True,
    )


def _tonic(origin: NoteSource, keys: Mapping[str, int]) -> int | None:
    """Do of a recording: as it was chosen, else as it was estimated; None for known names."""
    chosen = keys.get(origin.digest)
    if origin.tonic is None or chosen not in range(len(TONICS)):
        return origin.tonic
    return chosen


def _name(maps: NoteMaps, note: Note, tonic: int | None) -> str:
    """The note's name, in its recording's key where the pitch was estimated."""
    if tonic is None:
        return note.name
    return pitch_name(round(_in_tune(maps, note)), tonic)


def _cents(maps: NoteMaps, note: Note, tonic: int | None) -> str:
    """How far the note is off, for its card; nothing for Fa and Ti, and for known names."""
    cents = None if tonic is None else cents_off(_in_tune(maps, note), tonic)
    return "" if cents is None else f"{_signed(cents)} cents"


def _in_tune(maps: NoteMaps, note: Note) -> float:
    return note.pitch - maps.sources[note.source].tuning_cents / 100


def _place(maps: NoteMaps, note: Note, time_s: float) -> str:
    origin = maps.sources[note.source]
    return f"{origin.title}, {clock(time_s)}" if origin.recording is not None else ""


def _title(origin: NoteSource) -> str:
    return f"{origin.title} · {origin.performer}" if origin.performer else origin.title


def _audio(maps: NoteMaps, request: NoteRequest) -> list[str]:
    return [
        scale_audio_path(request.scales, index)
        if origin.recording is None
        else f"{media_path(origin.recording)}/audio"
        for index, origin in enumerate(maps.sources)
    ]


def _figures(own: Mapping[str, Any], other: Mapping[str, Any]) -> html.Dl:
    """Trustworthiness and T1's figures of one map; what is better than on the other is bold."""
    entries = [_entry("trustworthiness", own["trustworthiness"], other["trustworthiness"], None)]
    for question in QUESTIONS:
        accuracy = own[question]["accuracy"]
        entries.append(
            _entry(question, accuracy, other[question]["accuracy"], own[question]["chance"])
        )
    return html.Dl(entries)


_MEANING = {
    "trustworthiness": "How far neighbours on this map are neighbours among the numbers it shows",
    "pitch": "Share of columns whose 5 nearest columns of other notes have their pitch",
    "pitch across instruments": "The same, with neighbours from other instruments only",
    "loudness": "Share of columns whose 5 nearest columns of other notes are as loud",
    "instrument": "Share of columns whose 5 nearest columns of other notes have their instrument",
}


def _entry(name: str, value: float | None, other: float | None, chance: float | None) -> html.Div:
    if value is None:
        text = [html.Dd("–")]
        meaning = f"{_MEANING[name]}: these notes do not allow it."
    else:
        better = other is not None and round(value, 3) > round(other, 3)
        text = [html.Dd(f"{value:.3f}", className="better" if better else "")]
        meaning = f"{_MEANING[name]}."
        if chance is not None:
            text.append(html.Dd(f"chance {chance:.2f}", className="chance"))
    return html.Div([html.Dt(name), *text], title=meaning)


def _legend(instruments: list[str]) -> list[html.Span]:
    colours = categorical(len(instruments))
    return [
        html.Span(
            [
                html.Span(
                    SYMBOL_TEXTS[code % len(SYMBOL_TEXTS)],
                    className="symbol",
                    style={"color": colours[code]},
                ),
                name,
            ],
            role="listitem",
        )
        for code, name in enumerate(instruments)
    ]


def _facts(maps: NoteMaps, tonics: list[int | None], keys: Mapping[str, int]) -> str:
    """Key and tuning of one recording, and how much is shown."""
    parts = []
    first = maps.sources[0]
    if len(maps.sources) == 1 and (tonic := tonics[0]) is not None:
        how = "chosen" if first.digest in keys else "estimated"
        parts.append(f"1 = {TONICS[tonic]} ({how})")
        cents = round(first.tuning_cents)
        hertz = 440 * 2 ** (first.tuning_cents / 1200)
        parts.append(f"A = {hertz:.0f} Hz ({_signed(cents)} cents)")
    elif first.recording is not None:
        parts.append(f"{len(maps.sources)} recordings, each in its own key and tuning")
    parts.append(maps.remark or f"{len(maps.notes):,} notes")
    return " · ".join(parts)


def _signed(cents: int) -> str:
    return f"{cents:+d}".replace("-", "−")
