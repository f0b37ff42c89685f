"""The frame around every page: title, navigation, theme, help."""

from __future__ import annotations

from dash import dcc, html

import language
from language import N_, _
from layout.evaluate import evaluate
from layout.explore import explore
from layout.ids import Id
from layout.library import library
from layout.notes import notes
from layout.opening import Opening
from layout.parts import attributes, icon_button, items
from layout.stores import stores
from layout.takeaway import take_away
from layout.tour import tour, tour_again

#: Path of each page and its name in the navigation.
PAGES = {
    "explore": ("/", N_("Explore")),
    "notes": ("/notes", N_("Notes")),
    "evaluate": ("/evaluate", N_("Evaluate")),
    "library": ("/library", N_("Library")),
}

#: What stands on the button that changes to a language.
SHORT = {"en": "EN", "zh": "中"}

KEYS = (
    (N_("Drag on the map"), N_("select with a box, or with the lasso")),
    (N_("Drag over rows or cells"), N_("keep only those segments")),
    (N_("Drag over the player’s timeline"), N_("select that stretch of the recording")),
    (
        N_("Shift, Alt"),
        N_("add to the selection, take away from it; both: keep what both have"),
    ),
    (N_("Click a name in the legend"), N_("only that group; with Shift: with or without it")),
    (N_("Mouse wheel on the map"), N_("zoom at the cursor")),
    (N_("Click a point, row or cell"), N_("hear it")),
    (N_("Drag along an axis"), N_("keep only that range; click the axis to undo")),
    (
        N_("Click a dimension’s name"),
        N_("what it means: in the list, below a column, above an axis"),
    ),
    (N_("Space"), N_("play or pause")),
    ("← →", N_("previous or next segment")),
    ("N · B", N_("on to the most similar segment not heard yet, and back")),
    (N_("Shift with ← → ↑ ↓"), N_("walk over the map in that direction")),
    ("R", N_("select the recording that is heard")),
    ("L · H · P", N_("loop, preview under the mouse, path of the recording")),
    ("I", N_("select what is not selected")),
    (N_("Ctrl + Z"), N_("undo a selection; with Shift: redo it")),
    (N_("Esc"), N_("close what lies over the panels, end a line, clear the selection")),
    ("?", N_("show or hide this list")),
)


def page(opening: Opening | None = None) -> html.Div:
    """The whole document's body, as it is opened."""
    opening = opening or Opening()
    return html.Div(
        [
            dcc.Location(id=Id.PAGE_LOCATION, refresh=False),
            dcc.Interval(id=Id.STATUS_INTERVAL, interval=opening.interval, n_intervals=0),
            *stores(opening.shown),
            _header(opening.count),
            explore(opening),
            notes(),
            evaluate(),
            library(takes_folders=opening.takes_folders),
            _help(),
            tour(),
        ],
        className="frame",
        **attributes(data_current_page="explore"),
    )


def _header(count: str) -> html.Header:
    links = [
        dcc.Link(_(name), href=path, className=f"nav-{key}") for key, (path, name) in PAGES.items()
    ]
    return html.Header(
        [
            html.Span("MusicLatentVIS", className="brand"),
            html.Nav(links, **attributes(aria_label=_("Pages"))),
            html.Span(count, id=Id.PAGE_COUNT, className="page-count"),
            icon_button(Id.PAGE_UNDO, "undo", _("Undo the last selection (Ctrl+Z)")),
            icon_button(Id.PAGE_REDO, "redo", _("Redo it (Ctrl+Shift+Z)")),
            html.Span(className="separator"),
            take_away(),
            _language(),
            icon_button(Id.PAGE_THEME, "theme", _("Light or dark")),
            icon_button(Id.PAGE_HELP, "help", _("Keys and gestures (?)")),
        ],
        className="top",
    )


def _language() -> html.Button:
    """Named by the other language, in that language; ``assets/js/00-language.js`` changes to it."""
    other = next(name for name in language.NAMES if name != language.current())
    title = language.NAMES[other]
    return html.Button(
        SHORT[other],
        id=Id.PAGE_LANGUAGE,
        title=title,
        className="icon-button language",
        **attributes(aria_label=title, type="button", lang=other, data_language=other),
    )


def _help() -> html.Div:
    rows = [html.Div([html.Dt(_(key)), html.Dd(_(meaning))]) for key, meaning in KEYS]
    content = [html.H2(_("Keys and gestures")), html.Dl(rows), tour_again()]
    return html.Div(
        id=Id.PAGE_HELP_TEXT,
        className="help",
        hidden=True,
        role="dialog",
        **attributes(aria_label=_("Keys and gestures"), data_items=items(content)),
    )
