"""The form of a recording, or of two beside each other, as one similarity matrix (paper, Fig. 9).

Conventions
-----------
* A *window* is ten seconds of music; the next one begins a hop later.  A *cell* stands for one
  window, or for a block of them where there would be more cells than anybody can see.
* A cell is drawn one step wide about the middle of what it stands for, so that a time on an
  axis is a time of the recording: at a hop of ten seconds cell `i` lies from ``10 i`` to
  ``10 i + 10``, as in the paper; the middles of the first and the last window end the axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.similarity import block_means, products, unit_vectors
from analysis.structure import (
    WINDOW_S,
    Repeat,
    boundaries,
    common_passages,
    novelty,
    repeats,
)

#: Seconds from one window to the next that can be chosen.
HOPS_S = (10, 5, 1)
#: The most cells on a side.
CELLS = 1000


@dataclass(frozen=True)
class Course:
    """How one recording goes on: where it changes, and how much.

    Attributes
    ----------
    novelty : float64 [shape=(n,)]
        At the beginning of each cell.
    boundaries : float64 [shape=(b,)]
        Times at which a new section begins, seconds.
    """

    novelty: NDArray[np.float64]
    boundaries: NDArray[np.float64]

    def sections(self, duration_s: float) -> list[tuple[float, float]]:
        """Start and end of each section, seconds, from 0 to `duration_s`."""
        ends = [0.0, *self.boundaries.tolist(), duration_s]
        return list(pairwise(ends))


@dataclass(frozen=True)
class Form:
    """Similarity of the windows of one recording with its own, or with another one's.

    Attributes
    ----------
    matrix : float32 [shape=(m, n)]
        Mean cosines; a column is a cell of the recording across, a row of the one down.
    across, down : Course
        The same where a recording is compared with itself.
    passages : tuple of Repeat
        `start_a` is across, `start_b` down; those that stand out most first.
    step_s : float
        Seconds from one cell to the next.
    block : int
        Windows that a cell stands for.
    """

    matrix: NDArray[np.float32]
    across: Course
    down: Course
    passages: tuple[Repeat, ...]
    step_s: float
    block: int

    @property
    def length_s(self) -> float:
        """Seconds of music that a cell stands for."""
        return WINDOW_S + self.step_s - self.hop_s

    @property
    def hop_s(self) -> float:
        """Seconds from one window to the next."""
        return self.step_s / self.block

    @property
    def first_s(self) -> float:
        """Where the first cell begins on an axis, seconds."""
        return (self.length_s - self.step_s) / 2


def form_of(
    across: NDArray[np.floating],
    down: NDArray[np.floating] | None,
    hop_s: float,
    *,
    levelled: bool = False,
    limit: int = CELLS,
) -> Form:
    """Compare the windows of a recording with each other, or with those of another one.

    Latents say first of all what an instrument and a room sound like, so that of two recordings
    every pair of windows is about as alike as every other.  Levelled, what is compared is how a
    window differs from its own recording's mean.

    Parameters
    ----------
    across : float [shape=(n, d)]
        Latents of windows of ten seconds, in order of time.
    down : float [shape=(m, d)], optional
        Of another recording at the same hop.
    hop_s : float
        Seconds from one window to the next.
    levelled : bool
        Take each recording's mean away before the two are compared.
    limit : int
        The most cells on a side: above it, a cell is the exact mean over a block of windows.

    Returns
    -------
    Form

    Raises
    ------
    ValueError
        If a recording has no window.
    """
    longest = max(len(across), len(down) if down is not None else 0)
    if not len(across) or (down is not None and not len(down)):
        raise ValueError("each recording needs a window at least")
    block = -(-longest // limit)
    step_s = block * hop_s
    length_s = WINDOW_S + step_s - hop_s
    columns = _cells(across, block)
    itself = products(columns, columns)
    course = _course(itself, step_s, length_s)
    if down is None:
        found = repeats(itself, step_s, length_s)
        return Form(itself, course, course, tuple(found), step_s, block)
    rows = _cells(down, block)
    other = _course(products(rows, rows), step_s, length_s)
    if levelled:
        rows, columns = (_cells(one - one.mean(axis=0), block) for one in (down, across))
    matrix = products(rows, columns)
    found = common_passages(matrix.T, step_s, length_s)
    return Form(matrix, course, other, tuple(found), step_s, block)


def _cells(latents: NDArray[np.floating], block: int) -> NDArray[np.float64]:
    """Unit vectors of the windows, or their means over blocks; the last may be shorter."""
    edges = np.append(np.arange(0, len(latents), block), len(latents)).astype(np.int64)
    return block_means(unit_vectors(latents), edges)


def _course(itself: NDArray[np.float32], step_s: float, length_s: float) -> Course:
    curve = novelty(itself, step_s)
    return Course(curve, boundaries(curve, step_s, length_s))
