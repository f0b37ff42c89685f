"""What one latent dimension means: what goes with it, what it parts, what lies at its ends."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.roc import areas_against_rest, pair_areas, pairwise_auc

#: Fewer segments have no correlation worth naming; fewer of a group, no area.
LEAST_SEGMENTS = 8
LEAST_OF_GROUP = 3
#: Of more groups those with the most segments are compared.
MOST_GROUPS = 64
#: Of each group's values: what the page draws as whiskers, box and middle.
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def rank_correlations(values: ArrayLike, descriptors: ArrayLike) -> NDArray[np.float64]:
    """Spearman's correlation of one dimension with each descriptor.

    Parameters
    ----------
    values : array_like of float [shape=(n,)]
        The dimension in each segment.
    descriptors : array_like of float [shape=(n, m)]
        Segments in which one is NaN are left out for that one.

    Returns
    -------
    correlations : float64 [shape=(m,)]
        NaN where fewer than :data:`LEAST_SEGMENTS` segments have the descriptor, or where
        nothing varies.
    """
    from scipy.stats import rankdata

    dimension, table = np.asarray(values, float), np.asarray(descriptors, float)
    correlations = np.full(table.shape[1], np.nan)
    for column, measured in enumerate(table.T):
        known = ~np.isnan(measured)
        if known.sum() < LEAST_SEGMENTS:
            continue
        ranks = np.stack([rankdata(dimension[known]), rankdata(measured[known])])
        ranks -= ranks.mean(axis=1, keepdims=True)
        norm = math.sqrt(np.square(ranks[0]).sum() * np.square(ranks[1]).sum())
        if norm > 0:
            correlations[column] = ranks[0] @ ranks[1] / norm
    return correlations


def chance_correlation(count: int) -> float:
    """Rank correlation that unrelated numbers exceed one time in twenty, about.

    Neighbouring segments of a recording are alike, so that real music exceeds it more often.
    """
    return min(1.0, 2 / math.sqrt(max(count - 1, 1)))


def ends(
    values: ArrayLike, recordings: ArrayLike, count: int = 3
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The lowest and the highest segments, of different recordings where that is no detour.

    Parameters
    ----------
    values : array_like of float [shape=(n,)]
    recordings : array_like of int [shape=(n,)]
        Recording of each segment.
    count : int
        How many at each end.

    Returns
    -------
    lowest, highest : int [shape=(<= count,)]
        Indices, the outermost first; no segment stands at both ends.

    Notes
    -----
    They come from the outermost tenth, so that a recording that lies elsewhere is not drawn in.
    """
    order, of = np.argsort(np.asarray(values), kind="stable"), np.asarray(recordings)
    count = min(count, len(order) // 2) if len(order) > 1 else count
    outer = max(count, len(order) // 10)
    lowest = _spread(order[:outer], of, count)
    return lowest, _spread(order[::-1][:outer][: len(order) - len(lowest)], of, count)


def _spread(order: NDArray[np.intp], recordings: NDArray, count: int) -> NDArray[np.intp]:
    """The first of `order`, a second one of a recording only where there are too few others."""
    _, firsts = np.unique(recordings[order], return_index=True)
    again = np.setdiff1d(np.arange(len(order)), firsts)
    places = np.concatenate([np.sort(firsts), again])[:count]
    return order[np.sort(places)]


@dataclass(frozen=True)
class Groups:
    """How all dimensions tell some groups of segments apart.

    Attributes
    ----------
    codes : int [shape=(g,)]
        The groups that are compared.
    sizes : int [shape=(g,)]
    areas : float64 [shape=(d, g, g)]
        As :func:`analysis.roc.pair_areas` gives them.
    left_out : int
        Groups that have too few segments, or are too many.
    """

    codes: NDArray[np.int64]
    sizes: NDArray[np.int64]
    areas: NDArray[np.float64]
    left_out: int

    def best_dimensions(self) -> list[tuple[int, float]]:
        """All dimensions with their mean area over the pairs, the best first."""
        overall = pairwise_auc(self.areas)
        order = np.argsort(-overall, kind="stable")
        return [(int(dimension), float(overall[dimension])) for dimension in order]

    def against_rest(self, dimension: int) -> NDArray[np.float64]:
        """Area of each group against all others, [shape=(g,)]; above 0.5 where it lies higher."""
        return areas_against_rest(self.areas[[dimension]], self.sizes)[0]

    def pairs(self, dimension: int) -> list[tuple[int, int, float]]:
        """Pairs of places in `codes`, the lower group first, with their areas, best first."""
        one, other = np.triu_indices(len(self.codes), k=1)
        found = self.areas[dimension][other, one]
        better = np.maximum(found, 1 - found)
        # Of pairs that are told apart equally well the larger ones say more.
        weight = self.sizes[one] * self.sizes[other]
        order: Iterable[int] = np.lexsort((-weight, -better))
        return [
            (int(one[at]), int(other[at]), float(better[at]))
            if found[at] >= 0.5
            else (int(other[at]), int(one[at]), float(better[at]))
            for at in order
        ]


def compare_groups(latents: ArrayLike, codes: ArrayLike) -> Groups | None:
    """Compare groups of segments by every dimension.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    codes : array_like of int [shape=(n,)]
        Group of each segment; negative for none.

    Returns
    -------
    groups : Groups or None
        None where fewer than two groups have :data:`LEAST_OF_GROUP` segments.
    """
    values, labels = np.asarray(latents), np.asarray(codes)
    found, counts = np.unique(labels[labels >= 0], return_counts=True)
    enough = np.flatnonzero(counts >= LEAST_OF_GROUP)
    largest = np.sort(enough[np.argsort(-counts[enough], kind="stable")][:MOST_GROUPS])
    if len(largest) < 2:
        return None
    chosen = found[largest]
    rows = np.isin(labels, chosen)
    areas = pair_areas(values[rows], np.searchsorted(chosen, labels[rows]))
    return Groups(chosen, counts[largest], areas, len(found) - len(chosen))
