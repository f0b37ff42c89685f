"""The Library page, filled when it is opened."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, html, no_update

from callbacks.services import RecordingRow, Services
from figures.style import clock
from language import _, ngettext, translated
from layout.ids import Id, Store

#: Rows of the library's table shown at once; the search narrows it.
SHOWN_ROWS = 500


def register(app: Dash, services: Services) -> None:
    """Wire the page, which is filled while it is on show."""

    @app.callback(
        Output(Id.LIBRARY_TABLE, "children"),
        Output(Id.LIBRARY_PROBLEMS, "children"),
        Input(Store.LIBRARY_PAGE, "data"),
        Input(Store.MAP, "data"),
        Input(Id.LIBRARY_SEARCH, "value"),
        prevent_initial_call=True,
    )
    def update_library(shows: bool | None, _: Any, search: str | None) -> tuple[Any, Any]:
        if not shows:
            return no_update, no_update
        return compute_library(services, search or "")


def compute_library(services: Services, search: str) -> tuple[Any, Any]:
    """What is in the library, and what is not and why."""
    rows = services.collection.recordings()
    words = search.casefold().split()
    found = [row for row in rows if all(word in _haystack(row) for word in words)]
    ready = [row for row in found if row.state == "ready"]
    problems = [row for row in rows if row.state != "ready" or row.remarks]
    return _table(ready), _problems(problems)


def _haystack(row: RecordingRow) -> str:
    return f"{row.title} {row.performer} {row.instrument} {row.path}".casefold()


def _table(rows: list[RecordingRow]) -> Any:
    if not rows:
        return html.P(_("No recording matches."), className="hint")
    head = html.Tr(
        [
            html.Th(name)
            for name in (_("Title"), _("Performer"), _("Instrument"), _("Length"), _("File"))
        ]
    )
    body = [
        html.Tr(
            [
                html.Td(row.title),
                html.Td(row.performer),
                html.Td(row.instrument),
                html.Td(clock(row.duration_s), className="number"),
                html.Td(row.path, className="path"),
            ]
        )
        for row in rows[:SHOWN_ROWS]
    ]
    count = ngettext("1 recording", "{count:,} recordings", len(rows))
    if len(rows) > SHOWN_ROWS:
        count = _(
            "{recordings}, the first {shown:,} shown: search to see others",
            recordings=count,
            shown=SHOWN_ROWS,
        )
    table = dbc.Table([html.Thead(head), html.Tbody(body)], hover=True)
    return [html.P(count, className="hint"), table]


def _problems(rows: list[RecordingRow]) -> Any:
    if not rows:
        return None
    lines = [
        html.Li(
            [
                html.B(row.path),
                " – ",
                "; ".join(map(translated, filter(None, (row.reason, *row.remarks)))),
            ]
        )
        for row in rows
    ]
    return html.Details(
        [
            html.Summary(_("{count:,} files with a remark or a problem", count=len(rows))),
            html.Ul(lines),
        ],
        open=len(rows) <= 8,
    )
