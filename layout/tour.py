"""Three hints for a first visit; ``assets/js/tour.js`` shows one after the other."""

from __future__ import annotations

from dash import html

from language import N_, _
from layout.ids import Id
from layout.parts import attributes, icon, items

#: What each hint points at (a selector), where it stands beside it, and what it says.
HINTS = (
    (
        ".panel-map .map-side-body",
        "inside",
        N_("Each point is ten seconds of music"),
        N_("Points that lie close sound alike. Click one to hear it."),
    ),
    (
        ".panel-map .toolbar",
        "below",
        N_("Drag over the map to select"),
        N_("Every panel follows. Hold Shift to add, Alt to take away; Ctrl+Z goes back."),
    ),
    (
        ".side-legend",
        "right",
        N_("A colour is a performer"),
        N_(
            "Click a name to see only that one. “What tells these groups apart?” finds the numbers "
            "in which they differ."
        ),
    ),
)


def tour() -> html.Div:
    """The hints, hidden until the browser knows that this is a first visit."""
    hints = [
        html.Div(
            [
                html.H2(_(title)),
                html.P(_(text)),
                html.Div(
                    [
                        html.Span(
                            _("{number} of {count}", number=number, count=len(HINTS)),
                            className="caption",
                        ),
                        _button(_("Close"), "end"),
                        _button(_("Next") if number < len(HINTS) else _("Done"), "next"),
                    ],
                    className="tour-buttons",
                ),
            ],
            className="tour-hint",
            hidden=True,
            role="dialog",
            **attributes(aria_label=_(title), data_target=target, data_side=side),
        )
        for number, (target, side, title, text) in enumerate(HINTS, start=1)
    ]
    return html.Div(id=Id.TOUR, className="tour", **attributes(data_items=items(hints)))


def tour_again() -> html.Button:
    """Shows the hints once more."""
    return html.Button(
        [icon("help"), _("Show the first hints again")],
        className="link-button tour-again",
        **attributes(type="button", data_tour="again"),
    )


def _button(text: str, what: str) -> html.Button:
    return html.Button(
        text, className=f"quiet-button tour-{what}", **attributes(type="button", data_tour=what)
    )
