"""What helps to choose a clustering's setting: which values to try, and where a curve bends.

Conventions
-----------
* *Neighbour distances* are the distance of each segment to its ``min_samples``-th nearest,
  itself counted as DBSCAN counts it: a segment is a core segment where this is eps or less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Numbers of clusters that are tried.
MOST_CLUSTERS = 20
#: Values of eps that are tried.
EPS_STEPS = 24
#: Below the first of these shares of the neighbour distances nearly everything is noise; beyond the
#: last, nothing is. The values of eps in between are where something changes.
_EPS_SHARES = (0.02, 0.98)


def k_values(count: int) -> list[int]:
    """Numbers of clusters worth trying for `count` segments: 2, 3, ..., 20 at most.

    The silhouette is not defined for as many clusters as segments.
    """
    return list(range(2, min(MOST_CLUSTERS, count - 1) + 1))


def neighbour_distances(latents: ArrayLike, min_samples: int) -> NDArray[np.float64]:
    """Distance of each segment to its `min_samples`-th nearest, rising.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    min_samples : int
        The segment itself is the first.

    Returns
    -------
    distances : float64 [shape=(n,)]
    """
    from sklearn.neighbors import NearestNeighbors

    values = np.asarray(latents, dtype=np.float64)
    if not len(values):
        return np.empty(0)
    count = min(min_samples, len(values))
    distances, _ = NearestNeighbors(n_neighbors=count).fit(values).kneighbors(values)
    return np.sort(distances[:, -1])


def eps_values(distances: NDArray[np.float64], *more: float | None) -> list[float]:
    """Values of eps worth trying, evenly spaced, rising, with three significant digits.

    Parameters
    ----------
    distances : float64 [shape=(n,)]
        As :func:`neighbour_distances` gives them.
    *more : float or None
        Further values to try, the :func:`knee` for one.
    """
    if not len(distances):
        return []
    low, high = np.quantile(distances, _EPS_SHARES)
    steps = {float(f"{step:.3g}") for step in np.linspace(low, high, EPS_STEPS)}
    return sorted(step for step in steps | {value for value in more if value} if step > 0)


def knee(distances: NDArray[np.float64]) -> float | None:
    """Where the rising neighbour distances bend upwards: beyond it, segments lie alone.

    The point that lies farthest below the straight line between the curve's ends (Satopaa
    et al., 2011).  The curve ends where the last 2 % begin, so that a single outlier cannot
    move its end.

    Returns
    -------
    eps : float or None
        Three significant digits; None where the curve does not bend.
    """
    kept = distances[: max(3, int(np.ceil(0.98 * len(distances))))]
    if len(kept) < 3 or kept[-1] <= kept[0]:
        return None
    height = (kept - kept[0]) / (kept[-1] - kept[0])
    below = np.linspace(0, 1, len(kept)) - height
    at = int(np.argmax(below))
    return float(f"{kept[at]:.3g}") if below[at] > 0.02 else None
