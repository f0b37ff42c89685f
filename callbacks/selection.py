"""The one writer of the selection, and the filters' options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, no_update

from analysis.stretches import stretches_term
from callbacks import views
from callbacks.panels import similarity_of
from callbacks.services import Recipe, Services
from language.instruments import instrument_details, instrument_label
from layout.ids import Id, Store


def register(app: Dash, services: Services) -> None:
    """Wire everything that selects."""
    app.clientside_callback(
        "window.dash_clientside.selection.write",
        Output(Store.SELECTION, "data"),
        Output(Id.PERFORMER_FILTER, "value"),
        Output(Id.PIECE_FILTER, "value"),
        Output(Id.INSTRUMENT_FILTER, "value"),
        Input(Store.MAP, "data"),
        Input(Id.PERFORMER_FILTER, "value"),
        Input(Id.PIECE_FILTER, "value"),
        Input(Id.INSTRUMENT_FILTER, "value"),
        Input(Id.PARALLEL_GRAPH, "restyleData"),
        Input(Store.PICK, "data"),
        State(Store.SELECTION, "data"),
    )

    @app.callback(
        Output(Store.PICK, "data"),
        Input(Store.PICKED_LINES, "data"),
        State(Store.SELECTION, "data"),
        State(Id.COLOR_BY, "value"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def pick_lines(
        brushed: Mapping[str, Any],
        recipe: Recipe,
        color_by: str,
        clustering: Recipe | None,
    ) -> Any:
        return compute_pick(services, brushed, recipe, color_by, clustering) or no_update

    @app.callback(
        Output(Id.PERFORMER_FILTER, "options"),
        Output(Id.PIECE_FILTER, "options"),
        Output(Id.INSTRUMENT_FILTER, "options"),
        Input(Store.MAP, "data"),
        prevent_initial_call=True,  # callbacks.opening
    )
    def update_filters(shown: dict[str, Any]) -> tuple[list[Any], list[Any], list[Any]]:
        return compute_filters(services, shown.get("map"))


def compute_pick(
    services: Services,
    brushed: Mapping[str, Any],
    recipe: Recipe,
    color_by: str,
    clustering: Recipe | None,
) -> dict[str, Any] | None:
    """What to select by for lines of the heatmap, or rows and columns of the similarity matrix.

    Parameters
    ----------
    services : Services
    brushed : mapping
        ``{"panel", "rows": [first, last], "columns": [first, last] or None, "mode", "time"}``.
    recipe, color_by, clustering
        What the panel shows.

    Notes
    -----
    A panel shows only what is selected, so a drag over it keeps of that what lies under it:
    there is nothing to add, and nothing else to select anew.
    """
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return None
    if brushed["panel"] == Id.HEATMAP_GRAPH:
        shown = views.heatmap_rows(
            view, views.colouring(services, view.table, color_by, clustering)
        )
        chosen = shown[_between(brushed["rows"], len(shown))]
    else:
        edges = similarity_of(view).edges
        cells = [_between(brushed[side], len(edges) - 1) for side in ("rows", "columns")]
        parts = [view.rows[edges[cell.start] : edges[cell.stop]] for cell in cells]
        chosen = np.unique(np.concatenate(parts))
    if not len(chosen):
        return None
    mode = "subtract" if brushed["mode"] == "subtract" else "intersect"
    term = stretches_term(view.table, chosen, view.rows)
    return {"term": term, "mode": mode, "time": brushed["time"]}


def _between(ends: Sequence[float], count: int) -> slice:
    """From the first to the last line of `count`, both included."""
    first, last = (int(np.clip(end, 0, count - 1)) for end in ends)
    return slice(first, last + 1)


def compute_filters(
    services: Services, map_id: str | None
) -> tuple[list[str], list[dict[str, str]], list[dict[str, str]]]:
    """Performers, titles and instruments there are.

    A title is found by each way in which it is written, an instrument by its characters too.
    """
    table = services.collection.table(map_id)
    if table is None:
        return [], [], []
    performers, titles, instruments = (
        list(table.labels(name)[1]) for name in ("performer", "title", "instrument")
    )
    written: dict[str, list[str]] = {title: [] for title in titles}
    for typed, title in table.piece_titles.items():
        written[title].append(typed)
    return (
        performers,
        [{"label": title, "value": title, "search": " ".join(written[title])} for title in titles],
        [
            {"label": instrument_label(name), "value": name, "search": instrument_details(name)}
            for name in instruments
        ],
    )
