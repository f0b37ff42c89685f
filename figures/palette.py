"""Colours and symbols: one meaning at a time, the same in every panel.

Grey is kept for what is not in focus.  Okabe and Ito's palette serves up to
seven groups (its black would vanish on the dark page), colorcet's Glasbey
above that: 44 performers must stay apart, for colour-blind readers too.

References
----------
Okabe, Ito: Color Universal Design (2008).  Glasbey et al.: Colour displays for
categorical images, Color Research and Application 32 (2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#C8B900")

#: Segments outside the focus: readable on white and on black.
CONTEXT_GREY = "rgba(138,143,152,0.30)"
#: A segment that belongs to no group (DBSCAN's noise, or not clustered).
NO_GROUP = "#8A8F98"

#: Plotly's symbol numbers, chosen so that neighbours in the list look different.
SYMBOLS = (0, 1, 2, 5, 18, 17, 3, 13, 4, 22, 6, 15, 19, 14, 7, 8, 26, 20)
#: The same symbols as text, for the legend.
SYMBOL_TEXTS = (
    "●",
    "■",
    "◆",
    "▲",
    "⬡",
    "★",
    "✚",
    "⬟",
    "✖",
    "✦",
    "▼",
    "⯃",
    "✳",
    "⬢",
    "◀",
    "▶",
    "⧓",
    "✡",
)


@dataclass(frozen=True)
class Colouring:
    """Which group each segment belongs to, and that group's colour.

    Attributes
    ----------
    name : str
        ``"performer"``, ``"instrument"``, ``"piece"`` or ``"cluster"``.
    codes : int32 [shape=(n,)]
        Group of each segment; -1 for none.
    labels : tuple of str
        Name of each group.
    colours : tuple of str
        CSS colour of each group.
    """

    name: str
    codes: NDArray[np.int32]
    labels: tuple[str, ...]
    colours: tuple[str, ...]

    def colour_of(self, code: int) -> str:
        """CSS colour of one group; grey for none."""
        return self.colours[code] if code >= 0 else NO_GROUP

    @property
    def colorscale(self) -> list[list[object]]:
        """A stepped Plotly colour scale over ``codes + 1`` (0 is "no group")."""
        return stepped_colorscale((NO_GROUP, *self.colours))


def categorical(count: int) -> tuple[str, ...]:
    """`count` colours that stay apart."""
    if count <= len(OKABE_ITO):
        return OKABE_ITO[:count]
    import colorcet

    glasbey: Sequence[Sequence[float]] = colorcet.glasbey_bw_minc_20_minl_30
    hexes = ["#" + "".join(f"{round(255 * part):02x}" for part in colour) for colour in glasbey]
    return tuple(hexes[index % len(hexes)] for index in range(count))


def stepped_colorscale(colours: Sequence[str]) -> list[list[object]]:
    """A colour scale with one flat step for each colour.

    Value ``i`` gets colour ``i`` when the trace's limits are ``-0.5`` and
    ``len(colours) - 0.5``.
    """
    steps: list[list[object]] = []
    for index, colour in enumerate(colours):
        steps += [[index / len(colours), colour], [(index + 1) / len(colours), colour]]
    return steps


def symbol_of(code: int) -> int:
    """Plotly symbol number of an instrument's code."""
    return SYMBOLS[code % len(SYMBOLS)]
