"""The workspace with a small map for each instrument."""

from __future__ import annotations

from dash import html

from layout.ids import Id
from layout.parts import graph
from layout.workspace import workspace


def multiples_workspace() -> html.Section:
    """The same map, one instrument at a time, side by side."""
    return workspace(
        Id.MULTIPLES_WORKSPACE,
        "One map for each instrument",
        graph(Id.MULTIPLES_GRAPH),
        caption=html.Span(
            "Places and colours of the large map · click to hear", className="caption"
        ),
    )
