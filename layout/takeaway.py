"""The menu that gives out what is on the page: the selection, its figures, a link.

``assets/js/takeaway.js`` opens it, lists the figures on show and does what needs no server.
"""

from __future__ import annotations

from dash import dcc, html

from layout.ids import Id
from layout.parts import attributes, icon

#: Name of each thing that is made of the selection, and what it is for.
SELECTION = (
    ("csv", "CSV", "Labels, times, latents and clusters, for a spreadsheet"),
    ("parquet", "Parquet", "The same for a program, exactly"),
    ("sound", "Audio", "The segments one after the other, FLAC"),
    ("playlist", "Playlist", "M3U8: plays from this server, in VLC or another player"),
    ("python", "Python", "Lines for a notebook that load the same selection"),
)


def take_away() -> html.Details:
    """The menu, closed."""
    return html.Details(
        [
            html.Summary(
                icon("take-away"),
                title="Take away: the selection, a figure, a link",
                className="icon-button",
                **attributes(aria_label="Take away"),
            ),
            html.Div(
                [
                    html.H2("The selection"),
                    html.Div([_button(*entry) for entry in SELECTION], className="take-row"),
                    html.H2("This view"),
                    html.Div(
                        _button("link", "Link", "An address that shows the page as it is now"),
                        className="take-row",
                    ),
                    html.H2("A figure"),
                    html.Div(id=Id.TAKE_AWAY_FIGURES, className="take-figures"),
                    html.Div(
                        id=Id.TAKE_AWAY_SAYS,
                        className="take-says",
                        **attributes(aria_live="polite"),
                    ),
                    dcc.Textarea(
                        id=Id.TAKE_AWAY_TEXT,
                        className="take-text",
                        readOnly=True,
                        placeholder=" ",
                        title="To be copied",
                    ),
                    dcc.Download(id=Id.TAKE_AWAY_FILE),
                ],
                className="menu",
            ),
        ],
        id=Id.TAKE_AWAY,
        className="take-away",
    )


def _button(what: str, name: str, title: str) -> html.Button:
    return html.Button(
        name,
        title=title,
        className="quiet-button",
        **attributes(type="button", data_take=what),
    )
