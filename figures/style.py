"""What every figure has in common: no frame, no paper, text coloured by the page."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

#: Letters that the narrowest panel has room for.
_LONGEST_LINE = 36

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)


def base_layout(**changes: Any) -> dict[str, Any]:
    """A quiet Plotly layout; the text's colour comes from the page's CSS (light or dark)."""
    layout: dict[str, Any] = {
        "autosize": True,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 11},
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT, "size": 12}, "align": "left"},
    }
    return layout | changes


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, a real minus."""
    return real_minus(f"{value:+.{digits}f}")


def real_minus(number: str) -> str:
    """A written number with a real minus, as wide as its plus."""
    return number.replace("-", "−")


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: ``80.0`` is ``"1:20"``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def message_figure(text: str) -> dict[str, Any]:
    """An empty figure with one sentence that says what to do, in lines for the narrowest panel."""
    return {
        "data": [],
        "layout": base_layout(
            xaxis={"visible": False, "fixedrange": True},
            yaxis={"visible": False, "fixedrange": True},
            dragmode=False,
            annotations=[
                {
                    "text": " <br>".join(wrap(text, _LONGEST_LINE)),
                    "showarrow": False,
                    "xref": "paper",
                    "yref": "paper",
                    "x": 0.5,
                    "y": 0.5,
                    "font": {"size": 13},
                }
            ],
        ),
    }
