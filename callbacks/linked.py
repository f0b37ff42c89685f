"""The linked panels: all that follows the selection, in one answer (paper, Section 4)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, no_update
from flask import Response, abort, request
from plotly.io.json import to_json_plotly

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
    """Wire the panels to the selection: one route that answers for all of them.

    The browser asks it and draws the answer without Dash, which would go through all of the page's
    components for each of them (docs/adr/0035-panels-without-dash.md).
    """

    @app.server.post("/panels")
    def panels() -> Response:
        asked = request.get_json()
        if not isinstance(asked, dict) or not isinstance(asked.get("selection"), dict):
            abort(400)
        return Response(
            to_json_plotly(compute_panels(services, asked)), mimetype="application/json"
        )

    app.clientside_callback(
        "window.dash_clientside.panels.follow",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Store.SELECTION, "data"),
        Input(Id.COLOR_BY, "value"),
        Input(Store.CLUSTERING, "data"),
        prevent_initial_call=True,  # callbacks.opening
    )
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


def compute_panels(services: Services, asked: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Properties of what follows the selection, by id and name.

    Parameters
    ----------
    services : Services
    asked : mapping
        ``selection``: a recipe; ``color_by``; ``clustering``: a recipe or None; ``colours_only``:
        whether only the colouring is another one, so that not every panel changes.
    """
    of = (asked["selection"], str(asked.get("color_by") or ""), asked.get("clustering"))
    answers: dict[str, dict[str, Any]] = {}
    for panel in PANELS:
        if asked.get("colours_only") and not panel.coloured:
            continue
        for (name, prop), value in zip(panel.outputs, panel.answer(services, *of), strict=True):
            if value is not no_update:
                answers.setdefault(str(name), {})[prop] = value
    return answers
