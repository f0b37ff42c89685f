"""The form of a recording: its similarity matrix, sections, and passages that return (T3).

While the workspace is closed nothing here listens to a brush: the browser says what it was
opened on (``assets/js/form.js``), and from then on only its own controls ask for anything.
"""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from dash import Dash, Input, Output, State, html, no_update
from numpy.typing import NDArray

from analysis.form import Form, form_of
from analysis.segments import SegmentTable
from analysis.structure import SHORTEST_REPEAT_S, WINDOW_S, Repeat
from callbacks import views
from callbacks.player import heard
from callbacks.services import Recipe, Services, WindowsState
from figures.form import form_caption, form_figure
from figures.style import clock, message_figure
from language import _, translated
from language.instruments import instrument_label
from layout.ids import Id, Store
from layout.parts import attributes, items


def register(app: Dash, services: Services) -> None:
    """Wire the workspace."""
    app.clientside_callback(
        "window.dash_clientside.form.opened",
        Output(Store.FORM_OPENED, "data"),
        Input(Store.WORKSPACE, "data"),
        Input(Store.MAP, "data"),
        State(Store.SELECTION, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Id.FORM_RECORDING, "options"),
        Output(Id.FORM_OTHER, "options"),
        Output(Id.FORM_RECORDING, "value"),
        Output(Id.FORM_OTHER, "value"),
        Output(Store.FORM, "data"),
        Input(Store.FORM_OPENED, "data"),
        State(Id.FORM_RECORDING, "value"),
        State(Id.FORM_OTHER, "value"),
        prevent_initial_call=True,
    )
    def offer_recordings(
        opened: Recipe | None, recording: int | None, other: int | None
    ) -> tuple[Any, ...]:
        if opened is None:  # not opened yet
            return (no_update,) * 5
        return compute_choices(services, opened, recording, other)

    @app.callback(
        Output(Store.FORM_FIGURE, "data"),
        Output(Id.FORM_PASSAGES, "data-items"),
        Output(Id.FORM_CAPTION, "children"),
        Output(Id.FORM_STATUS, "children"),
        Output(Id.FORM_INTERVAL, "disabled"),
        Output(Id.FORM_LEVELLED_FIELD, "hidden"),
        Input(Store.FORM, "data"),
        Input(Id.FORM_RECORDING, "value"),
        Input(Id.FORM_OTHER, "value"),
        Input(Id.FORM_HOP, "value"),
        Input(Id.FORM_LEVELLED, "value"),
        Input(Id.FORM_INTERVAL, "n_intervals"),
        prevent_initial_call=True,
    )
    def update_form(
        shown: Recipe | None,
        recording: int | None,
        other: int | None,
        hop_s: int,
        levelled: list[str],
        _: int,
    ) -> tuple[Any, ...]:
        if shown is None or recording is None:
            return no_update, no_update, no_update, no_update, True, no_update
        return compute_form(
            services, shown["map"], recording, other, hop_s, levelled=bool(levelled)
        )

    app.clientside_callback(
        "window.dash_clientside.form.paint",
        Output(Id.FORM_GRAPH, "figure"),
        Output(Id.FORM_THRESHOLD, "min"),
        Output(Id.FORM_THRESHOLD, "max"),
        Output(Id.FORM_LEAST, "children"),
        Output(Id.FORM_MOST, "children"),
        Output(Id.FORM_THRESHOLD_SAYS, "children"),
        Input(Store.FORM_FIGURE, "data"),
        Input(Id.FORM_THRESHOLD, "value"),
        Input(Id.FORM_COLOURS, "value"),
        prevent_initial_call=True,
    )


class View(NamedTuple):
    """What the workspace shows, in the order of the outputs."""

    figure: dict[str, Any]
    passages: str
    caption: str
    status: str
    idle: bool
    alone: bool


def compute_choices(
    services: Services, opened: Recipe, recording: int | None, other: int | None
) -> tuple[Any, ...]:
    """Recordings to choose from, and which is shown: what plays, else what is selected most.

    Parameters
    ----------
    services : Services
    opened : dict
        ``{"map", "selection", "playing", "anew"}``: `playing` is a recording's id or None,
        `anew` whether the workspace was opened just now.
    recording, other : int or None
        What was chosen before.
    """
    table = services.collection.table(opened["map"] or None)
    if table is None:
        return [], [], None, None, None
    options = [
        {
            "label": f"{row.title} · {row.performer} · {instrument_label(row.instrument)}",
            "value": row.id,
        }
        for row in sorted(table.recordings, key=lambda row: (row.title, row.performer, row.id))
    ]
    known = {row.id for row in table.recordings}
    chosen = recording if recording in known else None
    if opened["anew"] or chosen is None:
        playing = opened["playing"]
        chosen = playing if playing in known else most_selected(services, table, opened)
    beside = other if other in known and chosen == recording else None
    return options, options, chosen, beside, {"map": table.map_id}


def most_selected(services: Services, table: SegmentTable, opened: Recipe) -> int:
    """Id of the recording that most of the selected segments belong to."""
    rows = views.rows_of(services, table, opened["selection"])
    counted = table.recording_index[rows] if len(rows) else table.recording_index
    return table.recordings[int(np.bincount(counted).argmax())].id


def compute_form(
    services: Services,
    map_id: str,
    recording: int,
    other: int | None,
    hop_s: int,
    *,
    levelled: bool = True,
) -> View:
    """The matrix of one recording or of two, as soon as their windows are encoded.

    Parameters
    ----------
    services : Services
    map_id : str
        The map whose encoder is looked through.
    recording, other : int, int or None
        Ids; `other` is None where the recording is compared with itself.
    hop_s : int
        One of :data:`analysis.form.HOPS_S`.
    levelled : bool
        As for :func:`analysis.form.form_of`.
    """
    table = services.collection.table(map_id or None)
    index = {row.id: place for place, row in enumerate(table.recordings)} if table else {}
    asked = [recording] if other in (None, recording) else [recording, other]
    if table is None or not index.keys() >= set(asked):
        return _nothing(_("This recording is no longer on the map: choose another one."))
    places = [index[name] for name in asked]
    found = [windows_of(services, table, place, hop_s) for place in places]
    for state in found:
        if state.latents is None:
            return _nothing(translated(state.sentence), idle=not state.busy, alone=len(asked) < 2)
    latents = [state.latents for state in found if state.latents is not None]
    for place, windows in zip(places, latents, strict=True):
        if len(windows) < 2:
            title = table.recordings[place].title
            return _nothing(
                _("“{title}” is too short: two windows of ten seconds are compared.", title=title)
            )
    two = len(asked) > 1
    form = form_of(latents[0], latents[1] if two else None, hop_s, levelled=levelled)
    return View(
        form_figure(form, *(_sound(table, place) for place in places)),
        items(passage_items(form, two=two)),
        form_caption(form),
        "",
        idle=True,
        alone=not two,
    )


def windows_of(services: Services, table: SegmentTable, index: int, hop_s: int) -> WindowsState:
    """Latents of a recording's windows: the table's own segments, or others from a worker."""
    if hop_s == WINDOW_S:
        latents: NDArray[np.float32] = table.latents[table.recording_index == index]
        return WindowsState(latents)
    return services.collection.windows(table.encoder_id, table.recordings[index].id, hop_s)


def passage_items(form: Form, *, two: bool) -> list[Any]:
    """Each passage with its return, both to be heard."""
    title = _("Passages in both") if two else _("Passages that return")
    rows = [_passage(passage) for passage in form.passages]
    if not rows:
        least = ceil(SHORTEST_REPEAT_S / form.step_s) * form.step_s + form.length_s
        said = (
            _("Nothing of {seconds:g} seconds or more is in both.", seconds=least)
            if two
            else _("Nothing of {seconds:g} seconds or more returns.", seconds=least)
        )
        return [html.H3(title), html.P(said, className="hint")]
    return [html.H3(title), html.Ol(rows)]


def _passage(passage: Repeat) -> html.Li:
    ends = [(start, start + passage.duration) for start in (passage.start_a, passage.start_b)]
    return html.Li(
        [
            *(_hear(side, *stretch) for side, stretch in enumerate(ends)),
            html.Span(f"{passage.similarity:.2f}", title=_("Mean cosine similarity")),
        ],
        **attributes(
            data_passage=f"{passage.start_a} {passage.start_b} {passage.duration}",
        ),
    )


def _hear(side: int, start_s: float, end_s: float) -> html.Button:
    """A button that plays a stretch; `side` is 0 for the recording across, 1 for that down."""
    words = f"{clock(start_s)}–{clock(end_s)}"
    return html.Button(
        [html.Span("▶", className="play"), words],
        title=_("Hear {stretch}", stretch=words),
        **attributes(type="button", data_hear=f"{side} {start_s} {end_s}"),
    )


def _sound(table: SegmentTable, index: int) -> dict[str, Any]:
    first = int(np.flatnonzero(table.recording_index == index)[0])
    return {"first_row": first, **heard(table, index)}


def _nothing(sentence: str, *, idle: bool = True, alone: bool = True) -> View:
    return View(message_figure(""), items([]), "", sentence, idle, alone)
