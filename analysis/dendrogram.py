"""Hierarchical clustering as the tree that it is: merges, cuts, and the top of it to draw.

Conventions
-----------
* *Merges* are a linkage matrix as SciPy's: float64 [shape=(n - 1, 4)], a row the two clusters
  that are merged (segments are 0 to n - 1, merge `i` makes cluster ``n + i``), the height at
  which they are, and the number of segments in both.  Rows rise in height.
* Heights are in latent units; for Ward's linkage they are the root of twice the increase of
  the squared error, as in SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errors import UserError

#: Complete and average linkage keep every pair's distance: 8 bytes each.
MAX_PAIRWISE_SEGMENTS = 15_000

Merges = NDArray[np.float64]


def merge(values: NDArray[np.float64], linkage: str) -> Merges:
    """Merge segments one pair of clusters after the other until one is left.

    Parameters
    ----------
    values : float64 [shape=(n, d)]
        At least one segment.
    linkage : str
        ``"ward"``, ``"complete"``, ``"average"`` or ``"single"``.

    Raises
    ------
    UserError
        If the segments are too many for this linkage.
    """
    import fastcluster
    from scipy.spatial.distance import pdist

    if len(values) == 1:
        return np.empty((0, 4))
    if linkage in ("ward", "single"):
        return np.asarray(fastcluster.linkage_vector(values, method=linkage))
    if len(values) > MAX_PAIRWISE_SEGMENTS:
        raise UserError(
            f"{linkage} linkage compares every pair of segments and takes "
            f"{MAX_PAIRWISE_SEGMENTS:,} of them at most, not {len(values):,}: "
            "choose ward or single linkage, or select fewer segments."
        )
    return np.asarray(fastcluster.linkage(pdist(values), method=linkage, preserve_input=False))


def cut(merges: Merges, k: int) -> NDArray[np.int32]:
    """Exactly `k` clusters: all merges but the last ``k - 1``.

    SciPy's ``fcluster`` cuts at a height and so gives fewer clusters where heights tie.

    Returns
    -------
    labels : int32 [shape=(n,)]
        In no particular order.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(merges) + 1
    children = merges[: n - k, :2].astype(np.int64)
    parents = np.repeat(np.arange(n, n + len(children)), 2)
    shape = (2 * n - 1, 2 * n - 1)
    graph = coo_array((np.ones(len(parents), dtype=bool), (children.ravel(), parents)), shape=shape)
    return np.asarray(connected_components(graph, directed=False)[1][:n], dtype=np.int32)


@dataclass(frozen=True)
class Dendrogram:
    """The top of a tree of merges, laid out from left to right.

    Its feet stand at x = 0, 1, ... and are single segments, or clusters whose own merges are
    not drawn.

    Attributes
    ----------
    foot_rows : int32 [shape=(f,)]
        One of the segments below each foot.
    foot_sizes : int32 [shape=(f,)]
        How many there are.
    spans : float64 [shape=(f - 1, 2)]
        x of the left and the right branch of each merge, rising in height.
    bases : float64 [shape=(f - 1, 2)]
        Height at which each of the two branches begins: 0 for a foot.
    heights : float64 [shape=(f - 1,)]
        Height of each merge.
    first_foot : int32 [shape=(f - 1, 2)]
        The leftmost foot below each of the two branches.
    merges : int
        How many merges the whole tree has.
    """

    foot_rows: NDArray[np.int32]
    foot_sizes: NDArray[np.int32]
    spans: NDArray[np.float64]
    bases: NDArray[np.float64]
    heights: NDArray[np.float64]
    first_foot: NDArray[np.int32]
    merges: int

    @property
    def is_whole(self) -> bool:
        """Whether every merge is drawn."""
        return len(self.heights) == self.merges


def dendrogram(merges: Merges, limit: int) -> Dendrogram:
    """Lay out the highest merges of a tree.

    Parameters
    ----------
    merges : float64 [shape=(n - 1, 4)]
    limit : int
        Merges to draw at most.

    Notes
    -----
    The larger branch stands at the left, so that the same tree is always drawn the same way.
    """
    n = len(merges) + 1
    drawn = min(limit, n - 1)
    lowest = 2 * n - 1 - drawn  # the first cluster whose merge is drawn
    sizes = np.concatenate([np.ones(n), merges[:, 3]]).astype(np.int64)
    feet: list[int] = []
    # Depth first with a list: single linkage makes chains deeper than Python's recursion.
    waiting = [2 * n - 2]
    while waiting:
        node = waiting.pop()
        if node < lowest:
            feet.append(node)
            continue
        left, right = _by_falling_size(merges[node - n], sizes)
        waiting += [right, left]
    place = {node: (float(x), x, 0.0) for x, node in enumerate(feet)}
    spans, bases, first = (np.empty((drawn, 2)) for _ in range(3))
    for index, node in enumerate(range(lowest, 2 * n - 1)):
        branches = [place[child] for child in _by_falling_size(merges[node - n], sizes)]
        spans[index] = [x for x, _, _ in branches]
        first[index] = [foot for _, foot, _ in branches]
        bases[index] = [base for _, _, base in branches]
        place[node] = (float(spans[index].mean()), branches[0][1], float(merges[node - n, 2]))
    return Dendrogram(
        foot_rows=np.array([_first_segment(merges, node) for node in feet], dtype=np.int32),
        foot_sizes=sizes[feet].astype(np.int32),
        spans=spans,
        bases=bases,
        heights=merges[n - 1 - drawn :, 2].copy(),
        first_foot=first.astype(np.int32),
        merges=n - 1,
    )


def _by_falling_size(row: NDArray[np.float64], sizes: NDArray[np.int64]) -> tuple[int, int]:
    one, other = int(row[0]), int(row[1])
    return (one, other) if (-sizes[one], one) <= (-sizes[other], other) else (other, one)


def _first_segment(merges: Merges, node: int) -> int:
    n = len(merges) + 1
    while node >= n:
        node = int(merges[node - n, 0])
    return node
