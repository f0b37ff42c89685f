"""The other pages: notes, encoder, library."""

from __future__ import annotations

from dash import dcc, html

from layout.ids import Id
from layout.parts import attributes, graph, panel


def notes() -> html.Main:
    """Note samples beside note latents (paper, Fig. 7)."""
    return html.Main(
        [
            html.Div(
                [
                    html.H1("Notes"),
                    html.P(
                        "Scales from Do4 to So5 in D major, four instruments, four loudness "
                        "levels. Each point is a 25 ms column of the spectrogram; similar "
                        "columns lie close together."
                    ),
                    html.Div(
                        id=Id.NOTES_STATUS,
                        className="notes-status",
                        **attributes(aria_live="polite"),
                    ),
                ],
                className="page-head",
            ),
            panel(
                "Note samples",
                graph(Id.NOTES_SAMPLES_GRAPH, scroll_zoom=True),
                caption=html.Span("501 frequency bins", className="caption"),
                name="notes-samples",
            ),
            panel(
                "Note latents",
                graph(Id.NOTES_LATENTS_GRAPH, scroll_zoom=True),
                caption=html.Span("32 numbers from the note encoder", className="caption"),
                name="notes-latents",
            ),
        ],
        className="page page-notes",
        **attributes(data_page="notes"),
    )


def encoder() -> html.Main:
    """How the encoder was trained: loss curves and model card (paper, Fig. 10)."""
    return html.Main(
        [
            html.Div(
                [html.H1("Encoder"), html.Div(id=Id.ENCODER_CARD)], className="page-head card-text"
            ),
            panel("Note autoencoder", graph(Id.ENCODER_NOTE_LOSSES), name="losses"),
            panel("Segment autoencoder", graph(Id.ENCODER_SEGMENT_LOSSES), name="losses"),
        ],
        className="page page-encoder",
        **attributes(data_page="evaluate"),
    )


def library() -> html.Main:
    """What is in the library, and what could not be read and why."""
    return html.Main(
        [
            html.Div(
                [
                    html.H1("Library"),
                    html.P(
                        [
                            "Add your own recordings with ",
                            html.Code("musiclatentvis import FOLDER"),
                            ", then reload this page.",
                        ]
                    ),
                    dcc.Input(
                        id=Id.LIBRARY_SEARCH,
                        type="search",
                        placeholder="Search title, performer, instrument, file",
                        debounce=0.2,
                        className="search",
                    ),
                ],
                className="page-head",
            ),
            html.Div(id=Id.LIBRARY_PROBLEMS, className="library-problems"),
            html.Div(id=Id.LIBRARY_TABLE, className="library-table"),
        ],
        className="page page-library",
        **attributes(data_page="library"),
    )
