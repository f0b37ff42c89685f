"""Parallel coordinates (paper, Fig. 6 E): an axis a dimension, a polyline a segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from figures.encoding import Figure, typed_array
from figures.palette import Colouring
from figures.style import base_layout

#: Brushed ranges of each dimension: ``{dimension: [(low, high), ...]}``.
Ranges = Mapping[int, Sequence[tuple[float, float]]]


def parallel_figure(
    table: SegmentTable,
    rows: NDArray[np.int32],
    dimensions: NDArray[np.int64],
    colouring: Colouring,
    ranges: Ranges,
    named: bool = False,
) -> Figure:
    """Polylines of some segments in the colours of their points on the map.

    Parameters
    ----------
    table : SegmentTable
    rows : int32 [shape=(k,)]
        Segments to draw: the selection before its axis ranges, so that what a
        brush leaves out stays visible in grey.
    dimensions : int [shape=(16,)]
        Axes from left to right (descending variance).
    colouring : Colouring
    ranges : mapping of int to sequence of (float, float)
        Ranges brushed on the axes so far.
    named : bool
        Say which rows the lines are: where they are not simply the selected ones.
    """
    low, high = table.latent_bounds
    axes = [
        _axis(table, rows, int(dimension), (float(low[dimension]), float(high[dimension])), ranges)
        for dimension in dimensions
    ]
    lines = {
        "type": "parcoords",
        "dimensions": axes,
        "line": {
            "color": typed_array((colouring.codes[rows] + 1).astype(np.int16)),
            "colorscale": colouring.colorscale,
            "cmin": -0.5,
            "cmax": len(colouring.colours) + 0.5,
            "showscale": False,
        },
        "unselected": {"line": {"color": "#8A8F98", "opacity": 0.08}},
        "labelfont": {"size": 10},
        "rangefont": {"size": 9},
        # Sixteen axes have no room for ticks. (An axis with "tickvals" would be ordinal to
        # Plotly: brushes would snap to the ticks, and fail where there are none.)
        "tickfont": {"size": 1, "color": "rgba(0,0,0,0)", "shadow": "none"},
        "labelside": "top",
    }
    layout = base_layout(margin={"l": 26, "r": 26, "t": 44, "b": 20})
    if named:
        layout["meta"] = {"rows": rows.tolist()}
    return {"data": [lines], "layout": layout}


def _axis(
    table: SegmentTable,
    rows: NDArray[np.int32],
    dimension: int,
    bounds: tuple[float, float],
    ranges: Ranges,
) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "label": f"dim-{dimension}",
        "values": typed_array(table.latents[rows, dimension].astype(np.float32)),
        "range": list(bounds),
        "tickformat": ".2f",
    }
    brushed = [list(pair) for pair in ranges.get(dimension, ())]
    if brushed:
        axis["constraintrange"] = brushed if len(brushed) > 1 else brushed[0]
    return axis
