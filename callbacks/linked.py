"""The linked panels: all that follows the selection, in one answer (paper, Section 4)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, ctx, no_update

from callbacks.map import compute_selected
from callbacks.panels import compute_heatmap_panel, compute_parallel, compute_similarity
from callbacks.services import Recipe, Services
from errors import UserError
from figures.style import message_figure
from language import N_, _, translated
from layout.ids import Id, Store

log = logging.getLogger(__name__)

#: Of services, selection, colouring and clustering; as many values as the panel has outputs.
Compute = Callable[[Services, Recipe, str, Recipe | None], Sequence[Any]]

FAILED = N_("This panel cannot be shown; the log says why.")


@dataclass(frozen=True)
class Panel:
    """What follows the selection in one place of the page.

    Attributes
    ----------
    outputs : sequence of (str, str)
        Ids and names of the properties that it fills.
    compute : callable
    coloured : bool
        Whether the colouring has a part in it.
    """

    outputs: Sequence[tuple[str, str]]
    compute: Compute
    coloured: bool = True

    def answer(self, services: Services, *of: Any) -> Sequence[Any]:
        """What it shows of a selection; where that fails, the others are shown all the same."""
        try:
            return self.compute(services, *of)
        except UserError as problem:
            return self._instead(translated(problem))
        except Exception:
            log.exception("%s could not be computed", self.outputs[0][0])
            return self._instead(_(FAILED))

    def unchanged(self) -> Sequence[Any]:
        """An answer that leaves it as it is."""
        return [no_update for _output in self.outputs]

    def _instead(self, sentence: str) -> Sequence[Any]:
        said = message_figure(sentence)
        return [said if name == "figure" else no_update for _id, name in self.outputs]


PANELS = (
    Panel(
        (
            (Store.HIGHLIGHT, "data"),
            (Id.SELECTION_SUMMARY, "children"),
            (Id.SELECTION_CLEAR, "disabled"),
            (Id.LEGEND, "data-items"),
        ),
        compute_selected,
    ),
    Panel(
        (
            (Id.HEATMAP_GRAPH, "figure"),
            (Id.HEATMAP_CAPTION, "children"),
            (Id.VARIANCE_LIST, "data-items"),
        ),
        compute_heatmap_panel,
    ),
    Panel(((Id.PARALLEL_GRAPH, "figure"), (Id.PARALLEL_CAPTION, "children")), compute_parallel),
    Panel(
        ((Id.SIMILARITY_GRAPH, "figure"), (Id.SIMILARITY_CAPTION, "children")),
        lambda services, recipe, *_colouring: compute_similarity(services, recipe),
        coloured=False,
    ),
)


def register(app: Dash, services: Services) -> None:
    """Wire the panels to the selection, with one callback for them all.

    Each answer would cost the browser a frame and a dozen looks at all of its components; with four
    of them a brush took a fifth longer (docs/adr/0033-one-answer-to-a-brush.md).
    """

    @app.callback(
        [Output(*output) for panel in PANELS for output in panel.outputs],
        Input(Store.SELECTION, "data"),
        Input(Id.COLOR_BY, "value"),
        Input(Store.CLUSTERING, "data"),
        prevent_initial_call=True,  # callbacks.opening
    )
    def update_panels(recipe: Recipe, color_by: str, clustering: Recipe | None) -> list[Any]:
        selected_anew = Store.SELECTION in ctx.triggered_prop_ids.values()
        return [
            value
            for panel in PANELS
            for value in (
                panel.answer(services, recipe, color_by, clustering)
                if selected_anew or panel.coloured
                else panel.unchanged()
            )
        ]

    # The map itself comes after the panels.
    app.clientside_callback(
        "window.dash_clientside.map.highlight",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Store.HIGHLIGHT, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "window.dash_clientside.map.pair",
        Output(Id.SIMILARITY_PAIR, "children"),
        Input(Id.SIMILARITY_GRAPH, "hoverData"),
        prevent_initial_call=True,
    )
