"""The map: a projection of every segment latent (paper, Section 4.1, Figs. 5 and 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import LAYER_PREFIX, SegmentTable
from figures.encoding import Figure, typed_array
from figures.palette import CONTEXT_GREY, Colouring, symbol_of
from figures.style import base_layout


def map_figure(
    table: SegmentTable, colouring: Colouring, selected: NDArray[np.int32] | None
) -> Figure:
    """A point for each segment: colour by group, symbol by instrument.

    Parameters
    ----------
    table : SegmentTable
        Segments whose place is NaN are not drawn.
    colouring : Colouring
    selected : int32 [shape=(k,)] or None
        Highlighted rows; the others are greyed, never removed.  None greys nothing.
    """
    instruments, names = table.labels("instrument")
    symbols = np.array([symbol_of(code) for code in range(len(names))], dtype=np.uint8)
    points = {
        "type": "scattergl",
        "mode": "markers",
        **map_places(table.positions),
        "hoverinfo": "none",  # named by assets/js/label.js
        "marker": marker_colours(colouring)
        | {
            "symbol": typed_array(symbols[instruments]),
            "size": point_size(len(table)),
            "line": {"width": 0},
        },
        "selectedpoints": None if selected is None else selected.tolist(),
        "selected": {"marker": {"opacity": 1.0}},
        "unselected": {"marker": {"color": CONTEXT_GREY, "opacity": 0.35}},
    }
    return {"data": [points], "layout": _map_layout(table, colouring)}


def map_places(positions: NDArray[np.float32]) -> dict[str, Any]:
    """The part of the trace that says where the points are."""
    return {"x": typed_array(positions[:, 0]), "y": typed_array(positions[:, 1])}


def map_ranges(positions: NDArray[np.float32], above: float = 0.0) -> dict[str, list[float]]:
    """Range of each axis that shows the whole map, with room above it as a share of its height."""
    low, high = np.nanmin(positions, axis=0), np.nanmax(positions, axis=0)
    margin = 0.06 * np.maximum(high - low, 1e-6)
    limits = np.stack([low - margin, high + margin]).astype(float)
    limits[1, 1] += above * (limits[1, 1] - limits[0, 1])
    return {"xaxis": limits[:, 0].tolist(), "yaxis": limits[:, 1].tolist()}


def marker_colours(colouring: Colouring) -> dict[str, Any]:
    """The colour part of the map's markers, for the figure and for patches of it."""
    return {
        "color": typed_array((colouring.codes + 1).astype(np.int16)),
        "colorscale": colouring.colorscale,
        "cmin": -0.5,
        "cmax": len(colouring.colours) + 0.5,
        "opacity": 0.9,
    }


def named_groups(colouring: Colouring) -> list[str] | None:
    """Names of groups that what is said of a point does not have yet, by their codes."""
    if colouring.name != "cluster" and not colouring.name.startswith(LAYER_PREFIX):
        return None
    return list(colouring.labels)


def point_size(count: int) -> float:
    """Marker size in pixels: large enough to hit, small enough to tell neighbours apart."""
    return float(np.clip(220 / np.sqrt(max(count, 1)), 4.0, 10.0))


def _map_layout(table: SegmentTable, colouring: Colouring) -> dict[str, Any]:
    ranges = map_ranges(table.positions)
    axis: dict[str, Any] = {"visible": False, "showgrid": False, "zeroline": False}
    return base_layout(
        uirevision=table.map_id,
        # Whose rows the points are: what is highlighted is said in rows of this map.
        meta={"map": table.map_id, "groups": named_groups(colouring)},
        # The brush is the page's own (assets/js/brush.js): Plotly's tests and redraws every point.
        dragmode=False,
        hovermode="closest",
        hoverdistance=12,
        xaxis=axis | {"range": ranges["xaxis"]},
        yaxis=axis | {"range": ranges["yaxis"]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
