"""The similarity matrix as a score of the form: time across and down, sections above (Fig. 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plotly.colors import sequential

from analysis.form import Course, Form
from figures.encoding import Figure, typed_array
from figures.style import base_layout, clock
from language import N_, ngettext

#: Colour scales by name, from the least to the most similar.  All but the last grow brighter.
COLOURS: dict[str, Sequence[str]] = {
    "Viridis": sequential.Viridis,
    "Magma": sequential.Magma,
    "Cividis": sequential.Cividis,
    N_("Ink on paper"): sequential.Greys,
}
#: Cosines travel as whole numbers of this part: half the bytes of float32.
UNIT = 1e-4
_CURVE = "#b9543c"
_AREA = "rgba(185,84,60,0.16)"
# Neighbouring bars in two greys: no gap that would look like a pause.
_GREYS = ("rgba(138,143,152,0.18)", "rgba(138,143,152,0.36)")
_ON_MATRIX = "rgba(255,255,255,0.3)"
#: Where the section bars stand above a novelty curve that reaches 1.
_BARS = (1.12, 1.5)
_TICKS_S = (5, 10, 20, 30, 60, 120, 300, 600, 1200)
#: The narrowest section, as a share of the axis, that has room for its number.
_NUMBERED = 0.03


def form_figure(
    form: Form, across: Mapping[str, Any], down: Mapping[str, Any] | None = None
) -> Figure:
    """Matrix with times on both axes, novelty and sections above it, and beside it for two.

    Parameters
    ----------
    form : Form
    across, down : mapping
        What the player needs of a recording; `down` only where there is another one.

    Notes
    -----
    ``layout.meta`` says what the browser needs to lay the parts out, so that a second is as long
    down as across, and for what follows the mouse and the playhead: the recordings, their
    sections, and which time a cell stands for.
    """
    two = down is not None
    other = down if down is not None else across
    durations = float(across["duration_s"]), float(other["duration_s"])
    lowest, highest = float(form.matrix.min()), float(form.matrix.max())
    cells = {
        "type": "heatmap",
        "z": typed_array(np.round(form.matrix / UNIT).astype(np.int16)),
        "x0": form.first_s + form.step_s / 2,
        "y0": form.first_s + form.step_s / 2,
        "dx": form.step_s,
        "dy": form.step_s,
        "zmin": round(lowest / UNIT),
        "zmax": round(highest / UNIT),
        "showscale": False,
        "hoverinfo": "skip",
    }
    names = [f"{row['title']} · {row['performer']}" for row in (across, other)] if two else ["", ""]
    layout = base_layout(
        margin={"l": 52 if two else 38, "r": 8, "t": 2, "b": 42 if two else 24},
        xaxis=_time_axis(durations[0], names[0]) | {"range": [0, durations[0]], "anchor": "y"},
        yaxis=_time_axis(durations[1], names[1])
        | {"range": [durations[1], 0], "anchor": "x2" if two else "x"},
        yaxis2=_quiet_axis([0, _BARS[1]]) | {"anchor": "x"},
        xaxis2=_quiet_axis([_BARS[1], 0]) | {"anchor": "y"},
        shapes=[
            *_above(form.across, durations[0]),
            *(_beside(form.down, durations[1]) if two else []),
            *_lines(form),
        ],
        annotations=[
            *_numbers(form.across, durations[0], across=True),
            *(_numbers(form.down, durations[1], across=False) if two else []),
        ],
        hovermode=False,
        dragmode=False,
        meta={
            "recordings": [dict(across), dict(other)],
            "two": two,
            "sections": [
                form.across.sections(durations[0]),
                form.down.sections(durations[1]),
            ],
            "first_s": form.first_s,
            "step_s": form.step_s,
            "length_s": form.length_s,
            "durations": durations,
            "lowest": lowest,
            "highest": highest,
            "unit": UNIT,
            "colours": {name: list(colours) for name, colours in COLOURS.items()},
        },
    )
    curves = [_curve(form.across.novelty, form, across=True)]
    if two:
        curves.append(_curve(form.down.novelty, form, across=False))
    return {"data": [cells, *curves], "layout": layout}


def form_caption(form: Form) -> str:
    """What the matrix shows, in one line."""
    rows, columns = form.matrix.shape
    size = {"columns": columns, "rows": rows}
    if form.block == 1:
        return ngettext(
            "{columns:,} × {rows:,} windows of ten seconds, one each second",
            "{columns:,} × {rows:,} windows of ten seconds, one each {count:g} seconds",
            form.hop_s,
            **size,
        )
    return ngettext(
        "One window each second, as exact means over {columns:,} × {rows:,} blocks of {block}",
        "One window each {count:g} seconds, as exact means over {columns:,} × {rows:,} blocks of "
        "{block}",
        form.hop_s,
        block=form.block,
        **size,
    )


def _time_axis(duration_s: float, title: str) -> dict[str, Any]:
    step = next((step for step in _TICKS_S if duration_s / step <= 7), _TICKS_S[-1])
    times = list(range(0, int(duration_s) + 1, step))
    return {
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 10},
        "tickvals": times,
        "ticktext": [clock(time) for time in times],
        "title": {"text": title, "font": {"size": 11}, "standoff": 6},
        "fixedrange": True,
    }


def _quiet_axis(extent: list[float]) -> dict[str, Any]:
    return {"visible": False, "range": extent, "fixedrange": True}


def _curve(curve: NDArray[np.float64], form: Form, *, across: bool) -> dict[str, Any]:
    """Novelty as an area; each value stands where its cell begins."""
    times = (form.first_s + form.step_s * np.arange(len(curve))).astype(np.float32)
    heights = (np.maximum(curve, 0) / max(float(curve.max()), 1e-9)).astype(np.float32)
    x, y = (times, heights) if across else (heights, times)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed_array(x),
        "y": typed_array(y),
        **({"yaxis": "y2"} if across else {"xaxis": "x2"}),
        "fill": "tozeroy" if across else "tozerox",
        "fillcolor": _AREA,
        "line": {"color": _CURVE, "width": 1.3},
        "hoverinfo": "skip",
    }


def _above(course: Course, duration_s: float) -> list[dict[str, Any]]:
    """Bars of the sections, and a line down the curve where one begins."""
    bars = [
        _bar((start, end), _BARS, ("x", "y2"), number)
        for number, (start, end) in enumerate(course.sections(duration_s))
    ]
    lines = [_line((time, time), (0, 1), ("x", "y2"), _CURVE) for time in course.boundaries]
    return bars + lines


def _beside(course: Course, duration_s: float) -> list[dict[str, Any]]:
    bars = [
        _bar(_BARS, (start, end), ("x2", "y"), number)
        for number, (start, end) in enumerate(course.sections(duration_s))
    ]
    lines = [_line((0, 1), (time, time), ("x2", "y"), _CURVE) for time in course.boundaries]
    return bars + lines


def _lines(form: Form) -> list[dict[str, Any]]:
    """Where sections begin, faintly on the matrix, as far as there are cells."""
    drawn = ("x", "y")
    rows, columns = form.matrix.shape
    wide, deep = ((form.first_s, form.first_s + count * form.step_s) for count in (columns, rows))
    down = [_line((t, t), deep, drawn, _ON_MATRIX) for t in form.across.boundaries]
    across = [_line(wide, (t, t), drawn, _ON_MATRIX) for t in form.down.boundaries]
    return down + across


def _bar(
    x: tuple[float, float], y: tuple[float, float], axes: tuple[str, str], number: int
) -> dict[str, Any]:
    return _shape("rect", x, y, axes) | {"fillcolor": _GREYS[number % 2], "line": {"width": 0}}


def _line(
    x: tuple[float, float], y: tuple[float, float], axes: tuple[str, str], colour: str
) -> dict[str, Any]:
    return _shape("line", x, y, axes) | {"line": {"color": colour, "width": 1}}


def _shape(
    kind: str, x: tuple[float, float], y: tuple[float, float], axes: tuple[str, str]
) -> dict[str, Any]:
    return {
        "type": kind,
        "xref": axes[0],
        "yref": axes[1],
        "x0": float(x[0]),
        "x1": float(x[1]),
        "y0": float(y[0]),
        "y1": float(y[1]),
    }


def _numbers(course: Course, duration_s: float, *, across: bool) -> list[dict[str, Any]]:
    """The number of each section that has room for it."""
    middle = sum(_BARS) / 2
    return [
        {
            "x": (start + end) / 2 if across else middle,
            "y": middle if across else (start + end) / 2,
            "xref": "x" if across else "x2",
            "yref": "y2" if across else "y",
            "text": str(number),
            "showarrow": False,
            "font": {"size": 10},
        }
        for number, (start, end) in enumerate(course.sections(duration_s), start=1)
        if (end - start) / duration_s > _NUMBERED
    ]
