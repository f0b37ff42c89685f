"""The Notes page: note samples beside note latents (paper, Fig. 7).

Its stores stand here, since no other page reads them:

================  ===================================================  ====================
store             holds                                                written by
================  ===================================================  ====================
notes-store       notes behind the points on show, and what is done    callbacks.notes
notes-keys-store  pitch class of do by recording, where it was chosen  assets/js/notes.js
================  ===================================================  ====================
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from language import _
from layout.ids import Id, Store
from layout.parts import attributes, dropdown, field, graph, icon_button

#: Value of the selector for the demo's scales and for what the Explore page selects.
DEMO_SCALES, SELECTION = "scales:demo", "selection"

#: How often the page asks whether its maps are ready, in milliseconds.
POLL_MS = 400


def notes() -> html.Main:
    """Note samples beside note latents (paper, Fig. 7)."""
    return html.Main(
        [
            _head(),
            _map_panel(
                _("Note samples"),
                _("501 frequency bins, each 25 ms"),
                Id.NOTES_SAMPLES_GRAPH,
                Id.NOTES_SAMPLES_FIGURES,
                "notes-samples",
            ),
            _map_panel(
                _("Note latents"),
                _("32 numbers from the note encoder"),
                Id.NOTES_LATENTS_GRAPH,
                Id.NOTES_LATENTS_FIGURES,
                "notes-latents",
            ),
            dcc.Store(id=Store.NOTES, data=None),
            dcc.Store(id=Store.NOTES_KEYS, data=None, storage_type="local"),
            dcc.Interval(id=Id.NOTES_INTERVAL, interval=POLL_MS, disabled=True),
            html.Audio(id=Id.NOTES_AUDIO, preload="auto"),
        ],
        className="page page-notes",
        **attributes(data_page="notes"),
    )


def _head() -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    html.H1(_("Notes")),
                    field(
                        _("Notes of"),
                        dropdown(
                            id=Id.NOTES_SOURCE,
                            options=[{"label": _("Recorded scales"), "value": DEMO_SCALES}],
                            value=DEMO_SCALES,
                            clearable=False,
                        ),
                    ),
                    field(
                        _("Key of"),
                        dropdown(id=Id.NOTES_KEY_RECORDING, options=[], clearable=False),
                        id=Id.NOTES_KEY_RECORDING_FIELD,
                        hidden=True,
                    ),
                    field(
                        _("Key"),
                        dropdown(id=Id.NOTES_KEY, options=[], clearable=False),
                        id=Id.NOTES_KEY_FIELD,
                        hidden=True,
                        title=_(
                            "Names follow it. Fa and Ti are never called out of tune: "
                            "pentatonic music gives them no definite pitch."
                        ),
                    ),
                    html.Div(
                        [
                            icon_button(Id.NOTES_BOX, "box", _("Drag to mark notes")),
                            icon_button(Id.NOTES_PAN, "pan", _("Drag to move the map")),
                            icon_button(Id.NOTES_HOME, "home", _("Both maps whole")),
                        ],
                        className="toolbar",
                        role="toolbar",
                        **attributes(aria_label=_("Tools of both maps")),
                    ),
                ],
                className="notes-controls",
            ),
            html.Div(
                [
                    html.Div(id=Id.NOTES_LEGEND, className="notes-legend", role="list"),
                    html.Div(id=Id.NOTES_FACTS, className="notes-facts"),
                    html.Div(
                        _("Reading the notes …"),
                        id=Id.NOTES_STATUS,
                        className="notes-status",
                        **attributes(aria_live="polite"),
                    ),
                    html.Div(
                        id=Id.NOTES_MARKED,
                        className="notes-marked",
                        **attributes(aria_live="polite"),
                    ),
                ],
                className="notes-line",
            ),
        ],
        className="page-head notes-head",
    )


def _map_panel(title: str, caption: str, graph_id: Id, figures_id: Id, name: str) -> Any:
    head = html.Header(
        [html.H2(title), html.Span(caption, className="caption")], className="panel-head"
    )
    return html.Section(
        [
            head,
            html.Div(graph(graph_id, scroll_zoom=True), className="panel-body"),
            html.Footer(id=figures_id, className="panel-foot notes-figures"),
        ],
        className=f"panel panel-{name}",
        **attributes(aria_label=title),
    )
