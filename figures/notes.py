"""Maps of note samples and of note latents (paper, Fig. 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.encoding import Figure, typed_array
from figures.palette import categorical, symbol_of
from figures.style import base_layout


def note_map_figure(
    positions: NDArray[np.float32],
    pitches: Sequence[str],
    loudness: Sequence[int],
    instruments: Sequence[str],
) -> Figure:
    """One map: a point a column, colour by instrument, clusters labelled in solfège.

    Parameters
    ----------
    positions : float32 [shape=(n, 2)]
    pitches : sequence of str [length n]
        Solfège with octave, for example ``"La4"``.
    loudness : sequence of int [length n]
        Level from 1 (softest) to 4.
    instruments : sequence of str [length n]
    """
    names = sorted(set(instruments))
    colours = categorical(len(names))
    instrument_of = np.array(instruments)
    pitch_of = np.array(pitches)
    traces = []
    for code, (name, colour) in enumerate(zip(names, colours, strict=True)):
        chosen = np.flatnonzero(instrument_of == name)
        traces.append(
            {
                "type": "scattergl",
                "mode": "markers",
                "name": name,
                "x": typed_array(positions[chosen, 0].astype(np.float32)),
                "y": typed_array(positions[chosen, 1].astype(np.float32)),
                "text": [
                    f"<b>{pitch_of[i]}</b><br>{name}<br>loudness l{loudness[int(i)]}"
                    for i in chosen
                ],
                "hovertemplate": "%{text}<extra></extra>",
                "marker": {"color": colour, "size": 5, "opacity": 0.8, "symbol": symbol_of(code)},
            }
        )
    return {"data": traces, "layout": _layout(positions, pitch_of, instrument_of)}


def cluster_labels(
    positions: NDArray[np.float32], pitches: NDArray[Any], instruments: NDArray[Any]
) -> list[dict[str, Any]]:
    """An annotation at the median place of each instrument's notes of one pitch.

    Instruments that share a place share one label, so that a pitch that all
    four play in one cluster is named once.
    """
    extent = float(np.ptp(positions, axis=0).max()) or 1.0
    annotations: list[dict[str, Any]] = []
    for pitch in dict.fromkeys(pitches.tolist()):
        centres: list[NDArray[np.float32]] = []
        for name in dict.fromkeys(instruments.tolist()):
            chosen = (pitches == pitch) & (instruments == name)
            if not chosen.any():
                continue
            centre = np.median(positions[chosen], axis=0)
            if all(np.linalg.norm(centre - other) > 0.06 * extent for other in centres):
                centres.append(centre)
        annotations += [
            {
                "x": float(centre[0]),
                "y": float(centre[1]),
                "text": pitch,
                "showarrow": False,
                "font": {"size": 11},
                "yshift": 11,
            }
            for centre in centres
        ]
    return annotations


def _layout(
    positions: NDArray[np.float32], pitches: NDArray[Any], instruments: NDArray[Any]
) -> dict[str, Any]:
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    return base_layout(
        xaxis=axis,
        yaxis=axis,
        hovermode="closest",
        dragmode="pan",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0.5,
            "xanchor": "center",
            "y": -0.01,
            "yanchor": "top",
            "itemsizing": "constant",
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 30},
        annotations=cluster_labels(positions, pitches, instruments),
    )
