"""The tree of a hierarchical clustering, its branches in the colours of the clusters."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.dendrogram import Dendrogram
from figures.encoding import Figure
from figures.palette import NO_GROUP, Colouring
from figures.style import base_layout
from language import _, ngettext

#: More clusters than this have no room for their names under the tree.
NAMED_CLUSTERS = 12
#: The longest name that has room there, in characters for one cluster alone.
_NAME_LENGTH = 60


def dendrogram_figure(
    tree: Dendrogram, rows: NDArray[np.int32], colouring: Colouring, k: int
) -> Figure:
    """Merges as brackets at their height; what is above the cut is grey.

    Parameters
    ----------
    tree : Dendrogram
    rows : int32 [shape=(n,)]
        The segments that were clustered, rows of the table.
    colouring : Colouring
    k : int
        Number of clusters.

    Notes
    -----
    ``layout.meta`` is what the line of the cut needs (``assets/js/clusters.js``): the heights of
    the merges drawn, the height of the line for 1, 2, ... clusters, and `k`.
    """
    count = len(tree.heights)
    below = max(0, count - (k - 1))  # merges that the cut has made
    codes = colouring.codes[rows[tree.foot_rows]]
    floor, ceiling = _range(tree)
    brackets: dict[int, list[int]] = {}
    for index in range(count):
        code = int(codes[tree.first_foot[index, 0]]) if index < below else -1
        brackets.setdefault(code, []).append(index)
    lines = [
        _brackets(tree, indices, floor, colouring.colour_of(code))
        for code, indices in sorted(brackets.items())
    ]
    # A branch that the cut ends is a cluster's: its stem has the cluster's colour up to the cut.
    lines += _stems(tree, below, floor, cut_height(tree, k), codes, colouring)
    return {
        "data": [*lines, _feet(tree, codes, floor, colouring)],
        "layout": base_layout(
            margin={"l": 40, "r": 12, "t": 10, "b": 22},
            hovermode="closest",
            dragmode=False,
            meta={
                "heights": [float(height) for height in tree.heights],
                "cuts": [cut_height(tree, number) for number in range(1, count + 2)],
                "k": k,
            },
            xaxis={
                "range": [-0.8, count + 0.8],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "ticks": "",
                **_names(codes, colouring),
            },
            yaxis={
                "range": [floor, ceiling],
                "gridcolor": "rgba(138,143,152,0.22)",
                "zeroline": False,
                "fixedrange": True,
                "nticks": 5,
                "title": {"text": _("distance"), "font": {"size": 11}, "standoff": 4},
            },
        ),
    }


def dendrogram_caption(tree: Dendrogram) -> str:
    """How much of the tree is drawn."""
    if tree.is_whole:
        return ngettext("its one merge", "all {count:,} merges", tree.merges)
    return _("the top {number} of {count:,} merges", number=len(tree.heights), count=tree.merges)


def cut_height(tree: Dendrogram, k: int) -> float:
    """A height that leaves `k` clusters: between the last merge made and the next one."""
    floor, ceiling = _range(tree)
    heights = tree.heights
    made = len(heights) - (k - 1)
    above = float(heights[made]) if 0 <= made < len(heights) else ceiling
    below = float(heights[made - 1]) if 0 < made <= len(heights) else floor
    return floor if made < 0 else (above + below) / 2


def _range(tree: Dendrogram) -> tuple[float, float]:
    """Lowest and highest distance that is shown; what lies below the lowest merge is left out."""
    if not len(tree.heights):
        return 0.0, 1.0
    low, high = float(tree.heights[0]), float(tree.heights[-1])
    if tree.is_whole or high <= low:
        return 0.0, 1.06 * max(high, 1e-9)
    margin = 0.06 * (high - low)
    return max(0.0, low - margin), high + margin


def _brackets(tree: Dendrogram, indices: list[int], floor: float, colour: str) -> dict[str, Any]:
    """Merges of one cluster as one line with gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for index in indices:
        left, right = tree.spans[index]
        low_left, low_right = np.maximum(tree.bases[index], floor)
        height = float(tree.heights[index])
        x += [float(left), float(left), float(right), float(right), None]
        y += [float(low_left), height, height, float(low_right), None]
    return _line(x, y, colour)


def _stems(
    tree: Dendrogram,
    below: int,
    floor: float,
    height: float,
    codes: NDArray[np.int32],
    colouring: Colouring,
) -> list[dict[str, Any]]:
    stems = []
    for index in range(below, len(tree.heights)):
        for side in (0, 1):
            base = max(float(tree.bases[index, side]), floor)
            if base < height:
                x = float(tree.spans[index, side])
                colour = colouring.colour_of(int(codes[tree.first_foot[index, side]]))
                stems.append(_line([x, x], [base, height], colour))
    return stems


def _line(x: list[Any], y: list[Any], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.6 if colour != NO_GROUP else 1.2, "shape": "linear"},
        "hoverinfo": "skip",
    }


def _feet(
    tree: Dendrogram, codes: NDArray[np.int32], floor: float, colouring: Colouring
) -> dict[str, Any]:
    """A dot under each foot, the larger the more segments it stands for."""
    names = [escape(colouring.labels[code]) if code >= 0 else "" for code in codes]
    sizes = tree.foot_sizes
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(range(len(sizes))),
        "y": [floor] * len(sizes),
        "cliponaxis": False,
        "marker": {
            "color": [colouring.colour_of(int(code)) for code in codes],
            "size": [float(size) for size in 3 + 7 * np.sqrt(sizes / sizes.max())],
            "line": {"width": 0},
        },
        "text": [
            _("{name}<br>{count:,} segments, merged farther down", name=name, count=size)
            if size > 1
            else _("{name}<br>1 segment", name=name)
            for name, size in zip(names, sizes, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _names(codes: NDArray[np.int32], colouring: Colouring) -> dict[str, Any]:
    """Each cluster's name under the middle of its feet, where they have room."""
    shown = np.unique(codes[codes >= 0])
    if len(shown) > NAMED_CLUSTERS:
        return {"showticklabels": False}
    middles, texts = [], []
    for code in shown:
        feet = np.flatnonzero(codes == code)
        room = int(_NAME_LENGTH * len(feet) / len(codes)) + 2
        name = colouring.labels[code]
        middles.append(float(feet.mean()))
        texts.append(escape(name) if len(name) <= room else str(code + 1))
    return {"tickvals": middles, "ticktext": texts, "tickangle": 0}
