"""The Library page."""

from __future__ import annotations

from dash import dcc, html

from language import _
from layout.ids import Id
from layout.parts import attributes, filled
from layout.titles import alike_titles


def library() -> html.Main:
    """What is in the library, and what could not be read and why."""
    return html.Main(
        [
            html.Div(
                [
                    html.H1(_("Library")),
                    html.P(
                        filled(
                            _("Add your own recordings with {command}, then reload this page."),
                            command=html.Code("musiclatentvis import FOLDER"),
                        )
                    ),
                    dcc.Input(
                        id=Id.LIBRARY_SEARCH,
                        type="search",
                        placeholder=_("Search title, performer, instrument, file"),
                        debounce=0.2,
                        className="search",
                    ),
                ],
                className="page-head",
            ),
            alike_titles(),
            html.Div(id=Id.LIBRARY_PROBLEMS, className="library-problems"),
            html.Div(id=Id.LIBRARY_TABLE, className="library-table"),
        ],
        className="page page-library",
        **attributes(data_page="library"),
    )
