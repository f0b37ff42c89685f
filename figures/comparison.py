"""Two selections, dimension by dimension: where the values of each lie."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.comparison import BINS, Comparison
from figures.encoding import Figure, typed_array
from figures.style import base_layout

#: Blue and orange of the palette: apart for colour-blind readers too, light and dark.
FIRST, SECOND = "#0072B2", "#D55E00"
#: Dimensions that have room.
SHOWN = 8
_REACH = 0.44


def comparison_figure(comparison: Comparison) -> Figure:
    """The dimensions that differ most, the first selection to the left, the second to the right.

    Parameters
    ----------
    comparison : Comparison

    Notes
    -----
    Each dimension has the height of all latents' range; the longest bar of each selection
    has the same length, so that a small selection is as legible as a large one.
    """
    dimensions = comparison.order[:SHOWN]
    bins = (np.arange(BINS) + 0.5) / BINS
    traces = []
    for side, (name, colour) in enumerate((("A", FIRST), ("B", SECOND))):
        shares = comparison.densities[side, dimensions]
        lengths = _REACH * shares / np.maximum(shares.max(axis=1, keepdims=True), 1e-12)
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "base": typed_array(np.repeat(np.arange(len(dimensions), dtype=np.float32), BINS)),
                "x": typed_array((lengths * (2 * side - 1)).ravel().astype(np.float32)),
                "y": typed_array(np.tile(bins, len(dimensions)).astype(np.float32)),
                "width": 1 / BINS,
                "marker": {"color": colour, "line": {"width": 0}},
                "customdata": typed_array((100 * shares).ravel().astype(np.float32)),
                "hovertemplate": f"{name}: %{{customdata:.0f}} %<extra></extra>",
            }
        )
    layout = base_layout(
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        dragmode=False,
        margin={"l": 44, "r": 6, "t": 4, "b": 34},
        xaxis={
            "tickmode": "array",
            "tickvals": list(range(len(dimensions))),
            "ticktext": [
                f"dim-{dimension}<br>{comparison.differences[dimension]:.2f}"
                for dimension in dimensions
            ],
            "tickangle": 0,
            "tickfont": {"size": 10},
            "range": [-0.6, len(dimensions) - 0.4],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis=_ends("low", "high"),
    )
    return {"data": traces, "layout": layout}


def _ends(low: str, high: str) -> dict[str, Any]:
    return {
        "range": [-0.02, 1.02],
        "tickmode": "array",
        "tickvals": [0.02, 0.98],
        "ticktext": [low, high],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
