"""What a dimension means: the card that opens when its name is clicked.

What it says is written by ``assets/js/lists.js``, as it follows every brush; it is opened and
closed by ``assets/js/dimension.js``.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from language import _
from layout.ids import Id
from layout.parts import attributes, icon_button

#: The choice that stands for whichever dimension tells the coloured groups apart best.
BEST = "best"
#: Milliseconds between two questions of how far the measuring is.
_ASK_MS = 700


def choose_dimension(choice: int | str, content: Any, **more: Any) -> html.Button:
    """A button that opens the card; `choice` is the dimension's number, or :data:`BEST`."""
    return html.Button(content, type="button", **attributes(data_choose=str(choice)), **more)


def dimension_card() -> html.Section:
    """The card, hidden and empty; it lies over the heatmap and the similarity."""
    return html.Section(
        [
            html.Header(
                [
                    html.H2(_("Dimension"), id=Id.DIMENSION_TITLE, className="dimension-title"),
                    html.Span(_("Keep the range"), className="caption"),
                    _bound(Id.DIMENSION_FROM, _("lowest")),
                    html.Span("–", className="caption"),
                    _bound(Id.DIMENSION_TO, _("highest")),
                    icon_button(Id.DIMENSION_CLOSE, "close", _("Close (Esc)")),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    html.Section(
                        [
                            html.Div(id=Id.DIMENSION_SOUND),
                            html.P(
                                id=Id.DIMENSION_STATUS,
                                className="hint",
                                **attributes(aria_live="polite"),
                            ),
                        ],
                        className="dimension-sound",
                        **attributes(aria_label=_("What goes with it")),
                    ),
                    html.Section(
                        id=Id.DIMENSION_GROUPS,
                        className="dimension-groups",
                        **attributes(aria_label=_("What it tells apart")),
                    ),
                    _end(Id.DIMENSION_LOW, _("Its lowest segments")),
                    _end(Id.DIMENSION_HIGH, _("Its highest segments")),
                ],
                className="dimension-body",
            ),
            dcc.Interval(id=Id.DIMENSION_INTERVAL, interval=_ASK_MS, disabled=True),
        ],
        id=Id.DIMENSION_CARD,
        className="panel panel-dimension",
        hidden=True,
        **attributes(aria_label=_("What a dimension means")),
    )


def _bound(id: str, placeholder: str) -> dcc.Input:
    """An end of the range that is kept: what a drag along the axis does, by keyboard."""
    return dcc.Input(
        id=id,
        type="number",
        step="any",
        placeholder=placeholder,
        debounce=True,
        className="dimension-bound",
    )


def _end(id: str, label: str) -> html.Section:
    return html.Section(id=id, className="dimension-end", **attributes(aria_label=label))
