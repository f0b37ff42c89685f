"""The player: audio, waveform, and the spectrogram that the encoder sees."""

from __future__ import annotations

from dash import dcc, html

from language import _
from layout.ids import Id
from layout.parts import attributes, icon_button


def player() -> html.Section:
    """The strip at the foot of the page; ``assets/js/player.js`` brings it to life."""
    return html.Section(
        [
            html.Audio(id=Id.PLAYER_AUDIO, preload="auto"),
            html.Div(
                [
                    html.Div(
                        [
                            icon_button(Id.PLAYER_PREVIOUS, "previous", _("Previous segment")),
                            icon_button(Id.PLAYER_PLAY, "play", _("Play or pause (Space)")),
                            icon_button(Id.PLAYER_NEXT, "next", _("Next segment")),
                        ],
                        className="transport",
                    ),
                    html.Label(
                        [
                            html.Span(
                                className="icon icon-volume", **attributes(aria_hidden="true")
                            ),
                            dcc.Input(
                                id=Id.PLAYER_VOLUME,
                                type="range",
                                min=0,
                                max=1,
                                step=0.02,
                                value=0.9,
                                debounce=False,
                            ),
                        ],
                        className="volume",
                        title=_("Volume"),
                    ),
                ],
                className="player-controls",
            ),
            html.Div(
                [
                    html.Div(
                        _("Click a point, a row or a cell to hear it."),
                        id=Id.PLAYER_NOW,
                        className="player-now",
                        **attributes(aria_live="polite"),
                    ),
                    html.Div("", id=Id.PLAYER_TIME, className="player-time"),
                ],
                className="player-text",
            ),
            html.Div(
                [
                    html.Canvas(id=Id.PLAYER_OVERVIEW, className="player-overview"),
                    html.Div(
                        [
                            html.Div(
                                [html.Span("10 kHz"), html.Span("5"), html.Span("0")],
                                className="frequency-axis",
                            ),
                            html.Div(
                                [
                                    html.Img(id=Id.PLAYER_SPECTROGRAM, alt="", draggable="false"),
                                    html.Canvas(id=Id.PLAYER_WAVEFORM),
                                    html.Div(id=Id.PLAYER_PLAYHEAD, className="playhead"),
                                    html.Div(
                                        _(
                                            "Waveform over the spectrogram that the encoder sees, "
                                            "ten seconds at a time."
                                        ),
                                        id=Id.PLAYER_HINT,
                                        className="player-hint",
                                    ),
                                ],
                                className="player-picture",
                            ),
                        ],
                        className="player-detail",
                    ),
                ],
                className="player-views",
            ),
        ],
        className="panel panel-player",
        **attributes(aria_label=_("Player")),
    )
