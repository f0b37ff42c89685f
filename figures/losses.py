"""Loss curves of an encoder's training (paper, Fig. 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures.encoding import Figure
from figures.palette import CATEGORICAL
from figures.style import base_layout
from language import _


def losses_figure(curves: Mapping[str, Sequence[float]], title: str) -> Figure:
    """Loss against the epoch, one line for each curve.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        For example ``{"training": [...], "validation": [...]}``, epoch 1 first.
    title : str
    """
    lines: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": _(name),
            "x": list(range(1, len(values) + 1)),
            "y": list(values),
            "line": {"color": CATEGORICAL[index % len(CATEGORICAL)], "width": 2},
            "hovertemplate": _("{name}, epoch %{{x}}: %{{y:.5f}}<extra></extra>", name=_(name)),
        }
        for index, (name, values) in enumerate(curves.items())
    ]
    ticks = _ticks([value for values in curves.values() for value in values if value > 0])
    grid = {"gridcolor": "rgba(138,143,152,0.22)", "zeroline": False}
    return {
        "data": lines,
        "layout": base_layout(
            title={"text": title, "font": {"size": 13}, "x": 0.01, "xanchor": "left"},
            showlegend=len(lines) > 1,
            legend={"x": 0.98, "xanchor": "right", "y": 0.98, "bgcolor": "rgba(0,0,0,0)"},
            xaxis=grid | {"title": {"text": _("epoch")}},
            yaxis=grid
            | {
                "title": {"text": _("loss")},
                "type": "log",
                "tickvals": ticks,
                "ticktext": [f"{tick:g}" for tick in ticks],
            },
            margin={"l": 70, "r": 16, "t": 40, "b": 44},
        ),
    }


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers along a logarithmic axis, the finer the less the values differ."""
    if not values:
        return []
    low, high = min(values), max(values)
    for steps in ((1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8), tuple(i / 2 for i in range(2, 20))):
        ticks = [step * 10.0**power for power in range(-9, 10) for step in steps]
        shown = [tick for tick in ticks if low <= tick <= high]
        if len(shown) > 3:
            break
    return shown
