"""The latent heatmap (paper, Fig. 6 C): a row a segment, a column a dimension."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from figures.encoding import Figure, typed_array
from figures.palette import Colouring
from figures.style import base_layout, clock
from language import _, ngettext

#: Blue for a dimension's lowest value, red for its highest.
BLUE_TO_RED = [
    [0.0, "#2166AC"],
    [0.25, "#92C5DE"],
    [0.5, "#F3F1EC"],
    [0.75, "#F4A582"],
    [1.0, "#B2182B"],
]
#: Up to this many rows each row and value is named on hover; more are shown as exact means …
EXACT_ROWS = 1500
#: … over about so many blocks of consecutive rows: as many as the panel has pixels.
MEAN_ROWS = 500


def heatmap_figure(
    table: SegmentTable,
    rows: NDArray[np.int32],
    dimensions: NDArray[np.int64],
    colouring: Colouring,
) -> Figure:
    """Latents of some segments, each dimension on its own scale.

    Parameters
    ----------
    table : SegmentTable
    rows : int32 [shape=(k,)]
        Segments from top to bottom.
    dimensions : int [shape=(16,)]
        Dimensions from left to right (descending variance).
    colouring : Colouring
        Colours the strip at the left.

    Notes
    -----
    The scale runs from the lowest to the highest value of the dimension among
    *all* latents, not only among the selected (Section 4.1).
    """
    size = block_size(len(rows))
    values = _block_means(table.latents[rows][:, dimensions], size)
    low, high = (bound[dimensions] for bound in table.latent_bounds)
    shade = np.round(255 * (values - low) / np.maximum(high - low, 1e-12)).astype(np.uint8)
    cells: dict[str, Any] = {
        "type": "heatmap",
        "z": typed_array(shade),
        "zmin": 0,
        "zmax": 255,
        "colorscale": BLUE_TO_RED,
        "showscale": False,
        "hovertemplate": "%{y}<br>%{x}<extra></extra>",
        "x": [f"dim-{dimension}" for dimension in dimensions],
        "y0": (size - 1) / 2,  # the middle of the first block; the axis counts segments
        "dy": size,
    }
    strip: dict[str, Any] = {
        "type": "heatmap",
        **_strip(colouring.codes[rows] + 1, every_row=size == 1),
        "zmin": -0.5,
        "zmax": len(colouring.colours) + 0.5,
        "colorscale": colouring.colorscale,
        "showscale": False,
        "xaxis": "x2",
        "hoverinfo": "skip",
    }
    if len(rows) <= EXACT_ROWS:
        cells["customdata"] = typed_array(values.astype(np.float32))
        cells["hovertemplate"] = "%{y}<br>%{x}: %{customdata:.3f}<extra></extra>"
        cells["y"] = strip["y"] = row_names(table, rows)
    return {"data": [cells, strip], "layout": _layout(len(rows))}


def _strip(codes: NDArray[np.int32], *, every_row: bool) -> Figure:
    """Cells of the strip that tells the groups; of many rows one for each run of equal ones."""
    if every_row:
        return {"z": typed_array(codes.astype(np.int16)[:, None])}
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    edges = np.append(starts, len(codes)) - 0.5
    return {"z": typed_array(codes[starts].astype(np.int16)[:, None]), "y": typed_array(edges)}


def heatmap_caption(count: int) -> str:
    """What the rows are, in a few words: the panel is narrow, and the map says how many."""
    size = block_size(count)
    if size > 1:
        return _("Means of {size} · red is high", size=size)
    segments = ngettext("1 segment", "{count:,} segments", count)
    return _("{segments} · red is high", segments=segments)


def block_size(count: int) -> int:
    """How many of `count` segments share a row."""
    return 1 if count <= EXACT_ROWS else ceil(count / MEAN_ROWS)


def _block_means(values: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Means of `size` consecutive rows; the last block may hold fewer."""
    if size == 1:
        return values
    first = np.arange(0, len(values), size)
    counts = np.diff(first, append=len(values)).astype(np.float32)
    sums: NDArray[np.float32] = np.add.reduceat(values, first, axis=0)
    return sums / counts[:, None]


def row_names(table: SegmentTable, rows: NDArray[np.int32]) -> list[str]:
    """One name for each row; zero-width marks keep equal names apart on the axis."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        recording = table.recordings[table.recording_index[row]]
        name = f"{recording.title} · {recording.performer} · {clock(table.start_s[row])}"
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.append(name + "\u200b" * count)
    return names


def _layout(count: int) -> dict[str, Any]:
    return base_layout(
        margin={"l": 4, "r": 4, "t": 4, "b": 44},
        hovermode="closest",
        xaxis={
            "domain": [0.045, 1.0],
            "type": "category",
            "tickangle": -60,
            "showgrid": False,
            "fixedrange": True,
            "ticks": "",
            "tickfont": {"size": 10},
            "tickmode": "linear",
            "dtick": 1,
        },
        xaxis2={"domain": [0.0, 0.032], "visible": False, "fixedrange": True},
        yaxis={
            "range": [count - 0.5, -0.5],
            "visible": False,
            "showgrid": False,
            "fixedrange": True,
        },
        dragmode=False,
    )
