"""The Library page."""

from __future__ import annotations

from dash import dcc, html

from layout.ids import Id
from layout.parts import attributes


def library() -> html.Main:
    """What is in the library, and what could not be read and why."""
    return html.Main(
        [
            html.Div(
                [
                    html.H1("Library"),
                    html.P(
                        [
                            "Add your own recordings with ",
                            html.Code("musiclatentvis import FOLDER"),
                            ", then reload this page.",
                        ]
                    ),
                    dcc.Input(
                        id=Id.LIBRARY_SEARCH,
                        type="search",
                        placeholder="Search title, performer, instrument, file",
                        debounce=0.2,
                        className="search",
                    ),
                ],
                className="page-head",
            ),
            html.Div(id=Id.LIBRARY_PROBLEMS, className="library-problems"),
            html.Div(id=Id.LIBRARY_TABLE, className="library-table"),
        ],
        className="page page-library",
        **attributes(data_page="library"),
    )
