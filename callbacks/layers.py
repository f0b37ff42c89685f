"""What can lie beside the points of a map: contours of its density, names of its regions.

Both depend on the map and on what the colours stand for, never on the selection: a brush asks for
nothing here. The browser draws them over and under the points (``assets/js/layers.js``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output

import language
from analysis.density import contour_segments, density, levels, regions
from analysis.segments import SegmentTable
from callbacks import views
from callbacks.second_map import second_table
from callbacks.services import Recipe, Services
from figures.encoding import typed_array
from layout.ids import Id, Store
from layout.maps import CONTOURS, NAMES

#: Labels that name regions where the colours name nothing, the most telling of equals first.
_LABELS = ("piece", "performer", "instrument")


def register(app: Dash, services: Services) -> None:
    """Wire the layers."""

    @app.callback(
        Output(Store.LAYERS, "data"),
        Input(Id.MAP_LAYERS, "value"),
        Input(Store.MAP, "data"),
        Input(Store.SECOND, "data"),
        Input(Id.COLOR_BY, "value"),
        Input(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )
    def update_layers(
        chosen: Sequence[str],
        first: Mapping[str, Any],
        second: Mapping[str, Any],
        color_by: str,
        clustering: Recipe | None,
    ) -> dict[str, Any]:
        if not chosen or not first.get("map"):
            return {}
        found = {}
        sides = [(Id.MAP_GRAPH, first["map"], services.collection.table(first["map"]))]
        if second:
            there = second_table(services, (first["map"], second["map"]))
            sides.append((Id.SECOND_GRAPH, second["map"], there))
        for graph, map_id, table in sides:
            if table is not None:
                layers = compute_layers(services, table, chosen, color_by, clustering)
                found[graph.value] = {"map": map_id, **layers}
        return found

    app.clientside_callback(
        "window.dash_clientside.layers.draw",
        Output(Store.PAGE, "data", allow_duplicate=True),
        Input(Store.LAYERS, "data"),
        prevent_initial_call=True,
    )


def compute_layers(
    services: Services,
    table: SegmentTable,
    chosen: Sequence[str],
    color_by: str,
    clustering: Recipe | None,
) -> dict[str, Any]:
    """Lines of the density and names of the regions of one map, in map units.

    Returns
    -------
    dict
        ``contours``, for each level the pieces of its line; ``names``, each with ``x``, ``y``,
        ``top`` and ``text``, the largest region first. What was not chosen is empty.
    """
    return services.derived.get(
        "layers",
        [
            table.key,
            sorted(chosen),
            color_by,
            clustering if color_by == "cluster" else None,
            language.current(),  # clusters without a name are called by their number
        ],
        lambda: _layers(services, table, chosen, color_by, clustering),
    )


def _layers(
    services: Services,
    table: SegmentTable,
    chosen: Sequence[str],
    color_by: str,
    clustering: Recipe | None,
) -> dict[str, Any]:
    found = density(table.positions)
    layers: dict[str, Any] = {"contours": [], "names": []}
    if found is None:
        return layers
    if CONTOURS in chosen:
        layers["contours"] = [
            typed_array(contour_segments(found, level).ravel()) for level in levels(found)
        ]
    if NAMES in chosen:
        named = []
        for by in (color_by,) if color_by != "kept" else _LABELS:
            colours = views.colouring(services, table, by, clustering)
            named += [(at, colours.labels[at.code]) for at in regions(found, colours.codes)]
        # Where there is no room for all, the larger region has its name.
        layers["names"] = [
            {"x": region.x, "y": region.y, "top": region.top, "text": text}
            for region, text in sorted(named, key=lambda pair: -pair[0].count)
        ]
    return layers
