"""Curves that help to choose a setting: small pictures side by side over the same axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from figures.encoding import Figure
from figures.style import base_layout

#: Readable on the light page and on the dark one.
_CURVE = "#c4553b"
_GREY = "rgba(138,143,152,0.9)"
_GRID = {"gridcolor": "rgba(138,143,152,0.22)", "zeroline": False}
#: Lines of one picture are told apart by their dashes: colours mean clusters here.
_DASHES = ("solid", "dash", "dot")
_GAP = 0.085


@dataclass(frozen=True)
class Curve:
    """One line: its name, and a value for each setting, None where it is not defined."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Picture:
    """Curves that share an axis.

    Attributes
    ----------
    title : str
    curves : sequence of Curve
    best : bool
        Whether the highest value of the first curve is marked.
    format : str
        d3 format of the values.
    """

    title: str
    curves: Sequence[Curve]
    best: bool = False
    format: str = ".2f"


def curves_figure(
    pictures: Sequence[Picture],
    settings: Sequence[float],
    *,
    name: str,
    chosen: float,
    span: tuple[float, float],
    marked: float | None = None,
    meta: dict[str, Any],
) -> Figure:
    """Pictures side by side over one setting.

    Parameters
    ----------
    pictures : sequence of Picture
    settings : sequence of float
        The setting's values so far, rising.
    name : str
        What the setting is called.
    chosen : float
        The value in use, a line across every picture.
    span : (float, float)
        Lowest and highest value there will be.
    marked : float, optional
        A further, dotted line.
    meta : dict
        For the browser, in ``layout.meta``.
    """
    width = (1 - _GAP * (len(pictures) - 1)) / len(pictures)
    layout: dict[str, Any] = {}
    data: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    shapes = []
    for place, picture in enumerate(pictures):
        suffix = str(place + 1) if place else ""
        start = place * (width + _GAP)
        layout[f"xaxis{suffix}"] = _GRID | {
            "domain": [start, start + width],
            "anchor": f"y{suffix}",
            "range": _widened(span),
            "title": {"text": name, "font": {"size": 11}, "standoff": 4},
            "fixedrange": True,
            "nticks": 6,
        }
        layout[f"yaxis{suffix}"] = _GRID | {
            "anchor": f"x{suffix}",
            "fixedrange": True,
            "nticks": 5,
            "rangemode": "normal" if picture.best else "tozero",
            "tickformat": picture.format if picture.format.endswith("%") else "",
        }
        data += _lines(picture, settings, name, suffix)
        annotations.append(_title(picture, start, f"<b>{picture.title}</b>"))
        shapes.append(_across(chosen, suffix, {"color": _CURVE, "width": 1.5}))
        if marked is not None:
            shapes.append(_across(marked, suffix, {"color": _GREY, "width": 1, "dash": "dot"}))
    return {
        "data": data,
        "layout": base_layout(
            **layout,
            shapes=shapes,
            annotations=annotations,
            meta=meta,
            hovermode="x",
            dragmode=False,
            margin={"l": 34, "r": 12, "t": 26, "b": 34},
        ),
    }


def _lines(
    picture: Picture, settings: Sequence[float], name: str, suffix: str
) -> list[dict[str, Any]]:
    lines = []
    for index, curve in enumerate(picture.curves):
        said = f"{curve.name} %{{y:{picture.format}}}<extra></extra>"
        known = [value for value in curve.values if value is not None]
        best = max(known) if picture.best and known else None
        sizes = [10 if value is not None and value == best else 6 for value in curve.values]
        lines.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": curve.name,
                "x": list(settings),
                "y": list(curve.values),
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "line": {
                    "color": _CURVE if len(picture.curves) == 1 else _GREY,
                    "width": 1.6,
                    "dash": _DASHES[index % len(_DASHES)],
                },
                "marker": {"size": sizes, "symbol": ("circle", "square", "diamond")[index % 3]},
                "hovertemplate": said,
            }
        )
    return lines


def _title(picture: Picture, start: float, text: str) -> dict[str, Any]:
    if len(picture.curves) > 1:
        marks = zip(("●", "■", "◆"), picture.curves, strict=False)
        text += " " + " ".join(f"{mark}&nbsp;{curve.name}" for mark, curve in marks)
    return {
        "text": text,
        "x": start,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 5,
        "showarrow": False,
        "font": {"size": 11},
    }


def _across(x: float, suffix: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{suffix}",
        "yref": f"y{suffix} domain",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "line": line,
        "layer": "below",
    }


def _widened(span: tuple[float, float]) -> list[float]:
    margin = 0.04 * (span[1] - span[0]) or 0.5
    return [span[0] - margin, span[1] + margin]
