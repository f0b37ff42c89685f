"""Areas under ROC curves: how well single numbers tell groups apart.

Conventions
-----------
* The area (AUC) of groups `a` and `b` is the probability that a member of `a` has the higher
  value than one of `b`, equal values counting half: 1 or 0 tells them apart completely, 0.5
  not at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def pair_areas(values: ArrayLike, codes: ArrayLike) -> NDArray[np.float64]:
    """Areas of all pairs of groups, for each column of values.

    Parameters
    ----------
    values : array_like of float [shape=(n, d)]
    codes : array_like of int [shape=(n,)]
        Groups 0 to g - 1, none of them empty.

    Returns
    -------
    areas : float64 [shape=(d, g, g)]
        ``areas[:, a, b]``; 0.5 on the diagonal.

    Notes
    -----
    One sort a column: each member of a group finds how many of every other group lie below it,
    so that many groups cost no sort of their own.
    """
    matrix, labels = np.asarray(values), np.asarray(codes)
    sizes = np.bincount(labels)
    by_group = np.argsort(labels, kind="stable")
    starts = np.concatenate([[0], sizes.cumsum()[:-1]])
    areas = np.empty((matrix.shape[1], len(sizes), len(sizes)))
    for column in range(matrix.shape[1]):
        distinct, places = np.unique(matrix[:, column], return_inverse=True)
        counts = np.zeros((len(distinct), len(sizes)))
        np.add.at(counts, (places, labels), 1)
        below = counts.cumsum(axis=0) - counts / 2
        wins = np.add.reduceat(below[places[by_group]], starts, axis=0)
        areas[column] = wins / np.outer(sizes, sizes)
    return areas


def pairwise_auc(areas: NDArray[np.float64]) -> NDArray[np.float64]:
    """One number for all groups: the mean over their pairs, each in its better direction.

    Parameters
    ----------
    areas : float64 [shape=(d, g, g)]
        At least two groups.

    Returns
    -------
    auc : float64 [shape=(d,)]
        In [0.5, 1].

    References
    ----------
    D. J. Hand and R. J. Till, "A simple generalisation of the area under the ROC curve for
    multiple class classification problems", Machine Learning 45 (2001).
    """
    one, other = np.triu_indices(areas.shape[1], k=1)
    either = np.maximum(areas, 1 - areas)
    return np.asarray(either[:, one, other].mean(axis=1))


def areas_against_rest(
    areas: NDArray[np.float64], sizes: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Area of each group against all others together.

    Parameters
    ----------
    areas : float64 [shape=(d, g, g)]
        At least two groups.
    sizes : int [shape=(g,)]
        Members of each group.

    Returns
    -------
    against : float64 [shape=(d, g)]
    """
    weights = np.tile(np.asarray(sizes, dtype=np.float64), (len(sizes), 1))
    np.fill_diagonal(weights, 0.0)
    return np.asarray((areas * weights).sum(axis=2) / weights.sum(axis=1))
