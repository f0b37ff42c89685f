"""Colours and symbols: one meaning at a time, the same in every panel.

Grey is kept for what is not in focus.  The first seven colours are Okabe and Ito's (their
black would vanish on the dark page); the others extend them so that each is as far from
all before it as can be, also for colour-blind readers: 44 performers must stay apart.
They were computed once with the package ``glasbey``::

    extend_palette(OKABE_ITO, palette_size=56, lightness_bounds=(32, 72),
                   chroma_bounds=(28, 70), colorblind_safe=True)

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

# Okabe and Ito, then Glasbey.
# fmt: off
CATEGORICAL = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#C8B900", "#656900",
    "#8ED2B6", "#865171", "#FF9AFB", "#C64DD2", "#5D9A96", "#8E9A5D", "#007959", "#CA9AC6",
    "#698AFF", "#EFB282", "#9628BE", "#86D2DF", "#087579", "#BA7141", "#9E9ECE", "#CA4DA2",
    "#00D269", "#6186AA", "#9A6545", "#AA209A", "#71A600", "#00BA8E", "#EF65D2", "#009631",
    "#658A55", "#DF71FF", "#00C2B6", "#B2BEFF", "#7959EB", "#695D8E", "#C6A249", "#EBAED7",
    "#00AABA", "#9E92FF", "#A67DAE", "#008A79", "#FFAE51", "#92BA8A", "#8A65C6", "#926192",
    "#2D7D3D", "#3DDFCA", "#9682D2", "#AA5114", "#A26186", "#7DDF55", "#EF7514", "#B6288A",
)
# fmt: on

#: Five steps from much to little: dark to bright, each of them readable on white and on black.
SEQUENTIAL = ("#3F5BD0", "#8A4FBF", "#C4528F", "#E0745A", "#EBAA3C")

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
        ``"performer"``, ``"instrument"``, ``"piece"``, ``"cluster"``, ``"kept"`` or the name of
        an annotation layer, ``"layer:technique"``.
    codes : int32 [shape=(n,)]
        Group of each segment; -1 for none.
    labels : tuple of str
        What each group is called on the page.
    colours : tuple of str
        CSS colour of each group.
    about : str
        What the groups are, where their names do not say it.
    values : tuple of str
        What selections name each group by, where it is called otherwise on the page.
    """

    name: str
    codes: NDArray[np.int32]
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    about: str = ""
    values: tuple[str, ...] = ()

    def value_of(self, code: int) -> str:
        """What selections name a group by."""
        return (self.values or self.labels)[code]

    def colour_of(self, code: int) -> str:
        """CSS colour of one group; grey for none."""
        return self.colours[code] if code >= 0 else NO_GROUP

    @property
    def colorscale(self) -> list[list[object]]:
        """A stepped Plotly colour scale over ``codes + 1`` (0 is "no group")."""
        return stepped_colorscale((NO_GROUP, *self.colours))


def categorical(count: int) -> tuple[str, ...]:
    """`count` colours that stay apart; above 56 they begin again."""
    return tuple(CATEGORICAL[index % len(CATEGORICAL)] for index in range(count))


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
