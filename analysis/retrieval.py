"""Retrieval of the other recordings of a piece by mean average precision.

Conventions
-----------
* A query ranks everything that is not of its own recording, nearest (Euclidean) first.
* What has the query's title is *relevant*; queries without anything relevant are left out.
* *Average precision* is the mean, over the relevant ones, of the precision at their rank; with
  equal distances the relevant one counts as the last of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.baselines import standardise
from language import N_, Sentence

_BLOCK = 512


@dataclass(frozen=True)
class Retrieval:
    """Result of :func:`piece_retrieval`.

    Attributes
    ----------
    value : float or None
        Mean average precision.
    chance : float or None
        Mean share of relevant ones among what is ranked: about what a random order scores.
    queries : int
    remark : str
        Why there is no figure, or what was left out.
    """

    value: float | None
    chance: float | None
    queries: int
    remark: str = ""


def piece_retrieval(
    vectors: ArrayLike, titles: ArrayLike, recordings: ArrayLike, what: str = "segments"
) -> Retrieval:
    """Mean average precision of finding the same piece in other recordings.

    Parameters
    ----------
    vectors : array_like of float [shape=(n, d)]
    titles : array_like of int [shape=(n,)]
        Code of each row's piece, below 0 where it is unknown.
    recordings : array_like of int [shape=(n,)]
    what : str
        What a row is, for the remark.

    Returns
    -------
    Retrieval
    """
    values, pieces, groups = np.asarray(vectors, float), np.asarray(titles), np.asarray(recordings)
    scores: list[float] = []
    shares: list[float] = []
    for first in range(0, len(values), _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, len(values)))
        rows = rows[pieces[rows] >= 0]
        distances = _distances(values[rows], values)
        for row, distance in zip(rows, distances, strict=True):
            ranked = groups != groups[row]
            relevant = pieces[ranked] == pieces[row]
            if relevant.any():
                scores.append(average_precision(distance[ranked], relevant))
                shares.append(float(relevant.mean()))
    if not scores:
        need = N_("Needs a title with two recordings or more.")
        return Retrieval(None, None, 0, need)
    left_out = len(values) - len(scores)
    remark = ""
    if left_out:
        said = N_("{left_out:,} {what} have no other recording of their piece.")
        remark = Sentence(said, left_out=left_out, what=Sentence(what))
    return Retrieval(float(np.mean(scores)), float(np.mean(shares)), len(scores), remark)


def recording_means(
    vectors: ArrayLike, recordings: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The mean of each recording's standardised vectors.

    Parameters
    ----------
    vectors : array_like of float [shape=(n, d)]
    recordings : array_like of int [shape=(n,)]

    Returns
    -------
    means : float64 [shape=(r, d)]
    first : int [shape=(r,)]
        A row of each recording.
    """
    _, first, codes = np.unique(np.asarray(recordings), return_index=True, return_inverse=True)
    values = standardise(vectors)
    sums = np.zeros((len(first), values.shape[1]))
    np.add.at(sums, codes, values)
    return sums / np.bincount(codes)[:, None], first


def average_precision(distances: NDArray[np.floating], relevant: NDArray[np.bool_]) -> float:
    """Average precision of one query.

    Parameters
    ----------
    distances : float [shape=(n,)]
    relevant : bool [shape=(n,)]
        At least one is true.
    """
    ordered = np.sort(distances)
    found = np.sort(distances[relevant])
    # Everything as near or nearer stands before it.
    ranks = np.searchsorted(ordered, found, side="right")
    hits = np.searchsorted(found, found, side="right")
    return float(np.mean(hits / ranks))


def _distances(queries: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.spatial.distance import cdist

    return np.asarray(cdist(queries, values))
