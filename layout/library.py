"""The Library page: the table of recordings, what is going on, and how recordings come in.

``assets/js/library.js`` fills the table and sends what a person changes, ``assets/js/uploads.js``
sends files; what goes on is drawn by the server (:mod:`callbacks.library`).
"""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from language import N_, _
from layout.ids import Id
from layout.parts import attributes, field, icon, icon_button, items, plain
from layout.titles import alike_titles

#: Which recordings the table shows, and what it says for them.
SHOWN = (
    ("ready", N_("In the library")),
    ("failed", N_("Not readable")),
    ("duplicate", N_("Duplicates")),
    ("retired", N_("Retired")),
)
FIELDS = (("title", N_("Title")), ("performer", N_("Performer")), ("instrument", N_("Instrument")))

#: What the table itself says, by AG Grid's names; only what can be met on the page.
_GRID_TEXTS = {
    "noRowsToShow": N_("There is no such recording."),
    "noMatchingRows": N_("There is no such recording."),
    "loadingOoo": N_("Reading the recordings"),
    "ariaRowToggleSelection": N_("Press Space to choose this recording"),
    "ariaRowSelect": N_("Press Space to choose this recording"),
    "ariaRowDeselect": N_("Press Space to leave this recording out"),
    "ariaHeaderSelection": N_("Choose all that are shown"),
    "ariaToggleCellValue": N_("Press Enter to change this label"),
}


def library(*, takes_folders: bool = False) -> html.Main:
    """The page; `takes_folders` says whether folders of the server may be imported."""
    return html.Main(
        [
            _head(takes_folders),
            html.Div(
                id=Id.LIBRARY_JOBS,
                className="library-jobs",
                **attributes(aria_live="polite"),
            ),
            html.Div(id=Id.LIBRARY_UPLOAD, className="library-upload", hidden=True),
            alike_titles(),
            _bar(),
            html.Div(id=Id.LIBRARY_TABLE, className="library-table"),
            html.Details(
                [
                    html.Summary(_("What was done in the background")),
                    html.Div(id=Id.LIBRARY_HISTORY, className="library-history-list"),
                ],
                className="library-history",
            ),
            dcc.Interval(id=Id.LIBRARY_INTERVAL, disabled=True, n_intervals=0),
            html.Div(
                html.P(_("Drop recordings, or a folder of them, to add them to the library")),
                className="library-drop",
                **attributes(aria_hidden="true"),
            ),
        ],
        id=Id.LIBRARY_PAGE,
        className="page page-library",
        **attributes(data_page="library"),
    )


def table() -> dag.AgGrid:
    """The empty table; it is made when the page is opened first, for it takes its time."""
    return dag.AgGrid(
        id=Id.LIBRARY_GRID,
        columnDefs=[],
        rowData=[],
        getRowId="params.data.key",
        dashGridOptions={
            "localeText": {name: _(text) for name, text in _GRID_TEXTS.items()},
            "rowSelection": {
                "mode": "multiRow",
                "selectAll": "filtered",
                "enableClickSelection": False,
            },
            "selectionColumnDef": {"width": 44, "pinned": "left", "resizable": False},
            "rowHeight": 34,
            "headerHeight": 34,
            "animateRows": False,
            "stopEditingWhenCellsLoseFocus": True,
            "tooltipShowDelay": 400,
            "suppressDragLeaveHidesColumns": True,
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
        },
        style={"height": "100%", "width": "100%"},
    )


def _head(takes_folders: bool) -> html.Div:
    more: list[Any] = [
        _action("folder-of-files", N_("Add a folder"), N_("With everything in it")),
        _action("rescan", N_("Look for new files"), N_("In all folders that were imported")),
        _action("remap", N_("Compute the map again"), N_("As it was computed, from the start")),
        _action(
            "train",
            N_("Train an encoder"),
            N_("On these recordings, for hours; the library uses it then"),
        ),
    ]
    if takes_folders:
        row: list[Any] = [
            plain("Input", id=Id.LIBRARY_FOLDER, type="text", className="search"),
            _action("folder", N_("Import"), N_("Its files stay where they are")),
        ]
        more.append(field(_("Folder on the server"), html.Div(row, className="take-row")))
    content: list[Any] = [
        html.H1(_("Library")),
        html.Span(id=Id.LIBRARY_COUNT, className="caption"),
        plain(
            "Input",
            id=Id.LIBRARY_SEARCH,
            type="search",
            placeholder=_("Search title, performer, instrument, file"),
            className="search",
        ),
        icon_button(Id.LIBRARY_UNDO, "undo", _("Undo the last change (Ctrl+Z)")),
        icon_button(Id.LIBRARY_REDO, "redo", _("Redo it (Ctrl+Shift+Z)")),
        html.Details(
            [
                html.Summary(_("More"), className="btn quiet"),
                html.Div(more, className="menu library-more"),
            ],
            className="take-away",
            id=Id.LIBRARY_MORE,
        ),
        html.Button(
            _("Add recordings"),
            id=Id.LIBRARY_ADD,
            title=_("Files or a folder; you can also drop them anywhere on this page"),
            className="btn primary",
            **attributes(type="button"),
        ),
    ]
    return html.Div(
        id=Id.LIBRARY_HEAD,
        className="page-head library-head",
        **attributes(data_items=items(content)),
    )


def _action(what: str, name: str, title: str) -> html.Button:
    return html.Button(
        _(name),
        title=_(title),
        className="quiet-button",
        **attributes(type="button", data_library_do=what),
    )


def _bar() -> html.Div:
    """Which recordings are shown and, once some are chosen, what can be done with them."""
    shown = [
        html.Button(
            [_(name), " ", html.Span(className="library-shown-count")],
            className="library-shown",
            **attributes(type="button", data_shown=state, aria_pressed=str(not at).lower()),
        )
        for at, (state, name) in enumerate(SHOWN)
    ]
    choices = [html.Option(_(name), value=value) for value, name in FIELDS]
    chosen: list[Any] = [
        html.Span(id=Id.LIBRARY_CHOSEN, className="library-chosen-count"),
        html.Button(
            icon("close"),
            title=_("Choose none"),
            className="icon-button",
            **attributes(type="button", data_library_do="none", aria_label=_("Choose none")),
        ),
        html.Select(choices, id=Id.LIBRARY_FIELD, title=_("Which label")),
        plain("Input", id=Id.LIBRARY_VALUE, type="text", list=Id.LIBRARY_KNOWN),
        html.Datalist(id=Id.LIBRARY_KNOWN),
        _action("set", N_("Set for all"), N_("Gives every chosen recording this label")),
        html.Span(className="separator"),
        _action("map", N_("Show on the map"), N_("Selects them on the page Explore")),
        _action("retire", N_("Retire"), N_("Out of the map and lists; it can be brought back")),
        _action("restore", N_("Restore"), N_("Back onto the map and into the lists")),
    ]
    content = [
        html.Div(shown, className="library-shown-list", role="group"),
        html.Div(
            _action("retry", N_("Try again"), N_("After files were mended or replaced")),
            id=Id.LIBRARY_AGAIN,
            hidden=True,
        ),
        html.Div(chosen, className="library-chosen", hidden=True, id=Id.LIBRARY_BAR),
        html.Span(id=Id.LIBRARY_SAYS, className="library-says", **attributes(aria_live="polite")),
    ]
    return html.Div(
        id=Id.LIBRARY_ACTIONS, className="library-bar", **attributes(data_items=items(content))
    )
