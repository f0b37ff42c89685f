"""The workspace Clusters: what each number of clusters, or each eps, would give.

The tree is cut, curves are clicked and clusters named by ``assets/js/clusters.js``; all that
sets is the fields of the sidebar, which say what is clustered.
"""

from __future__ import annotations

from dash import html

from language import _
from layout.ids import Id
from layout.parts import attributes, graph
from layout.workspace import workspace


def clusters_workspace() -> html.Section:
    """The tree with its cut, the curves, and the clusters to hear, select and name."""
    return workspace(
        Id.CLUSTERS_WORKSPACE,
        _("Choose a clustering"),
        html.Div(
            [
                html.Div(
                    [graph(Id.CLUSTERS_TREE), _cut()],
                    className="clusters-tree",
                ),
                html.P(id=Id.CLUSTERS_NOTE, className="hint clusters-note"),
                html.Div(graph(Id.CLUSTERS_CURVES), className="clusters-curves"),
                html.Div(
                    id=Id.CLUSTERS_LIST,
                    className="clusters-list",
                    role="list",
                    **attributes(aria_label=_("Clustering")),
                ),
            ],
            id=Id.CLUSTERS_BODY,
            className="clusters-body",
            **attributes(data_method=""),
        ),
        caption=html.Span(id=Id.CLUSTERS_CAPTION, className="caption"),
        tools=html.Span(
            id=Id.CLUSTERS_KEPT, className="clusters-kept", **attributes(aria_live="polite")
        ),
    )


def _cut() -> html.Div:
    """The line that cuts the tree: a slider whose value is the number of clusters."""
    return html.Div(
        html.Span(className="clusters-cut-label"),
        id=Id.CLUSTERS_CUT,
        className="clusters-cut",
        role="slider",
        tabIndex=0,
        hidden=True,
        title=_("Drag, or use the arrow keys"),
        **attributes(
            aria_label=_("Where the tree is cut: number of clusters"),
            aria_orientation="vertical",
            aria_valuemin="1",
        ),
    )
