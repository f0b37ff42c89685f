"""The Evaluate page: what the latents know beside every baseline, and how the encoder was made."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html

from language import N_, _
from layout.ids import Id
from layout.parts import attributes, dropdown, field, graph, panel

HINT = N_(
    "Nothing has been measured for this map yet. An evaluation compares the latents with an "
    "untrained network, MFCC, chroma and principal components of the spectrogram, and answers "
    "the paper's three questions. The first one decodes every recording, about a minute for two "
    "hours of sound; later ones take seconds."
)


def evaluate() -> html.Main:
    """Tables and pictures of the last evaluation above loss curves and model card."""
    return html.Main(
        [
            _head(),
            html.Div(
                [
                    html.Div(id=Id.EVALUATE_REPORT, className="evaluate-tables"),
                    _structure(),
                ],
                className="evaluate-report",
            ),
            html.Div(
                [html.H1(_("The library’s encoder")), html.Div(id=Id.ENCODER_CARD)],
                className="page-head card-text",
            ),
            html.Div(
                [
                    panel(_("Note autoencoder"), graph(Id.ENCODER_NOTE_LOSSES), name="losses"),
                    panel(
                        _("Segment autoencoder"), graph(Id.ENCODER_SEGMENT_LOSSES), name="losses"
                    ),
                ],
                className="evaluate-losses",
            ),
            dcc.Interval(id=Id.EVALUATE_INTERVAL, interval=800, disabled=True),
        ],
        className="page page-evaluate",
        **attributes(data_page="evaluate"),
    )


def progress_bar(share: float) -> dbc.Progress:
    """A thin bar that says how much is done."""
    return dbc.Progress(value=100 * share, className="evaluate-progress")


def _head() -> html.Div:
    return html.Div(
        [
            html.Div(
                [html.H1(_("Evaluation")), html.P(id=Id.EVALUATE_FACTS)],
                className="evaluate-words",
            ),
            html.Div(
                id=Id.EVALUATE_STATUS,
                className="evaluate-status",
                **attributes(aria_live="polite"),
            ),
            html.Button(
                _("Evaluate"),
                id=Id.EVALUATE_RUN,
                n_clicks=0,
                className="btn primary",
                **attributes(type="button"),
            ),
        ],
        className="page-head evaluate-head",
    )


def _structure() -> html.Section:
    chooser = field(
        _("Recording"),
        dropdown(id=Id.EVALUATE_RECORDING, clearable=False, searchable=True, options=[]),
    )
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(_("T3 · Changes and returns in one recording")),
                            html.P(
                                _(
                                    "Area: novelty. Red lines: changes found. Band: known "
                                    "sections. Bars below: passages that return."
                                ),
                                className="hint",
                            ),
                        ]
                    ),
                    chooser,
                ],
                className="panel-head evaluate-structure-head",
            ),
            html.Div(graph(Id.EVALUATE_STRUCTURE_GRAPH), className="panel-body"),
        ],
        id=Id.EVALUATE_STRUCTURE,
        className="panel evaluate-structure",
        hidden=True,
        **attributes(aria_label=_("Changes and returns in one recording")),
    )
