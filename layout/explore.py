"""The Explore page: the map and the panels that follow the selection (paper, Fig. 6)."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html

from layout.dimension import dimension_card
from layout.ids import Id
from layout.parts import attributes, graph, icon_button, panel
from layout.player import player
from layout.sidebar import sidebar


def explore() -> html.Main:
    """Sidebar, map, linked panels and player on one screen."""
    return html.Main(
        [
            sidebar(),
            _map_panel(),
            html.Section(
                [
                    html.H2("Variance", className="variance-title"),
                    html.Ol(id=Id.VARIANCE_LIST, className="variance-list"),
                ],
                className="panel panel-variance",
                **attributes(aria_label="Dimensions by variance"),
            ),
            panel(
                "Latent values",
                graph(Id.HEATMAP_GRAPH),
                caption=html.Span(id=Id.HEATMAP_CAPTION, className="caption"),
                name="heatmap",
            ),
            panel(
                "Cosine similarity",
                [
                    graph(Id.SIMILARITY_GRAPH),
                    html.Div(id=Id.SIMILARITY_PAIR, className="similarity-pair"),
                ],
                caption=html.Span(id=Id.SIMILARITY_CAPTION, className="caption"),
                name="similarity",
            ),
            dimension_card(),
            panel(
                "Parallel coordinates",
                graph(Id.PARALLEL_GRAPH),
                caption=html.Span(id=Id.PARALLEL_CAPTION, className="caption"),
                name="parallel",
            ),
            player(),
        ],
        className="page page-explore",
        **attributes(data_page="explore"),
    )


def _map_panel() -> html.Section:
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            icon_button(Id.MAP_BOX, "box", "Select with a box"),
                            icon_button(Id.MAP_LASSO, "lasso", "Select with a lasso"),
                            icon_button(Id.MAP_PAN, "pan", "Move the map by dragging"),
                            html.Span(className="separator"),
                            icon_button(Id.MAP_ZOOM, "zoom", "Zoom into the selection"),
                            icon_button(Id.MAP_HOME, "home", "Show the whole map"),
                        ],
                        className="toolbar",
                        role="toolbar",
                        **attributes(aria_label="Map tools"),
                    ),
                    html.Span(
                        "Drag to select · wheel zooms · click a point to hear it",
                        className="caption",
                    ),
                ],
                className="panel-head",
            ),
            html.Div(
                [
                    graph(Id.MAP_GRAPH, scroll_zoom=True),
                    html.Div(id=Id.MAP_EMPTY, className="map-empty"),
                ],
                className="panel-body",
            ),
            html.Footer(
                [
                    html.Span(
                        id=Id.SELECTION_SUMMARY,
                        className="selection-summary",
                        **attributes(aria_live="polite"),
                    ),
                    dbc.Button(
                        "Clear",
                        id=Id.SELECTION_CLEAR,
                        className="quiet",
                        n_clicks=0,
                        title="Select everything again (Esc)",
                    ),
                ],
                className="panel-foot",
            ),
        ],
        className="panel panel-map",
        **attributes(aria_label="Map of the segments"),
    )
