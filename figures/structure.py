"""Where one recording changes and what returns in it, on a line of time (paper, T3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures.encoding import Figure
from figures.palette import CATEGORICAL
from figures.style import base_layout, clock
from language import _

#: Returns drawn below the curve, those that stand out most.
SHOWN_REPEATS = 6
_CURVE = "#8c2f1b"
_BAND, _BAND_TOP = 1.06, 1.2
_GREY = "rgba(138,143,152,0.9)"


def structure_figure(recording: Mapping[str, Any]) -> Figure:
    """Novelty as an area, found boundaries as lines, known sections as a band, returns as bars.

    Parameters
    ----------
    recording : mapping
        One of ``figures["structure"]["recordings"]``.
    """
    curve = recording["novelty"]
    highest = max([*curve, 1e-9])
    times = [recording["first_s"] + second for second in range(len(curve))]
    repeats = recording["repeats"][:SHOWN_REPEATS]
    lowest = -0.1 - 0.13 * len(repeats)
    lines: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": times,
            "y": [max(value, 0.0) / highest for value in curve],
            "text": [clock(time) for time in times],
            "fill": "tozeroy",
            "fillcolor": "rgba(140,47,27,0.14)",
            "line": {"color": _CURVE, "width": 1.3},
            "hovertemplate": _("%{text}, novelty %{y:.2f}<extra></extra>"),
        },
        *(_return(repeat, place) for place, repeat in enumerate(repeats)),
    ]
    return {
        "data": lines,
        "layout": base_layout(
            xaxis={
                "range": [0, recording["duration_s"]],
                "showgrid": False,
                "zeroline": False,
                "tickvals": (minutes := list(range(0, int(recording["duration_s"]) + 1, 30))),
                "ticktext": [clock(second) for second in minutes],
            },
            yaxis={"visible": False, "range": [lowest, _BAND_TOP + 0.02], "fixedrange": True},
            shapes=[*_bands(recording["sections"]), *map(_boundary, recording["boundaries"])],
            annotations=_names(recording["sections"], recording["duration_s"]),
            hovermode="closest",
            margin={"l": 14, "r": 14, "t": 6, "b": 26},
        ),
    }


def _return(repeat: Mapping[str, Any], place: int) -> dict[str, Any]:
    """A passage and its return: two thick bars on a thin line."""
    a, b, length = repeat["start_a"], repeat["start_b"], repeat["duration"]
    height = -0.14 - 0.13 * place
    said = _(
        "{passage} returns at {other}, cosine {cosine:.2f}<extra></extra>",
        passage=f"{clock(a)}–{clock(a + length)}",
        other=f"{clock(b)}–{clock(b + length)}",
        cosine=repeat["similarity"],
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [a, a + length, None, b, b + length],
        "y": [height] * 5,
        "line": {"color": CATEGORICAL[0], "width": 6},
        "opacity": 0.75,
        "hovertemplate": said,
    }


def _bands(sections: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """One colour for each name that a section has."""
    names = list(dict.fromkeys(str(label).split(" ")[0] for _, _, label in sections))
    shapes: list[dict[str, Any]] = []
    for start, end, label in sections:
        colour = CATEGORICAL[names.index(str(label).split(" ")[0]) % len(CATEGORICAL)]
        shapes += [
            {
                "type": "rect",
                "x0": start,
                "x1": end,
                "y0": _BAND,
                "y1": _BAND_TOP,
                "fillcolor": colour,
                "opacity": 0.3,
                "line": {"width": 0},
            },
            _line(start, 0, _BAND_TOP, {"color": _GREY, "width": 1, "dash": "dot"}),
        ]
    return shapes


def _boundary(time: float) -> dict[str, Any]:
    return _line(time, 0, 1.02, {"color": _CURVE, "width": 1.6})


def _line(x: float, low: float, high: float, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "y0": low, "y1": high, "line": line}


def _names(sections: Sequence[Sequence[Any]], duration_s: float) -> list[dict[str, Any]]:
    """Labels of the sections that are wide enough for them."""
    return [
        {
            "x": start + 0.003 * duration_s,
            "y": (_BAND + _BAND_TOP) / 2,
            "text": str(label),
            "showarrow": False,
            "xanchor": "left",
            "font": {"size": 10},
        }
        for start, end, label in sections
        if (end - start) / duration_s > 0.006 * (len(str(label)) + 1)
    ]
