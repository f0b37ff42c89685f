"""How well a map keeps each segment's neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Nearest segments that are looked for on the map.
NEIGHBOURS = 15


def neighbours_kept(
    latents: NDArray[np.floating], positions: NDArray[np.floating], k: int = NEIGHBOURS
) -> NDArray[np.int32]:
    """Count, for each segment, those of its nearest among the latents that are nearest on the map.

    Parameters
    ----------
    latents : float [shape=(n, d)]
    positions : float [shape=(n, 2)]
        NaN for segments that are not on the map: they are nobody's neighbours.
    k : int
        Size of both neighbourhoods; lowered to ``m - 1`` where only m segments are on the map.

    Returns
    -------
    kept : int32 [shape=(n,)]
        From 0 to k; -1 for segments that are not on the map, and for all where there are fewer
        than three.

    References
    ----------
    J. A. Lee, M. Verleysen, "Quality assessment of dimensionality reduction", 2009: its mean over
    k is their criterion Q_NX(k).
    """
    kept = np.full(len(latents), -1, dtype=np.int32)
    there = np.flatnonzero(np.isfinite(positions).all(axis=1))
    k = min(k, len(there) - 1)
    if len(there) < 3:
        return kept
    true, shown = _nearest(latents[there], k), _nearest(positions[there], k)
    # Numbers of pairs (row, neighbour): what both lists hold, whatever its place in them.
    pairs = np.arange(len(there))[:, None] * len(there)
    common = np.intersect1d(true + pairs, shown + pairs, assume_unique=True) // len(there)
    kept[there] = np.bincount(common, minlength=len(there))
    return kept


def _nearest(points: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Rows of each point's k nearest others, int64 [shape=(n, k)]."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k).fit(points)
    return search.kneighbors(return_distance=False).astype(np.int64)
