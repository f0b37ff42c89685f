"""The Notes page: filled when it is opened (paper, Fig. 7)."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.services import NotePanels, Services
from figures.notes import note_map_figure
from figures.style import message_figure
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire the page; the page store holds the name of the one on show."""

    @app.callback(
        Output(Id.NOTES_SAMPLES_GRAPH, "figure"),
        Output(Id.NOTES_LATENTS_GRAPH, "figure"),
        Output(Id.NOTES_STATUS, "children"),
        Input(Store.PAGE, "data"),
        Input(Id.STATUS_INTERVAL, "n_intervals"),
        State(Id.NOTES_STATUS, "children"),
    )
    def update_notes(shown: str, _: int, status: Any) -> tuple[Any, Any, Any]:
        if shown != "notes" or status == "":
            return no_update, no_update, no_update
        return compute_notes(services)


def compute_notes(services: Services) -> tuple[Any, Any, Any]:
    """Both note maps, or a sentence while they are being computed."""
    notes = services.collection.notes()
    if not isinstance(notes, NotePanels):
        return message_figure(""), message_figure(""), notes
    samples, latents = (
        note_map_figure(positions, notes.pitches, notes.loudness, notes.instruments)
        for positions in (notes.samples, notes.latents)
    )
    return samples, latents, ""
