"""Loss curves of an encoder's training (paper, Fig. 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figures.encoding import Figure
from figures.palette import CATEGORICAL
from figures.style import base_layout
from language import _


def losses_figure(curves: Mapping[str, Sequence[float]], title: str) -> Figure:
    """Mean squared error against the epoch, one line for each curve.

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
                "title": {"text": _("mean squared error")},
                "type": "log",
                "exponentformat": "power",
            },
            margin={"l": 70, "r": 16, "t": 40, "b": 44},
        ),
    }
