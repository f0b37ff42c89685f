"""The workspace Form: a similarity matrix to be read, and heard, as a score of the form.

What follows the mouse and the playhead is drawn by ``assets/js/form_marks.js``.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from analysis.form import HOPS_S
from figures.form import COLOURS
from language import N_, _
from layout.ids import Id
from layout.parts import attributes, dropdown, field, filled, graph
from layout.workspace import open_workspace, workspace

#: Milliseconds between two questions of whether the windows are there.
_ASK_MS = 400


def open_form() -> html.Button:
    """The button that opens it."""
    return open_workspace(
        Id.FORM_WORKSPACE,
        _("Form"),
        _("Read the form of one recording, or of two beside each other"),
    )


def form_workspace() -> html.Section:
    """Choice of recordings above the matrix and the passages that return."""
    return workspace(
        Id.FORM_WORKSPACE,
        _("Form"),
        [
            _choices(),
            html.Div(
                [
                    html.Div([graph(Id.FORM_GRAPH), _status()], className="form-matrix"),
                    html.Aside([_passages(), _look()], className="form-side"),
                ],
                className="form-views",
            ),
            html.Div(
                id=Id.FORM_PAIR,
                className="form-pair",
                **attributes(data_hint=_(HINT)),
            ),
            dcc.Interval(id=Id.FORM_INTERVAL, interval=_ASK_MS, disabled=True),
        ],
        caption=html.Span(id=Id.FORM_CAPTION, className="caption"),
    )


#: What the check box says where it is ticked.
LEVELLED = "levelled"
#: Said below the matrix while the mouse is not on it.
HINT = N_("Drag over a block to select and hear it. Click a cell or a section to hear it.")


def _choices() -> html.Div:
    return html.Div(
        [
            field(
                _("Recording"),
                dropdown(id=Id.FORM_RECORDING, options=[], clearable=False, searchable=True),
            ),
            field(
                _("Compared with"),
                dropdown(id=Id.FORM_OTHER, options=[], placeholder=_("itself"), searchable=True),
            ),
            field(
                _("One window each"),
                dcc.RadioItems(
                    id=Id.FORM_HOP,
                    options=[{"label": f"{hop} s", "value": hop} for hop in HOPS_S],
                    value=HOPS_S[0],
                    inline=True,
                    className="switch",
                ),
            ),
        ],
        className="form-choices",
    )


def _status() -> html.Div:
    return html.Div(id=Id.FORM_STATUS, className="form-status", **attributes(aria_live="polite"))


def _passages() -> html.Div:
    return html.Div(id=Id.FORM_PASSAGES, className="form-passages")


def _look() -> html.Div:
    """What is compared of two; threshold and colours, which the browser alone follows."""
    threshold: Any = dcc.Input(
        id=Id.FORM_THRESHOLD, type="range", min=-1, max=1, step=0.01, value=-1, debounce=False
    )
    return html.Div(
        [
            html.Div(
                dcc.Checklist(
                    id=Id.FORM_LEVELLED,
                    options=[{"label": _("Leave out their own sound"), "value": LEVELLED}],
                    value=[LEVELLED],
                ),
                id=Id.FORM_LEVELLED_FIELD,
                hidden=True,
                title=_(
                    "Compare how each moment differs from the rest of its own recording, "
                    "not how the instruments sound"
                ),
            ),
            html.Label(
                [
                    html.Span(
                        filled(
                            _("Blank below {threshold}"),
                            threshold=html.B("–", id=Id.FORM_THRESHOLD_SAYS),
                        )
                    ),
                    html.Span(className="form-scale"),
                    threshold,
                    html.Span(
                        [html.Span(id=Id.FORM_LEAST), html.Span(id=Id.FORM_MOST)],
                        className="form-ends",
                    ),
                ],
                className="form-threshold",
                title=_("Show only cells that are at least so similar"),
            ),
            field(
                _("Colours"),
                dropdown(
                    id=Id.FORM_COLOURS,
                    options=[{"label": _(name), "value": name} for name in COLOURS],
                    value=next(iter(COLOURS)),
                    clearable=False,
                    searchable=False,
                ),
            ),
        ],
        className="form-look",
    )
