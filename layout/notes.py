"""The Notes page: note samples beside note latents (paper, Fig. 7)."""

from __future__ import annotations

from dash import html

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
