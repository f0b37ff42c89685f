"""How much the latents know of instrument and performer, and how faithful the map is.

Conventions
-----------
* *Separability* is the accuracy of a nearest-neighbour classifier whose neighbours
  come from other groups only. Groups are recordings at least: segments of one recording
  share its room and its microphone, and would find each other for that alone. Where they
  are pieces or performers, the split is piece-disjoint or performer-disjoint.
* Rows are segments; `groups` says which group a row belongs to; a code below 0 means
  that the label or the group is unknown, and such rows are left out.
* A figure that the labels do not allow is ``None`` and comes with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from language import N_, Sentence

NEIGHBOURS = 5
# A dimension whose standard deviation is this small beside the widest one carries nothing.
DEAD_RATIO = 0.01

_BLOCK = 1024


@dataclass(frozen=True)
class Separability:
    """Result of :func:`separability`.

    Attributes
    ----------
    accuracy : float or None
        Share of segments whose neighbours' majority has their label.
    balanced_accuracy : float or None
        The same, each label counting alike.
    chance : float or None
        Share of the commonest label: what always guessing it would score.
    segments, labels, groups : int
        What was classified.
    remark : str
        Why there is no accuracy, or what was left out; empty when there is nothing to say.
    """

    accuracy: float | None
    balanced_accuracy: float | None
    chance: float | None
    segments: int
    labels: int
    groups: int
    remark: str = ""


def separability(
    latents: ArrayLike,
    codes: ArrayLike,
    groups: ArrayLike,
    k: int = NEIGHBOURS,
    unit: str = "recording",
    what: str = "segments",
) -> Separability:
    """Accuracy of a `k`-nearest-neighbour classifier that never looks into the same group.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    codes : array_like of int [shape=(n,)]
        Label of each row, below 0 where it is unknown.
    groups : array_like of int [shape=(n,)]
        Recording, piece or performer of each row, below 0 where it is unknown.
    k : int
        Neighbours that vote; a tie goes to the label of the nearest.
    unit, what : str
        What a group is, and what the rows are, for the remark.

    Returns
    -------
    Separability
        Rows whose label stands in one group alone cannot be found again elsewhere and
        are left out, which the remark says.
    """
    values, labels, parts = np.asarray(latents, float), np.asarray(codes), np.asarray(groups)
    usable = _in_several_groups(labels, parts)
    left_out = len(labels) - int(usable.sum())
    remark = ""
    if left_out:
        remark = Sentence(
            N_(
                "{left_out:,} of {count:,} {what} are left out: their label is unknown or stands "
                "in one {unit} only."
            ),
            left_out=left_out,
            count=len(labels),
            what=Sentence(what),
            unit=Sentence(unit),
        )
    values, parts = values[usable], parts[usable]
    names, labels = np.unique(labels[usable], return_inverse=True)
    counts = (len(values), len(names), len(np.unique(parts)))
    if len(names) < 2:
        need = Sentence(
            N_("Needs two labels or more that stand in more than one {unit} each."),
            unit=Sentence(unit),
        )
        return Separability(None, None, None, *counts, remark=need)
    right = _votes(values, labels, parts, k) == labels
    of_label = [right[labels == code].mean() for code in range(len(names))]
    chance = np.bincount(labels).max() / len(labels)
    return Separability(
        float(right.mean()), float(np.mean(of_label)), float(chance), *counts, remark=remark
    )


def dead_dimensions(latents: ArrayLike) -> list[int]:
    """Dimensions that hardly move: standard deviation below 1 % of the widest one's.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    """
    values = np.asarray(latents, dtype=np.float64)
    if len(values) == 0:
        return []
    spread = values.std(axis=0)
    return [int(dim) for dim in np.flatnonzero(spread <= DEAD_RATIO * spread.max())]


def map_faithfulness(
    latents: ArrayLike, positions: ArrayLike, k: int = NEIGHBOURS, limit: int = 5_000, seed: int = 0
) -> tuple[float | None, float | None, int]:
    """Trustworthiness and continuity of a map (Venna & Kaski, 2001).

    Trustworthiness falls with neighbours on the map that are none among the latents,
    continuity with neighbours among the latents that the map tears apart.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    positions : array_like of float [shape=(n, 2)]
    k : int
    limit : int
        Above this many rows, a random sample of them is compared.
    seed : int

    Returns
    -------
    trustworthiness, continuity : float or None
        In [0, 1]; ``None`` for fewer than ``2 * k + 2`` rows.
    rows : int
        How many rows were compared.
    """
    from sklearn.manifold import trustworthiness

    high, low = np.asarray(latents), np.asarray(positions)
    if len(high) > limit:
        rows = np.random.default_rng(seed).choice(len(high), size=limit, replace=False)
        high, low = high[rows], low[rows]
    if len(high) < 2 * k + 2:
        return None, None, len(high)
    # Continuity is trustworthiness with the two spaces exchanged.
    return (
        float(trustworthiness(high, low, n_neighbors=k)),
        float(trustworthiness(low, high, n_neighbors=k)),
        len(high),
    )


def _in_several_groups(
    labels: NDArray[np.integer], groups: NDArray[np.integer]
) -> NDArray[np.bool_]:
    known = (labels >= 0) & (groups >= 0)
    pairs = np.unique(np.stack([labels[known], groups[known]]), axis=1)
    names, counts = np.unique(pairs[0], return_counts=True)
    return known & np.isin(labels, names[counts >= 2])


def _votes(
    values: NDArray[np.float64],
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    k: int,
) -> NDArray[np.integer]:
    """Majority label of each row's nearest rows of other groups."""
    from scipy.spatial.distance import cdist

    votes = np.empty(len(values), dtype=labels.dtype)
    for first in range(0, len(values), _BLOCK):
        rows = slice(first, first + _BLOCK)
        distances = cdist(values[rows], values)
        distances[groups[rows, None] == groups] = np.inf
        nearest = _nearest(distances, k)
        reachable = np.isfinite(np.take_along_axis(distances, nearest, axis=1))
        votes[rows] = [
            _majority(labels[row[mask]]) for row, mask in zip(nearest, reachable, strict=True)
        ]
    return votes


def _nearest(distances: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Columns of the `k` smallest values of each row, the smallest first."""
    k = min(k, distances.shape[1])
    chosen = np.argpartition(distances, k - 1, axis=1)[:, :k]
    order = np.argsort(np.take_along_axis(distances, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


def _majority(nearest: NDArray[np.integer]) -> int:
    """The commonest label; of equals, the one that comes first."""
    names, first, counts = np.unique(nearest, return_index=True, return_counts=True)
    return int(names[np.lexsort((first, -counts))[0]])
