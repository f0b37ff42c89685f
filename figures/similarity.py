"""The cosine-similarity matrix (paper, Fig. 9): brighter is more similar."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from analysis.similarity import Similarity
from figures.encoding import Figure, typed_array
from figures.lettering import shortened
from figures.style import base_layout, clock
from language import _

#: Dark to bright, even in lightness, safe for colour-blind readers.
COLORSCALE = "Viridis"
#: Above this many recordings their names would run into each other.
NAMED_RECORDINGS = 14
#: Above this many, lines between them would cover the cells.
MARKED_RECORDINGS = 60
#: So many characters of a tick label fit beside the matrix in the smallest window we serve.
_CHARACTERS_ACROSS = 34
#: Fewer letters of a cut name say nothing; nor does a name without air around it.
_SHORTEST_NAME = 5


def similarity_figure(
    table: SegmentTable, rows: NDArray[np.int32], similarity: Similarity
) -> Figure:
    """Similarity of every pair of selected segments, in time order.

    Parameters
    ----------
    table : SegmentTable
    rows : int32 [shape=(k,)]
        Segments in the table's order: recording after recording, by time.
    similarity : Similarity
        Matrix over those rows, or over blocks of them.

    Notes
    -----
    ``layout.meta.names`` names each row for the caption that follows the mouse:
    a text for each of the N x N cells would be larger than the picture.
    """
    first = rows[similarity.edges[:-1]]
    names = [_cell_name(table, int(row)) for row in first]
    cells = {
        "type": "heatmap",
        "z": typed_array(similarity.matrix.astype(np.float32)),
        "zmax": 1.0,
        "zmin": float(similarity.matrix.min()),
        "colorscale": COLORSCALE,
        "colorbar": {
            "thickness": 7,
            "len": 0.96,
            "x": 1.01,
            "xpad": 0,
            "tickfont": {"size": 9},
            "nticks": 4,
        },
        "hoverinfo": "none",
    }
    count = len(first)
    marks = _recording_marks(table, first)
    ticks = _ticks(table, first, marks)
    axis: dict[str, Any] = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,  # on a zoom Dash would draw the figure again that the page opened with
        "ticks": "",
        "constrain": "domain",
        "tickfont": {"size": 10},
        "tickmode": "array",
        "tickvals": ticks[0],
        "ticktext": ticks[1],
        "range": [-0.5, count - 0.5],
    }
    layout = base_layout(
        margin={"l": 34, "r": 4, "t": 6, "b": 26},
        xaxis=axis | {"tickangle": 0},
        yaxis=axis | {"range": [count - 0.5, -0.5], "scaleanchor": "x", "tickangle": -90},
        shapes=_boundaries(marks[1:], count) if 1 < len(marks) <= MARKED_RECORDINGS else [],
        hovermode="closest",
        dragmode=False,
        meta={"names": names}
        # First row of each block, where cells are blocks.
        | ({} if similarity.is_exact else {"edges": similarity.edges.tolist()}),
    )
    return {"data": [cells], "layout": layout}


def similarity_title(count: int, blocks: int) -> str:
    """What the matrix shows, in a few words: the panel is narrow, and the map says how many."""
    if blocks == count:
        return _("{count:,} × {count:,}", count=count)
    return _("{blocks:,} × {blocks:,} means", blocks=blocks)


def _cell_name(table: SegmentTable, row: int) -> str:
    recording = table.recordings[table.recording_index[row]]
    return f"{recording.title} {clock(table.start_s[row])}"


def _recording_marks(table: SegmentTable, first: NDArray[np.int32]) -> list[int]:
    """Index of the first cell of each recording."""
    recording = table.recording_index[first]
    return [0, *(np.flatnonzero(np.diff(recording)) + 1).tolist()] if len(first) else []


def _ticks(
    table: SegmentTable, first: NDArray[np.int32], marks: list[int]
) -> tuple[list[float], list[str]]:
    """Minutes for one recording, titles for several, nothing for very many."""
    count = len(first)
    if len(marks) == 1:
        step = max(1, int(np.ceil(count / 8)))
        positions = list(range(0, count, step))
        return [float(p) for p in positions], [clock(table.start_s[first[p]]) for p in positions]
    if len(marks) > NAMED_RECORDINGS:
        return [], []
    ends = [*marks[1:], count]
    middles = [(start + end - 1) / 2 for start, end in zip(marks, ends, strict=True)]
    recordings = [table.recordings[table.recording_index[first[mark]]] for mark in marks]
    # Of one piece in several performances the performers are what differs.
    one_piece = len({recording.title for recording in recordings}) == 1
    names = [recording.performer if one_piece else recording.title for recording in recordings]
    shares = [(end - start) / count for start, end in zip(marks, ends, strict=True)]
    room = [int(share * _CHARACTERS_ACROSS) - 1 for share in shares]
    return middles, [
        shortened(name, length, _SHORTEST_NAME) for name, length in zip(names, room, strict=True)
    ]


def _boundaries(marks: list[int], count: int) -> list[dict[str, Any]]:
    """Lines across and down at some cells; fainter the more there are, so that cells stay visible.

    One shape for them all: Plotly takes a millisecond for each.
    """
    low, high = -0.5, count - 0.5
    path = "".join(f"M{at},{low}V{high}M{low},{at}H{high}" for at in (mark - 0.5 for mark in marks))
    faint = max(0.12, min(0.8, 5 / (len(marks) + 1)))
    return [
        {
            "type": "path",
            "path": path,
            "line": {"color": f"rgba(255,255,255,{faint:.2f})", "width": 1},
        }
    ]
