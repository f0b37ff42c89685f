"""Performances of one piece: do its segments tell the performers apart (paper, T2)?

The paper clusters the segments of *Guang Ming Xing* (ward, k = performers), finds that the two
clusters are the two performers, and that dim-1 and dim-10 alone separate them completely.

Conventions
-----------
* AUC is that of :mod:`analysis.roc`, in the direction in which it is above 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.agreement import label_agreement
from analysis.clustering import cluster
from analysis.roc import pair_areas, pairwise_auc


@dataclass(frozen=True)
class Separation:
    """How well clusters and single dimensions agree with the performers of one piece.

    Attributes
    ----------
    performers, segments : int
    ari, nmi : float
        Of ward clusters, as many as there are performers.
    accuracy : float
        Share of segments in the right cluster, under the best matching of clusters to performers.
    chance : float
        Share of the performer with the most segments.
    dimensions : tuple of int
        Those that separate best, best first.
    auc : tuple of float
        Of these dimensions: the mean over all pairs of performers.
    """

    performers: int
    segments: int
    ari: float
    nmi: float
    accuracy: float
    chance: float
    dimensions: tuple[int, ...]
    auc: tuple[float, ...]


def separation(latents: ArrayLike, performers: ArrayLike, best: int = 3) -> Separation:
    """Cluster one piece's segments and compare the clusters with its performers.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    performers : array_like of int [shape=(n,)]
        Two different codes or more.
    best : int
        How many dimensions to name.

    Raises
    ------
    ValueError
        If there are fewer than two performers.
    """
    values = np.asarray(latents, dtype=np.float64)
    names, codes = np.unique(np.asarray(performers), return_inverse=True)
    if len(names) < 2:
        raise ValueError("one performer alone cannot be told apart")
    labels = cluster(values, "hierarchical", linkage="ward", k=len(names))
    ari, nmi = label_agreement(labels, codes)
    areas = pairwise_auc(pair_areas(values, codes))
    order = np.argsort(-areas, kind="stable")[:best]
    return Separation(
        performers=len(names),
        segments=len(values),
        ari=float(ari or 0.0),
        nmi=float(nmi or 0.0),
        accuracy=matched_accuracy(labels, codes),
        chance=float(np.bincount(codes).max() / len(codes)),
        dimensions=tuple(int(dimension) for dimension in order),
        auc=tuple(float(areas[dimension]) for dimension in order),
    )


def matched_accuracy(labels: ArrayLike, codes: ArrayLike) -> float:
    """Share of rows whose cluster is matched to their label, under the best one-to-one matching.

    Parameters
    ----------
    labels, codes : array_like of int [shape=(n,)]
    """
    from scipy.optimize import linear_sum_assignment

    found = np.unique(np.asarray(labels), return_inverse=True)[1]
    known = np.unique(np.asarray(codes), return_inverse=True)[1]
    counts = np.zeros((found.max() + 1, known.max() + 1), dtype=np.int64)
    np.add.at(counts, (found, known), 1)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(found))
