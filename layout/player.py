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
                            html.Span(_("Volume"), className="visually-hidden"),
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
                    html.Div(
                        [
                            icon_button(Id.PLAYER_LOOP, "loop", _("Loop this segment (L)")),
                            icon_button(
                                Id.PLAYER_PREVIEW, "preview", _("Hear what the mouse rests on (H)")
                            ),
                            icon_button(
                                Id.PLAYER_PATH, "path", _("Path of the recording on the map (P)")
                            ),
                            icon_button(
                                Id.PLAYER_RECORDING, "recording", _("Select this recording (R)")
                            ),
                            icon_button(
                                Id.PLAYER_SELECTION,
                                "queue",
                                _("Play the selection in time order"),
                            ),
                        ],
                        className="listening",
                        role="toolbar",
                        **attributes(aria_label=_("Ways to listen")),
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
                    html.Div("", id=Id.PLAYER_MARK, className="player-mark", hidden=True),
                ],
                className="player-text",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Canvas(id=Id.PLAYER_OVERVIEW, className="player-overview"),
                            html.Canvas(id=Id.PLAYER_MARKS, className="player-marks", hidden=True),
                            html.Div(id=Id.PLAYER_BAND, className="player-band", hidden=True),
                        ],
                        className="player-timeline",
                        title=_("Click to go there, drag to select"),
                    ),
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
            _neighbours(),
        ],
        className="panel panel-player",
        **attributes(aria_label=_("Player")),
    )


def _neighbours() -> html.Div:
    """Where one can go from what is heard; ``assets/js/walk.js`` fills it."""
    return html.Div(
        [
            html.Header(
                [
                    html.H2(_("Neighbours")),
                    icon_button(Id.WALK_BACK, "back", _("Back to what you heard before (B)")),
                    icon_button(
                        Id.WALK_ON, "onward", _("On to the most similar, not heard yet (N)")
                    ),
                ]
            ),
            html.Ol(id=Id.WALK_LIST),
            html.P(
                _("The most similar segments of other recordings."),
                id=Id.WALK_NONE,
                className="hint",
            ),
        ],
        className="player-walk",
        role="group",
        **attributes(aria_label=_("Neighbours")),
    )
