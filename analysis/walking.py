"""Where one can go from a segment: to what sounds alike, or in a direction on the map.

Conventions
-----------
* Similarity is the cosine of two segment latents, as everywhere.
* Directions are those of the map as it is seen: up is where the second coordinate grows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SegmentTable
from analysis.similarity import unit_vectors

#: Unit vector of each direction.
DIRECTIONS = {"up": (0.0, 1.0), "down": (0.0, -1.0), "left": (-1.0, 0.0), "right": (1.0, 0.0)}


class Neighbour(NamedTuple):
    """A segment that one can go to.

    Attributes
    ----------
    row : int
    similarity : float
        Cosine similarity with the segment that one stands on, in [-1, 1].
    """

    row: int
    similarity: float


def similarities(table: SegmentTable, row: int) -> NDArray[np.float64]:
    """Cosine similarity of one segment with every segment, float64 [shape=(n,)].

    Raises
    ------
    IndexError
        If the table has no such row.
    """
    if not 0 <= row < len(table):
        raise IndexError(f"row {row} of {len(table)}")
    units = unit_vectors(table.latents)
    return np.clip(units @ units[row], -1.0, 1.0)


def neighbours(
    table: SegmentTable, row: int, similarity: NDArray[np.float64], count: int
) -> list[Neighbour]:
    """The most similar segment of each other recording, the most similar recording first.

    One of each: the segments next to the best one sound like it and lead nowhere else.

    Parameters
    ----------
    table : SegmentTable
    row : int
    similarity : float [shape=(n,)]
        Of every segment with `row`.
    count : int
        How many at most.
    """
    order = np.argsort(-similarity, kind="stable")
    recordings = table.recording_index[order]
    _, best = np.unique(recordings, return_index=True)
    best = np.sort(best)
    best = best[recordings[best] != table.recording_index[row]][:count]
    return [Neighbour(int(order[at]), float(similarity[order[at]])) for at in best]


def towards(table: SegmentTable, row: int, similarity: NDArray[np.float64]) -> dict[str, Neighbour]:
    """The segment to go to in each direction of the map.

    A segment lies in a direction when it is within 45 degrees of it. Of those the nearest one
    is taken, where a way counts longer the more it leads aside (up to 1.4 times) and the less
    alike the two segments sound (up to three times).

    Parameters
    ----------
    table : SegmentTable
    row : int
    similarity : float [shape=(n,)]
        Of every segment with `row`.

    Returns
    -------
    dict of str to Neighbour
        Keys of :data:`DIRECTIONS`; without those in which the map ends.
    """
    offsets = (table.positions - table.positions[row]).astype(np.float64)
    distance = np.linalg.norm(offsets, axis=1)
    found = {}
    for name, direction in DIRECTIONS.items():
        along = offsets @ np.asarray(direction)
        there = np.flatnonzero((along > 0) & (along >= distance * np.sqrt(0.5) - 1e-12))
        if len(there):
            cost = distance[there] ** 2 / along[there] * (2.0 - similarity[there])
            best = int(there[np.argmin(cost)])
            found[name] = Neighbour(best, float(similarity[best]))
    return found
