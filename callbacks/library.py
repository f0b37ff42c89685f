"""The Library page: what goes on in the background, and when its table is read again.

The table's rows go another way (:mod:`callbacks.curating`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from callbacks.frame import only_changed
from callbacks.services import JobRow, Services
from language import N_, _, ngettext, translated
from layout.ids import Id, Store
from layout.library import table
from layout.opening import BUSY_MS, IDLE_MS
from layout.parts import attributes, items

#: States of a job, for people.
JOB_STATES = {
    "queued": N_("waiting"),
    "running": N_("running"),
    "stopping": N_("stopping"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}


def register(app: Dash, services: Services) -> None:
    """Wire the page, which is filled while it is on show."""

    @app.callback(
        Output(Id.LIBRARY_TABLE, "children"),
        Input(Store.LIBRARY_PAGE, "data"),
        State(Id.LIBRARY_TABLE, "children"),
        prevent_initial_call=True,
    )
    def make_table(shows: bool | None, made: Any) -> Any:
        return table() if shows and not made else no_update

    @app.callback(
        Output(Id.LIBRARY_JOBS, "data-items"),
        Output(Id.LIBRARY_HISTORY, "data-items"),
        Output(Store.LIBRARY, "data"),
        Output(Id.LIBRARY_INTERVAL, "interval"),
        Output(Id.LIBRARY_INTERVAL, "disabled"),
        Input(Id.LIBRARY_INTERVAL, "n_intervals"),
        Input(Store.LIBRARY_PAGE, "data"),
        State(Id.LIBRARY_JOBS, "data-items"),
        State(Id.LIBRARY_HISTORY, "data-items"),
        State(Store.LIBRARY, "data"),
        State(Id.LIBRARY_INTERVAL, "interval"),
        State(Id.LIBRARY_INTERVAL, "disabled"),
        prevent_initial_call=True,
    )
    def update_jobs(tick: int, shows: bool | None, *before: Any) -> tuple[Any, ...]:
        if not shows:
            return (*[no_update] * 4, True)
        rows = services.jobs.rows()
        interval = BUSY_MS if any(row.active for row in rows) else IDLE_MS
        found = (*compute_jobs(rows), services.collection.revision(), interval, False)
        return tuple(only_changed(found, before))

    app.clientside_callback(
        "window.dash_clientside.library.refresh",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Store.LIBRARY, "data"),
        prevent_initial_call=True,
    )


def compute_jobs(rows: Sequence[JobRow]) -> tuple[str, str]:
    """What goes on or has just failed, and what was done, as items of two lists."""
    going = [_going(row) for row in reversed(rows) if row.active]
    ended = [row for row in rows if not row.active]
    return items(going), items([_ended(row) for row in ended])


def _going(row: JobRow) -> html.Div:
    said = [translated(row.message), translated(row.left)]
    if row.state != "running":
        said = [_(JOB_STATES[row.state])]
    cancel = _("Cancel “{job}”", job=translated(row.title))
    return html.Div(
        [
            html.B(translated(row.title)),
            html.Span(
                html.Span(style={"width": f"{100 * row.share:.1f}%"}),
                className="library-share",
                role="progressbar",
                **attributes(
                    aria_valuenow=f"{100 * row.share:.0f}", aria_label=translated(row.title)
                ),
            ),
            html.Span(" · ".join(filter(None, said)), className="library-step"),
            html.Button(
                _("Cancel"),
                className="link-button",
                title=cancel,
                **attributes(type="button", data_job_cancel=str(row.id), aria_label=cancel),
            ),
        ],
        className="library-job",
    )


def _ended(row: JobRow) -> html.Div:
    log: Any = ""
    if row.lines:
        log = html.Button(
            ngettext("1 line", "{count:,} lines", row.lines),
            className="link-button",
            **attributes(type="button", data_job_log=str(row.id), aria_expanded="false"),
        )
    return html.Div(
        [
            html.Time(dateTime=row.finished or row.created),
            html.B(translated(row.title)),
            html.Span(_(JOB_STATES[row.state]), className=f"library-end library-{row.state}"),
            html.Span(translated(row.reason), className="library-reason"),
            log,
        ],
        className="library-ended",
    )
