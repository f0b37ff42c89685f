"""Cosine similarity among segments (paper, Section 4.1 and Fig. 9).

Above a few hundred segments nobody can see the cells of the N x N matrix, and
nobody should have to wait for it: the mean cosine over a block of cells (I, J)
is the dot product of the two blocks' mean unit vectors, which is exact, so the
matrix that is shown is computed without ever making the N x N one.

Conventions
-----------
* Rows stand in the order given; the page gives them by recording, then by time.
* A zero vector has no direction: its similarity with everything, itself
  included, is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Similarity:
    """A similarity matrix and which segments each of its cells stands for.

    Attributes
    ----------
    matrix : float32 [shape=(m, m)]
        Mean cosine similarity over each block of segments, in [-1, 1].
    edges : int64 [shape=(m + 1,)]
        Block ``b`` holds the segments ``edges[b]`` to ``edges[b + 1] - 1``.
    """

    matrix: NDArray[np.float32]
    edges: NDArray[np.int64]

    @property
    def is_exact(self) -> bool:
        """True when every block is one segment, so nothing was averaged."""
        return len(self.matrix) == int(self.edges[-1])


def unit_vectors(latents: ArrayLike) -> NDArray[np.float64]:
    """Scale each row to length one; zero rows stay zero.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]

    Returns
    -------
    units : float64 [shape=(n, d)]
    """
    values = np.asarray(latents, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"latents must have two axes (segments, dimensions), not {values.ndim}")
    # The largest value goes out first: squares of tiny or huge values would vanish or overflow.
    largest = np.abs(values).max(axis=1, keepdims=True, initial=0.0)
    scaled = np.divide(values, largest, out=np.zeros_like(values), where=largest > 0)
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.divide(scaled, lengths, out=scaled, where=lengths > 0)


def cosine_similarity(latents: ArrayLike) -> NDArray[np.float32]:
    """Cosine similarity of every pair of segments.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]

    Returns
    -------
    matrix : float32 [shape=(n, n)]
        Symmetric, in [-1, 1], 1 on the diagonal of non-zero rows.
    """
    units = unit_vectors(latents)
    return products(units, units)


def block_similarity(latents: ArrayLike, limit: int = 512) -> Similarity:
    """Cosine similarity with at most `limit` rows: exact means over blocks of segments.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    limit : int
        Highest number of rows of the result, at least 1.

    Returns
    -------
    Similarity
        One cell a pair of segments when ``n <= limit``; otherwise `limit` blocks
        of consecutive segments whose sizes differ by one at most.

    Raises
    ------
    ValueError
        If `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    units = unit_vectors(latents)
    blocks = min(len(units), limit)
    edges = np.arange(blocks + 1, dtype=np.int64) * len(units) // max(blocks, 1)
    units = block_means(units, edges)
    return Similarity(products(units, units), edges)


def block_means(units: NDArray[np.float64], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean vector of each block of consecutive rows.

    Parameters
    ----------
    units : float64 [shape=(n, d)]
        From :func:`unit_vectors`.
    edges : int64 [shape=(m + 1,)]
        Block ``b`` holds the rows ``edges[b]`` to ``edges[b + 1] - 1``, one at least.

    Returns
    -------
    means : float64 [shape=(m, d)]
        Their :func:`products` are the exact mean cosines over pairs of blocks.
    """
    if len(edges) == len(units) + 1:
        return units
    return np.add.reduceat(units, edges[:-1], axis=0) / np.diff(edges)[:, None]


def products(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float32]:
    """Dot product of every row of one with every row of the other, in [-1, 1] despite rounding.

    Parameters
    ----------
    rows : float64 [shape=(n, d)]
    columns : float64 [shape=(m, d)]
        Unit vectors, or means of them.

    Returns
    -------
    matrix : float32 [shape=(n, m)]
    """
    return np.clip(rows @ columns.T, -1.0, 1.0).astype(np.float32)
