"""Small multiples: the map once for each instrument, on the same axes."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from figures.encoding import Figure, typed_array
from figures.map import map_ranges, marker_colours, point_size
from figures.palette import CONTEXT_GREY, Colouring, symbol_of
from figures.style import base_layout
from language.instruments import instrument_label

#: Pixels above a small map, for its name, in the lowest panel that we serve.
_HEAD, _LOWEST = 20, 380
_GAP = 0.012


def multiples_figure(
    table: SegmentTable, colouring: Colouring, selected: NDArray[np.int32] | None
) -> Figure:
    """A small map for each instrument, in the colours of the large one.

    Parameters
    ----------
    table : SegmentTable
    colouring : Colouring
    selected : int32 [shape=(k,)] or None
        Rows that are not greyed; None for all.

    Notes
    -----
    ``layout.meta.rows`` has the rows of each small map's points, in its traces' order: what is
    hovered or clicked is a row of the map.
    """
    codes, instruments = table.labels("instrument")
    across = ceil(sqrt(len(instruments)))
    down = ceil(len(instruments) / across)
    lit = np.ones(len(table), dtype=bool)
    if selected is not None:
        lit[:] = False
        lit[selected] = True
    colours = np.asarray(colouring.codes + 1, dtype=np.int16)
    placed = np.isfinite(table.positions).all(axis=1)
    ranges = map_ranges(table.positions)
    layout: dict[str, Any] = {"annotations": []}
    traces: list[dict[str, Any]] = []
    of_traces: list[list[int]] = []
    for code, instrument in enumerate(instruments):
        suffix, name = str(code + 1) if code else "", instrument_label(instrument)
        left, top = (code % across) / across, 1 - (code // across) / down
        high = top - _HEAD / _LOWEST
        layout[f"xaxis{suffix}"] = _axis(
            ranges["xaxis"], [left + _GAP, left + 1 / across - _GAP], f"y{suffix}"
        )
        layout[f"yaxis{suffix}"] = _axis(
            ranges["yaxis"], [top - 1 / down + _GAP, high], f"x{suffix}"
        )
        rows = np.flatnonzero((codes == code) & placed)
        layout["annotations"].append(
            {
                "text": f"<b>{name}</b>  {int(lit[rows].sum()):,}",
                "xref": "paper",
                "yref": "paper",
                "x": left + _GAP,
                "y": high,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
        traces.append(
            {
                "type": "scattergl",
                "mode": "markers",
                "name": name,
                "x": typed_array(table.positions[rows, 0]),
                "y": typed_array(table.positions[rows, 1]),
                "hoverinfo": "none",  # named by assets/js/label.js
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "marker": marker_colours(colouring)
                | {
                    "color": typed_array(colours[rows]),
                    "symbol": symbol_of(code),
                    "size": max(3.0, point_size(len(table)) * 0.7),
                    "line": {"width": 0},
                },
                "selectedpoints": None if selected is None else np.flatnonzero(lit[rows]).tolist(),
                "selected": {"marker": {"opacity": 1.0}},
                "unselected": {"marker": {"color": CONTEXT_GREY, "opacity": 0.35}},
            }
        )
        of_traces.append(rows.tolist())
    whole = base_layout(hovermode="closest", dragmode=False, meta={"rows": of_traces}, **layout)
    return {"data": traces, "layout": whole}


def _axis(ends: list[float], domain: list[float], anchor: str) -> dict[str, Any]:
    return {
        "range": ends,
        "domain": domain,
        "anchor": anchor,
        "showgrid": False,
        "zeroline": False,
        "showticklabels": False,
        "ticks": "",
        "showline": True,
        "mirror": True,
        "linewidth": 1,
        "linecolor": "rgba(128,128,128,0.35)",
        "fixedrange": True,
    }
