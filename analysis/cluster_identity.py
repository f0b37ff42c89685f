"""Which cluster is which: across a change of the clustering, and by its members.

Conventions
-----------
* Labels are int32 over all rows of a table; negative ones belong to no cluster.
* A *colour* is a small number from 0, the place of a cluster's colour in the palette.  It follows
  a cluster through changes of the clustering, while labels are always numbered by size.
* Names are kept by :func:`member_keys`, so a cluster that comes back, say after the number of
  clusters went up and down again, has its name again, and no other cluster ever gets it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: A cluster keeps its name while it shares more than this of all segments of the two.
SAME_CLUSTER = 0.5

Labels = NDArray[np.int32]


def continued(labels: Labels, previous: Labels) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Which cluster of a previous clustering each cluster carries on.

    Clusters are matched one to one so that as many segments as possible stay together.

    Parameters
    ----------
    labels, previous : int32 [shape=(n,)]

    Returns
    -------
    partners : int32 [shape=(k,)]
        Label in `previous`; -1 where none shares a segment.
    shares : float64 [shape=(k,)]
        Jaccard index of the two: 1 for the same members.
    """
    from scipy.optimize import linear_sum_assignment

    sizes, old_sizes = _sizes(labels), _sizes(previous)
    overlap = np.zeros((len(sizes), len(old_sizes)), dtype=np.int64)
    both = (labels >= 0) & (previous >= 0)
    np.add.at(overlap, (labels[both], previous[both]), 1)
    partners = np.full(len(sizes), -1, dtype=np.int32)
    shares = np.zeros(len(sizes))
    for one, other in zip(*linear_sum_assignment(overlap, maximize=True), strict=True):
        shared = overlap[one, other]
        if shared:
            partners[one] = other
            shares[one] = shared / (sizes[one] + old_sizes[other] - shared)
    return partners, shares


def carried_colours(partners: NDArray[np.int32], previous: Sequence[int]) -> list[int]:
    """Colour of each cluster: its partner's, else the first that is free.

    Parameters
    ----------
    partners : int32 [shape=(k,)]
    previous : sequence of int
        Colour of each previous cluster.
    """
    kept = {previous[partner] for partner in partners if 0 <= partner < len(previous)}
    free = (colour for colour in range(len(partners) + len(kept)) if colour not in kept)
    return [
        previous[partner] if 0 <= partner < len(previous) else next(free) for partner in partners
    ]


def carried_names(labels: Labels, previous: Labels, names: Mapping[str, str]) -> dict[str, str]:
    """Names by members, with those of clusters that have changed a little added.

    Parameters
    ----------
    labels, previous : int32 [shape=(n,)]
    names : mapping of str to str
        Name of each cluster that has one, by its key.
    """
    if not names:
        return {}
    partners, shares = continued(labels, previous)
    old_keys = member_keys(previous)
    carried = dict(names)
    for key, partner, share in zip(member_keys(labels), partners, shares, strict=True):
        name = names.get(old_keys[partner]) if partner >= 0 else None
        if name and share > SAME_CLUSTER and key not in carried:
            carried[key] = name
    return carried


def member_keys(labels: Labels) -> list[str]:
    """A key for each cluster, the same for the same members: 12 hexadecimal digits."""
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0].astype("<i4")
    parts = np.split(order, np.cumsum(_sizes(labels))[:-1])
    return [hashlib.sha256(part.tobytes()).hexdigest()[:12] for part in parts if len(part)]


def typical_rows(latents: NDArray[np.floating], labels: Labels) -> NDArray[np.int32]:
    """The most typical segment of each cluster: its medoid in squared distance.

    The segment whose squared distances to all others of its cluster have the smallest sum is
    exactly the one nearest to their mean, so no pair needs to be compared.

    Parameters
    ----------
    latents : float [shape=(n, d)]
    labels : int32 [shape=(n,)]

    Returns
    -------
    rows : int32 [shape=(k,)]
        The first one where several are as near.
    """
    rows = np.empty(len(_sizes(labels)), dtype=np.int32)
    for label in range(len(rows)):
        members = np.flatnonzero(labels == label)
        values = latents[members].astype(np.float64)
        rows[label] = members[((values - values.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return rows


def _sizes(labels: Labels) -> NDArray[np.int64]:
    return np.bincount(labels[labels >= 0])
