"""Where the music changes and what comes back, from a similarity matrix (paper, T3).

References
----------
J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME 2000.

Conventions
-----------
* Rows are windows of `window_s` seconds, one each `hop_s`: window `i` begins at ``i * hop_s``.
* Between the middles of the windows `i - 1` and `i` lies the time
  ``(i - 1 / 2) * hop_s + window_s / 2``: the boundary `i`.
* Similarities are cosines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 10
# Half the width of the kernel: windows that share no sound are then compared too.
KERNEL_S = 16
# Two boundaries are at least so far apart, and rise at least so much above their valleys.
SHORTEST_SECTION_S = 8
PROMINENCE = 0.5
# The first and the last window of a passage that comes back begin so far apart at least.
SHORTEST_REPEAT_S = 4
# The share of all pairs of windows that counts as alike.
ALIKE = 0.05
# Of two recordings that have nothing in common, the most alike windows are no common passage.
LEAST_IN_COMMON = 0.5
# The most passages that are told.
REPEATS = 12


@dataclass(frozen=True)
class Repeat:
    """A passage and its return.

    Attributes
    ----------
    start_a, start_b : float
        Where it begins, first and again, seconds.
    duration : float
        Seconds.
    similarity : float
        Mean cosine of its windows with those of its return.
    """

    start_a: float
    start_b: float
    duration: float
    similarity: float


def novelty(similarity: NDArray[np.floating], hop_s: float = 1.0) -> NDArray[np.float64]:
    """Foote's novelty: a tapered checkerboard kernel moved along the diagonal.

    Each value is the mean similarity inside the two sides minus the mean similarity across, so
    that the ends of a recording, where less of the kernel has something to see, are no peaks;
    a side of less than half a kernel counts for less.

    Parameters
    ----------
    similarity : float [shape=(n, n)]
    hop_s : float
        Seconds from one window to the next.

    Returns
    -------
    novelty : float64 [shape=(n,)]
        Entry `i` tells how different the windows before `i` are from those from `i` on;
        entry 0 is 0.
    """
    count = len(similarity)
    half_width = max(1, round(KERNEL_S / hop_s))
    taper = np.exp(-0.5 * ((np.arange(half_width) + 0.5) / (half_width / 2)) ** 2)
    curve = np.zeros(count)
    for i in range(1, count):
        before, after = min(half_width, i), min(half_width, count - i)
        left, right = taper[:before][::-1], taper[:after]
        left, right = left / left.sum(), right / right.sum()
        a, b = slice(i - before, i), slice(i, i + after)
        inside = left @ similarity[a, a] @ left + right @ similarity[b, b] @ right
        evidence = min(1.0, 2 * min(before, after) / half_width)
        curve[i] = evidence * (inside / 2 - left @ similarity[a, b] @ right)
    return curve


def boundaries(
    curve: NDArray[np.float64], hop_s: float = 1.0, window_s: float = WINDOW_S
) -> NDArray[np.float64]:
    """Times at which a novelty curve peaks.

    Parameters
    ----------
    curve : float64 [shape=(n,)]
        From :func:`novelty`.
    hop_s, window_s : float
        Of the windows, seconds.

    Returns
    -------
    times : float64 [shape=(b,)]
        Seconds.
    """
    from scipy.signal import find_peaks

    spread = float(curve.std()) if len(curve) else 0.0
    if spread < 1e-9:
        return np.empty(0)
    apart = ceil(SHORTEST_SECTION_S / hop_s)
    peaks, _ = find_peaks(curve, distance=apart, prominence=PROMINENCE * spread)
    return np.asarray((peaks - 0.5) * hop_s + window_s / 2, dtype=np.float64)


def repeats(
    similarity: NDArray[np.floating],
    hop_s: float = 1.0,
    window_s: float = WINDOW_S,
    limit: int = REPEATS,
) -> list[Repeat]:
    """Passages of one recording that come back: stripes beside the diagonal of its matrix.

    Those are told that are as bright as few others; a passage ends before its return begins.

    Parameters
    ----------
    similarity : float [shape=(n, n)]
        Of one recording with itself.
    hop_s, window_s : float
        Of the windows, seconds.
    limit : int
        The most that are returned, those that stand out most first.

    Returns
    -------
    found : list of Repeat
    """
    # Windows that share sound are alike for that reason alone.
    apart = ceil(window_s / hop_s)
    lags = range(apart, len(similarity))
    stripes = _stripes(similarity, lags, lambda lag: lag - apart + 1, hop_s, window_s)
    return _distinct(stripes, limit)


def common_passages(
    similarity: NDArray[np.floating],
    hop_s: float = 1.0,
    window_s: float = WINDOW_S,
    limit: int = REPEATS,
) -> list[Repeat]:
    """Passages of one recording that another one plays too: stripes anywhere in their matrix.

    Parameters
    ----------
    similarity : float [shape=(n, m)]
        Of the windows of one with those of the other; below :data:`LEAST_IN_COMMON` nothing
        counts as alike.
    hop_s, window_s, limit
        As for :func:`repeats`.

    Returns
    -------
    found : list of Repeat
        `start_a` is in the one, `start_b` in the other.
    """
    rows, columns = similarity.shape
    lags = range(1 - rows, columns)
    stripes = _stripes(
        similarity, lags, lambda _: min(rows, columns), hop_s, window_s, LEAST_IN_COMMON
    )
    return _distinct(stripes, limit)


def _stripes(
    similarity: NDArray[np.floating],
    lags: Iterable[int],
    longest: Callable[[int], int],
    hop_s: float,
    window_s: float,
    least: float = -1.0,
) -> list[tuple[float, Repeat]]:
    """Stretches of the diagonals at `lags` that are as bright as few other cells on them.

    With each comes how much it stands out.  None is longer than `longest` says for its lag.
    """
    diagonals = {lag: np.diagonal(similarity, lag) for lag in lags}
    if not diagonals:
        return []
    cells = np.concatenate(list(diagonals.values()))
    threshold = max(least, float(np.quantile(cells, 1 - ALIKE)))
    shortest = ceil(SHORTEST_REPEAT_S / hop_s) + 1
    stripes: list[tuple[float, Repeat]] = []
    for lag, diagonal in diagonals.items():
        excess = np.asarray(diagonal - threshold, dtype=np.float64)
        for first, end in _runs(excess > 0):
            last = min(end, first + longest(lag))
            if last - first >= shortest:
                found = Repeat(
                    (first + max(0, -lag)) * hop_s,
                    (first + max(0, lag)) * hop_s,
                    (last - first - 1) * hop_s + window_s,
                    float(diagonal[first:last].mean()),
                )
                stripes.append((float(excess[first:last].sum()), found))
    return stripes


def _distinct(stripes: list[tuple[float, Repeat]], limit: int) -> list[Repeat]:
    """Those that stand out most, without their shadows."""
    kept: list[Repeat] = []
    for _, found in sorted(stripes, key=lambda stripe: stripe[0], reverse=True):
        if len(kept) < limit and not any(_same(found, other) for other in kept):
            kept.append(found)
    return kept


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Starts and ends of the stretches that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _same(found: Repeat, kept: Repeat) -> bool:
    """Whether a passage is a shadow of one that was kept: more than half of both is there too."""
    shared = [
        min(one + found.duration, other + kept.duration) - max(one, other)
        for one, other in ((found.start_a, kept.start_a), (found.start_b, kept.start_b))
    ]
    return 2 * min(shared) > min(found.duration, kept.duration)
