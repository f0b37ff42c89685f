"""The Explore page: the map and the panels that follow the selection (paper, Fig. 6)."""

from __future__ import annotations

from dash import html

from language import _
from layout.clusters import clusters_workspace
from layout.dimension import dimension_card
from layout.form import form_workspace, open_form
from layout.ids import Id
from layout.maps import map_panel
from layout.multiples import multiples_workspace
from layout.opening import Opening
from layout.parts import attributes, graph, panel
from layout.player import player
from layout.selections import selections_workspace
from layout.sidebar import sidebar


def explore(opening: Opening) -> html.Main:
    """Sidebar, map, linked panels and player on one screen."""
    return html.Main(
        [
            sidebar(),
            map_panel(opening),
            html.Section(
                [
                    html.H2(_("Variance"), className="variance-title"),
                    html.Ol(id=Id.VARIANCE_LIST, className="variance-list"),
                ],
                className="panel panel-variance",
                **attributes(aria_label=_("Dimensions by variance")),
            ),
            panel(
                _("Latent values"),
                graph(Id.HEATMAP_GRAPH),
                caption=html.Span(id=Id.HEATMAP_CAPTION, className="caption"),
                name="heatmap",
            ),
            panel(
                _("Cosine similarity"),
                [
                    graph(Id.SIMILARITY_GRAPH, forgets=True),
                    html.Div(id=Id.SIMILARITY_PAIR, className="similarity-pair"),
                ],
                caption=[
                    html.Span(id=Id.SIMILARITY_CAPTION, className="caption"),
                    open_form(),
                ],
                name="similarity",
            ),
            dimension_card(),
            clusters_workspace(),
            selections_workspace(),
            multiples_workspace(),
            panel(
                _("Parallel coordinates"),
                graph(Id.PARALLEL_GRAPH),
                caption=html.Span(id=Id.PARALLEL_CAPTION, className="caption"),
                name="parallel",
            ),
            form_workspace(),
            player(),
        ],
        className="page page-explore",
        **attributes(data_page="explore"),
    )
