"""The frame around every page: title, navigation, theme, help."""

from __future__ import annotations

from dash import dcc, html

from layout.evaluate import evaluate
from layout.explore import explore
from layout.ids import Id
from layout.notes import notes
from layout.opening import Opening
from layout.pages import library
from layout.parts import attributes, icon_button
from layout.stores import stores
from layout.takeaway import take_away
from layout.tour import tour, tour_again

#: Path of each page and its name in the navigation.
PAGES = {
    "explore": ("/", "Explore"),
    "notes": ("/notes", "Notes"),
    "evaluate": ("/evaluate", "Evaluate"),
    "library": ("/library", "Library"),
}

KEYS = (
    ("Drag on the map", "select with a box, or with the lasso"),
    ("Drag over rows or cells", "keep only those segments"),
    ("Drag over the player’s timeline", "select that stretch of the recording"),
    (
        "Shift, Alt",
        "add to the selection, take away from it; both: keep what both have",
    ),
    ("Click a name in the legend", "only that group; with Shift: with or without it"),
    ("Mouse wheel on the map", "zoom at the cursor"),
    ("Click a point, row or cell", "hear it"),
    ("Drag along an axis", "keep only that range; click the axis to undo"),
    ("Click a dimension’s name", "what it means: in the list, below a column, above an axis"),
    ("Space", "play or pause"),
    ("← →", "previous or next segment"),
    ("N · B", "on to the most similar segment not heard yet, and back"),
    ("Shift with ← → ↑ ↓", "walk over the map in that direction"),
    ("L · H · P", "loop, preview under the mouse, path of the recording"),
    ("I", "select what is not selected"),
    ("Ctrl + Z", "undo a selection; with Shift: redo it"),
    ("Esc", "close what lies over the panels, end a line, clear the selection"),
    ("?", "show or hide this list"),
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
            library(),
            _help(),
            tour(),
        ],
        className="frame",
        **attributes(data_current_page="explore"),
    )


def _header(count: str) -> html.Header:
    links = [
        dcc.Link(name, href=path, className=f"nav-{key}") for key, (path, name) in PAGES.items()
    ]
    return html.Header(
        [
            html.Span("MusicLatentVIS", className="brand"),
            html.Nav(links, **attributes(aria_label="Pages")),
            html.Span(count, id=Id.PAGE_COUNT, className="page-count"),
            icon_button(Id.PAGE_UNDO, "undo", "Undo the last selection (Ctrl+Z)"),
            icon_button(Id.PAGE_REDO, "redo", "Redo it (Ctrl+Shift+Z)"),
            html.Span(className="separator"),
            take_away(),
            icon_button(Id.PAGE_THEME, "theme", "Light or dark"),
            icon_button(Id.PAGE_HELP, "help", "Keys and gestures (?)"),
        ],
        className="top",
    )


def _help() -> html.Div:
    rows = [html.Div([html.Dt(key), html.Dd(meaning)]) for key, meaning in KEYS]
    return html.Div(
        [html.H2("Keys and gestures"), html.Dl(rows), tour_again()],
        id=Id.PAGE_HELP_TEXT,
        className="help",
        hidden=True,
        role="dialog",
        **attributes(aria_label="Keys and gestures"),
    )
