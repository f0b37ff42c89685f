"""From a selection recipe to the rows that it selects.

Recipes are described in :mod:`analysis.recipes`.  Evaluating one is pure and fast
(a lasso of 500 corners around 100,000 points: some 20 ms), so nothing but the
recipe needs to travel between browser and server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.clustering import cluster
from analysis.dendrogram import Merges
from analysis.recipes import (
    LABEL_KINDS,
    PLACE_KINDS,
    Recipe,
    Term,
    digest,
    kinds_of,
    map_of,
    normalise,
    normalise_clustering,
    without,
)
from analysis.segments import SegmentTable
from errors import UserError
from language import N_

__all__ = [
    "UNCLUSTERED",
    "clustering_labels",
    "digest",
    "evaluate",
    "inside_polygon",
    "kinds_of",
    "normalise",
    "normalise_clustering",
    "without",
]

# Label of the rows that a clustering did not look at; its noise is -1.
UNCLUSTERED = -2

Mask = NDArray[np.bool_]
ClusterLabels = Callable[[dict[str, Any]], NDArray[np.int32]]
Tree = Callable[[dict[str, Any]], Merges]
Tables = Callable[[str], SegmentTable | None]


def evaluate(
    recipe: Recipe,
    table: SegmentTable,
    cluster_labels: ClusterLabels | None = None,
    tables: Tables | None = None,
) -> NDArray[np.int32]:
    """Rows that a recipe selects.

    Parameters
    ----------
    recipe : dict
    table : SegmentTable
    cluster_labels : callable, optional
        Gives, for a (normalised) clustering recipe, the label of every row of
        `table`, int32 [shape=(n,)], ``UNCLUSTERED`` for rows not clustered. A
        caller that caches clusterings passes its own; the default is
        :func:`clustering_labels`.
    tables : callable, optional
        Gives the table of another map by its id, None where there is none: for shapes that
        were drawn there, because they say so or the recipe is one of that map. A segment that
        the other map does not show is in none of them.

    Returns
    -------
    rows : int32 [shape=(m,)]
        Sorted, without repeats.

    Raises
    ------
    UserError
        If the recipe is malformed, or was drawn on a map that is not there (any more).
    """
    checked = normalise(recipe)
    labels_of = cluster_labels or (lambda of: clustering_labels(of, table, tables=tables))
    sources = _Sources(table, checked["map"], labels_of, tables or (lambda of: None))
    _check_map(checked, sources)
    mask = np.ones(len(table), dtype=bool)
    for term in checked["all_of"]:
        mask &= _mask(term, sources)
    return np.flatnonzero(mask).astype(np.int32)


def clustering_labels(
    recipe: dict[str, Any],
    table: SegmentTable,
    cluster_labels: ClusterLabels | None = None,
    tables: Tables | None = None,
    merges: Tree | None = None,
) -> NDArray[np.int32]:
    """Cluster the rows that a clustering recipe names.

    Parameters
    ----------
    recipe : dict
        ``{"method": ..., <settings>, "selection": <selection recipe>}``.
    table : SegmentTable
    cluster_labels, tables : callable, optional
        Passed on to :func:`evaluate` for the inner selection.
    merges : callable, optional
        Gives, for a (normalised) hierarchical clustering recipe, the merges of its rows. A caller
        that keeps them passes its own, as another number of clusters only cuts them elsewhere.

    Returns
    -------
    labels : int32 [shape=(n,)]
        For every row of `table`; ``UNCLUSTERED`` outside the recipe's selection.

    Raises
    ------
    UserError
        As :func:`evaluate` and :func:`analysis.clustering.cluster`.
    """
    settings = normalise_clustering(recipe)
    rows = evaluate(settings.pop("selection"), table, cluster_labels, tables)
    labels = np.full(len(table), UNCLUSTERED, dtype=np.int32)
    method = settings.pop("method")
    tree = merges(normalise_clustering(recipe)) if merges and method == "hierarchical" else None
    labels[rows] = cluster(table.latents[rows], method, merges=tree, **settings)
    return labels


def inside_polygon(points: NDArray[np.floating], polygon: Any) -> Mask:
    """Which points lie inside a polygon, by the even-odd rule.

    Parameters
    ----------
    points : float [shape=(n, 2)]
    polygon : array_like of float [shape=(corners, 2)]
        Closed by itself; may cross itself.

    Returns
    -------
    inside : bool [shape=(n,)]

    Notes
    -----
    Points are sorted by y once, so that each edge only looks at the points level
    with it: a lasso of many short edges costs little more than a box.
    """
    corners = np.asarray(polygon, dtype=np.float64)
    inside = np.zeros(len(points), dtype=bool)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    near = near[np.argsort(points[near, 1], kind="stable")]
    x, y = points[near].astype(np.float64).T
    odd = np.zeros(len(near), dtype=bool)
    starts, ends = corners, np.roll(corners, -1, axis=0)
    first = np.searchsorted(y, np.minimum(starts[:, 1], ends[:, 1]))
    last = np.searchsorted(y, np.maximum(starts[:, 1], ends[:, 1]))
    for (x0, y0), (x1, y1), i, j in zip(starts, ends, first, last, strict=True):
        if i < j:
            odd[i:j] ^= x[i:j] < x0 + (y[i:j] - y0) * ((x1 - x0) / (y1 - y0))
    inside[near] = odd
    return inside


def _check_map(recipe: Recipe, sources: _Sources) -> None:
    drawn = any(_drawn_here(term) for term in recipe["all_of"])
    here = recipe["map"] in ("", sources.table.map_id, sources.table.frame)
    if drawn and not here and sources.tables(recipe["map"]) is None:
        raise UserError(
            N_(
                "This selection was drawn on a map that has been computed anew since: "
                "draw it again on the present map."
            )
        )


def _drawn_here(term: Term) -> bool:
    """Whether a term holds a shape on the recipe's own map."""
    kind, value = next(iter(term.items()))
    if kind in ("any_of", "all_of"):
        return any(_drawn_here(inner) for inner in value)
    if kind == "not":
        return _drawn_here(value)
    return kind in PLACE_KINDS and not map_of(term)


@dataclass(frozen=True)
class _Sources:
    """What terms are evaluated on."""

    table: SegmentTable
    map_id: str
    labels_of: ClusterLabels
    tables: Tables

    def positions(self, map_id: str) -> NDArray[np.float32]:
        """Place of each row on a map, by default the recipe's; NaN where it does not show it.

        What a map does not show yet stands on an extension of it as it would on the map itself:
        a shape that was drawn there takes in what was added to the collection since.
        """
        map_id = map_id or self.map_id
        if map_id in ("", self.table.map_id, self.table.frame):
            return self.table.positions
        other = self.tables(map_id)
        if other is not None and other.own_frame == self.table.own_frame:
            there = self.table.positions_on(other)
            return np.where(np.isnan(there), self.table.positions, there)
        if other is None:
            raise UserError(
                N_(
                    "This selection was drawn on a map that the library does not have any more: "
                    "draw it again on the present map."
                )
            )
        return self.table.positions_on(other)


def _mask(term: Term, sources: _Sources) -> Mask:
    kind, value = next(iter(term.items()))
    if kind == "any_of":
        return np.logical_or.reduce([_mask(inner, sources) for inner in value])
    if kind == "all_of":
        return np.logical_and.reduce([_mask(inner, sources) for inner in value])
    if kind == "not":
        return ~_mask(value, sources)
    if kind == "lasso":
        return inside_polygon(sources.positions(map_of(term)), value)
    if kind == "box":
        positions = sources.positions(map_of(term))
        low, high = value[:2], value[2:]
        return ((positions >= low) & (positions <= high)).all(axis=1)
    table = sources.table
    if kind == "range":
        return _in_ranges(value, table)
    if kind == "recording":
        return _in_stretch(value, table)
    if kind == "cluster":
        return sources.labels_of(value["of"]) == value["label"]
    assert kind in LABEL_KINDS
    codes, vocabulary = table.labels(kind)
    wanted = set(value)
    return np.array([label in wanted for label in vocabulary], dtype=bool)[codes]


def _in_stretch(value: dict[str, Any], table: SegmentTable) -> Mask:
    """Segments that start in a stretch of a recording; none where the table does not have it."""
    ids = np.array([recording.id for recording in table.recordings])
    mask = (ids == value["id"])[table.recording_index]
    if value["start_s"] is not None:
        mask &= table.start_s >= value["start_s"]
    if value["end_s"] is not None:
        mask &= table.start_s < value["end_s"]
    return mask


def _in_ranges(value: dict[str, Any], table: SegmentTable) -> Mask:
    if value["dim"] >= table.latents.shape[1]:
        raise UserError(
            N_(
                "This selection asks for {dimension}, but segment latents have {count} "
                "dimensions: make the selection again."
            ),
            dimension=f"dim-{value['dim']}",
            count=table.latents.shape[1],
        )
    column = table.latents[:, value["dim"]].astype(np.float64)
    mask = np.zeros(len(column), dtype=bool)
    for lowest, highest in value["ranges"]:
        above = -np.inf if lowest is None else lowest
        below = np.inf if highest is None else highest
        mask |= (column >= above) & (column <= below)
    return mask
