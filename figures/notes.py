"""Maps of note samples and of note latents (paper, Fig. 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.notes import Cluster, pitch_clusters
from figures.encoding import Figure, typed_array
from figures.palette import CONTEXT_GREY, categorical, symbol_of
from figures.style import base_layout
from language import _
from language.instruments import instrument_label

#: Labels are thinned for a map of this size in pixels; the page does it again for its own.
REFERENCE_WIDTH, REFERENCE_HEIGHT = 620, 520
_LETTER, _LINE, _ABOVE = 7, 14, 11
# More candidates than fit on a map are of no use, even after zooming in.
_MOST_LABELS = 160


def instrument_rows(instruments: Sequence[str]) -> list[tuple[str, NDArray[np.intp]]]:
    """Each instrument with its rows: a trace of the maps each, in this order."""
    of_row = np.array(instruments)
    return [(name, np.flatnonzero(of_row == name)) for name in sorted(set(instruments))]


def note_map_figure(
    positions: NDArray[np.float32],
    pitches: Sequence[str],
    loudness: Sequence[int],
    instruments: Sequence[str],
    remarks: Sequence[str] | None = None,
    details: Sequence[str] | None = None,
) -> Figure:
    """One map: a point a column, colour and symbol by instrument, clusters labelled in solfège.

    Parameters
    ----------
    positions : float32 [shape=(n, 2)]
    pitches : sequence of str [length n]
        Solfège with octave, for example ``"La4"``.
    loudness : sequence of int [length n]
        Level from 1 (softest) to 4.
    instruments : sequence of str [length n]
    remarks, details : sequence of str [length n], optional
        For the hover card: behind the pitch, and in a line of its own.

    Returns
    -------
    figure : dict
        A trace an instrument, as :func:`instrument_rows` orders them.
    """
    by_instrument = instrument_rows(instruments)
    colours = categorical(len(by_instrument))
    traces = []
    for code, (name, chosen) in enumerate(by_instrument):
        traces.append(
            {
                "type": "scattergl",
                "mode": "markers",
                "name": name,
                "x": typed_array(positions[chosen, 0].astype(np.float32)),
                "y": typed_array(positions[chosen, 1].astype(np.float32)),
                "text": [
                    _card(
                        pitches[i],
                        loudness[i],
                        name,
                        remarks[i] if remarks else "",
                        details[i] if details else "",
                    )
                    for i in chosen.tolist()
                ],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "color": colours[code],
                    "size": 6,
                    "opacity": 0.8,
                    "symbol": symbol_of(code),
                },
                "unselected": {"marker": {"color": CONTEXT_GREY, "opacity": 1}},
            }
        )
    return {"data": traces, "layout": _layout(positions, pitches)}


def cluster_labels(clusters: Sequence[Cluster], positions: NDArray[np.float32]) -> list[Any]:
    """An annotation for each cluster; those that would touch a larger one's are not visible.

    Parameters
    ----------
    clusters : sequence of Cluster
        The largest first.
    positions : float32 [shape=(n, 2)]
        All points of the map.
    """
    low = positions.min(axis=0)
    extent = np.maximum(np.ptp(positions, axis=0), 1e-9)
    size = np.array([REFERENCE_WIDTH, REFERENCE_HEIGHT])
    placed: list[tuple[float, float, float]] = []
    annotations = []
    for cluster in clusters[:_MOST_LABELS]:
        x, y = (np.array([cluster.x, cluster.y]) - low) / extent * size
        width = _LETTER * len(cluster.pitch)
        free = all(
            abs(x - other_x) > (width + other_width) / 2 + 2 or abs(y - other_y) > _LINE
            for other_x, other_y, other_width in placed
        )
        if free:
            placed.append((x, y, width))
        annotations.append(
            {
                "x": cluster.x,
                "y": cluster.y,
                "text": cluster.pitch,
                "showarrow": False,
                "font": {"size": 11},
                "yshift": _ABOVE,
                "visible": free,
                "captureevents": False,
            }
        )
    return annotations


def _card(pitch: str, loudness: int, instrument: str, remark: str, detail: str) -> str:
    first = f"<b>{pitch}</b> {remark}" if remark else f"<b>{pitch}</b>"
    lines = [
        first,
        instrument_label(instrument),
        _("loudness {level}", level=f"l{loudness}"),
        *([detail] if detail else []),
    ]
    return "<br>".join(lines)


def _layout(positions: NDArray[np.float32], pitches: Sequence[str]) -> dict[str, Any]:
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    labels = cluster_labels(pitch_clusters(positions, pitches), positions) if len(positions) else []
    return base_layout(
        xaxis=axis,
        yaxis=axis,
        hovermode="closest",
        dragmode="select",
        selections=[],
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        annotations=labels,
    )
