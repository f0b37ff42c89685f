"""Two selections side by side: in which dimensions they differ, and what is in each.

Conventions
-----------
* A dimension's *difference* is the area under the ROC curve (AUC) in its better direction:
  0.5 where the two cannot be told apart by it, 1 where they do not overlap.
* Densities are shares of a selection in equal bins from the dimension's lowest to its highest
  value among all latents, so that two selections of any size, and any two dimensions, can be
  compared by eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.roc import pair_areas
from analysis.segments import SegmentTable

BINS = 24


@dataclass(frozen=True)
class Comparison:
    """How two selections differ.

    Attributes
    ----------
    order : int [shape=(16,)]
        Dimensions, those that differ most first.
    areas : float64 [shape=(16,)]
        Probability that a segment of the first has the higher value, by dimension.
    medians : float64 [shape=(2, 16)]
        Of each selection, by dimension.
    densities : float64 [shape=(2, 16, BINS)]
        Share of each selection in each bin, by dimension.
    shared : int
        Segments that are in both.
    """

    order: NDArray[np.int64]
    areas: NDArray[np.float64]
    medians: NDArray[np.float64]
    densities: NDArray[np.float64]
    shared: int

    @property
    def differences(self) -> NDArray[np.float64]:
        """AUC of each dimension in its better direction, 0.5 to 1."""
        return np.maximum(self.areas, 1 - self.areas)


def compare(
    table: SegmentTable, first: NDArray[np.integer], second: NDArray[np.integer]
) -> Comparison:
    """Compare two selections of a table.

    Parameters
    ----------
    table : SegmentTable
    first, second : int [shape=(k,)], int [shape=(m,)]
        Rows, at least one each; a row may be in both.
    """
    rows = np.concatenate([first, second])
    codes = np.repeat([0, 1], [len(first), len(second)])
    areas = pair_areas(table.latents[rows], codes)[:, 0, 1]
    order = np.argsort(-np.abs(areas - 0.5), kind="stable")
    parts = [table.latents[part] for part in (first, second)]
    low, high = table.latent_bounds
    return Comparison(
        order=order,
        areas=areas,
        medians=np.stack([np.median(part, axis=0) for part in parts]),
        densities=np.stack([_densities(part, low, high) for part in parts]),
        shared=len(np.intersect1d(first, second)),
    )


def contents(table: SegmentTable, rows: NDArray[np.integer], label: str) -> list[tuple[str, int]]:
    """How many of some rows carry each performer, title or instrument, most first."""
    codes, vocabulary = table.labels(label)
    counts = np.bincount(codes[rows], minlength=len(vocabulary))
    order = np.argsort(-counts, kind="stable")
    return [(vocabulary[code], int(counts[code])) for code in order if counts[code]]


def _densities(
    values: NDArray[np.float32], low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Share of the values in each bin, [d, BINS]."""
    span = np.maximum(high.astype(np.float64) - low, 1e-12)
    bins = np.clip(((values - low) / span * BINS).astype(np.int64), 0, BINS - 1)
    shares = np.zeros((values.shape[1], BINS))
    for dimension in range(values.shape[1]):
        shares[dimension] = np.bincount(bins[:, dimension], minlength=BINS)
    return shares / len(values)
