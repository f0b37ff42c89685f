"""The workspace where selections are kept under a name and compared.

``assets/js/selections.js`` says which two are compared and asks for what its buttons do.
"""

from __future__ import annotations

from dash import dcc, html

from layout.ids import Id
from layout.parts import attributes, graph
from layout.workspace import workspace

#: Stand in the list beside the selections that were kept.
NOW, REST = "now", "rest"


def selections_workspace() -> html.Section:
    """Keep the selection; the kept ones; two of them side by side."""
    return workspace(
        Id.SELECTIONS_WORKSPACE,
        "Selections",
        html.Div(
            [
                _keep(),
                html.Div(
                    id=Id.SELECTIONS_LIST,
                    className="selections-list",
                    role="table",
                    **attributes(aria_label="Selections"),
                ),
                html.Div(id=Id.COMPARISON_CAPTION, className="comparison-caption"),
                html.Div(graph(Id.COMPARISON_GRAPH), className="comparison-graph"),
                html.Div(id=Id.COMPARISON_CONTENTS, className="comparison-contents"),
            ],
            className="selections-body",
        ),
        caption=html.Span("Keep what is selected, compare A with B", className="caption"),
    )


def _keep() -> html.Div:
    return html.Div(
        [
            dcc.Input(
                id=Id.SELECTION_NAME,
                placeholder="Name for what is selected now",
                maxLength=200,
                className="selection-name",
            ),
            dcc.Input(
                id=Id.SELECTION_WHO,
                placeholder="Your name",
                maxLength=200,
                persistence=True,
                persistence_type="local",
                className="selection-who",
            ),
            html.Button(
                "Keep",
                id=Id.SELECTION_KEEP,
                n_clicks=0,
                className="btn btn-primary primary",
                **attributes(type="button"),
            ),
            html.Span(
                id=Id.SELECTION_KEPT, className="selection-kept", **attributes(aria_live="polite")
            ),
        ],
        className="selection-keep",
    )
