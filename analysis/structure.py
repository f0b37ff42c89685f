"""Where the music changes and what comes back, from a self-similarity matrix (paper, T3).

References
----------
J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME 2000.

Conventions
-----------
* Rows are ten-second windows, one a second: window `i` covers `i` to `i + 10` seconds.
* Between the middles of the windows `i - 1` and `i` lies the time ``i + 4.5`` seconds.
* Similarities are cosines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WINDOW_S = 10
# Half the width of the kernel: windows that share no sound are then compared too.
KERNEL_S = 16
# Two boundaries are at least so far apart, and rise at least so much above their valleys.
SHORTEST_SECTION_S = 8
PROMINENCE = 0.5
# A passage that comes back lasts for at least so many windows.
SHORTEST_REPEAT = 5
# The share of all pairs of windows that counts as alike.
ALIKE = 0.05
_SAME_STRIPE_S = 5


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


def novelty(similarity: NDArray[np.floating], half_width: int = KERNEL_S) -> NDArray[np.float64]:
    """Foote's novelty: a tapered checkerboard kernel moved along the diagonal.

    Each value is the mean similarity inside the two sides minus the mean similarity across, so
    that the ends of a recording, where less of the kernel has something to see, are no peaks;
    a side of less than half a kernel counts for less.

    Parameters
    ----------
    similarity : float [shape=(n, n)]
    half_width : int
        Windows on either side.

    Returns
    -------
    novelty : float64 [shape=(n,)]
        Entry `i` tells how different the windows before `i` are from those from `i` on;
        entry 0 is 0.
    """
    count = len(similarity)
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
    curve: NDArray[np.float64], shortest: int = SHORTEST_SECTION_S, prominence: float = PROMINENCE
) -> NDArray[np.float64]:
    """Times at which a novelty curve peaks.

    Parameters
    ----------
    curve : float64 [shape=(n,)]
        From :func:`novelty`.
    shortest : int
        Windows that lie between two peaks at least.
    prominence : float
        In deviations of the curve.

    Returns
    -------
    times : float64 [shape=(b,)]
        Seconds.
    """
    from scipy.signal import find_peaks

    spread = float(curve.std()) if len(curve) else 0.0
    if spread < 1e-9:
        return np.empty(0)
    peaks, _ = find_peaks(curve, distance=shortest, prominence=prominence * spread)
    return np.asarray(peaks + WINDOW_S / 2 - 0.5, dtype=np.float64)


def repeats(
    similarity: NDArray[np.floating],
    shortest: int = SHORTEST_REPEAT,
    alike: float = ALIKE,
    limit: int = 12,
) -> list[Repeat]:
    """Passages that come back: stripes beside the diagonal that are as bright as few others.

    A passage ends before its return begins.

    Parameters
    ----------
    similarity : float [shape=(n, n)]
    shortest : int
        Windows of a stripe at least.
    alike : float
        The share of pairs of windows, overlapping ones left out, that counts as alike.
    limit : int
        The most that are returned, those that stand out most first.

    Returns
    -------
    found : list of Repeat
    """
    count = len(similarity)
    if count <= WINDOW_S:
        return []
    apart = [np.diagonal(similarity, lag) for lag in range(WINDOW_S, count)]
    threshold = float(np.quantile(np.concatenate(apart), 1 - alike))
    stripes: list[tuple[float, int, int, int]] = []
    for lag in range(WINDOW_S, count):
        diagonal = np.diagonal(similarity, lag)
        excess = np.asarray(diagonal - threshold, dtype=np.float64)
        longest = lag - WINDOW_S + 1
        for first, last in _runs(excess > 0):
            last = min(last, first + longest)
            if last - first >= shortest:
                stripes.append((float(excess[first:last].sum()), lag, first, last))
    kept: list[tuple[int, int, int]] = []
    for _, lag, first, last in sorted(stripes, reverse=True):
        if len(kept) < limit and not any(_same(lag, first, last, *other) for other in kept):
            kept.append((lag, first, last))
    return [
        Repeat(
            float(first),
            float(first + lag),
            float(last - first - 1 + WINDOW_S),
            float(np.diagonal(similarity, lag)[first:last].mean()),
        )
        for lag, first, last in kept
    ]


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Starts and ends of the stretches that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _same(lag: int, first: int, last: int, kept_lag: int, begin: int, end: int) -> bool:
    """Whether a stripe is a shadow of one that was kept: nearly its lag, nearly its time."""
    shared = min(last, end) - max(first, begin)
    return abs(lag - kept_lag) <= _SAME_STRIPE_S and 2 * shared > min(last - first, end - begin)
