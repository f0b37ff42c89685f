"""What several panels need of one selection, computed once and shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import selection, variance
from analysis.agreement import ClusterSummary, summarise
from analysis.cluster_identity import member_keys
from analysis.dendrogram import Merges, merge
from analysis.neighbourhood import NEIGHBOURS, neighbours_kept
from analysis.segments import LAYER_PREFIX, SegmentTable
from callbacks.services import Recipe, Services
from figures.palette import SEQUENTIAL, Colouring, categorical
from figures.style import message_figure
from language import N_, _
from language.instruments import instrument_label

Rows = NDArray[np.int32]

#: Label of the table behind each way to colour the page.
LABEL_OF = {"performer": "performer", "instrument": "instrument", "piece": "title"}

NOTHING_SELECTED = N_("No segment is selected: clear the selection or loosen a filter.")


@dataclass(frozen=True)
class Selected:
    """A selection on one map.

    Attributes
    ----------
    table : SegmentTable
    recipe : dict
    rows : int32 [shape=(k,)]
        Selected rows, ascending.
    is_everything : bool
        Whether the recipe restricts nothing.
    """

    table: SegmentTable
    recipe: Recipe
    rows: Rows
    is_everything: bool


def selected(services: Services, recipe: Recipe) -> Selected | None:
    """Evaluate a selection recipe on its map; None while there is no such map.

    Raises
    ------
    UserError
        If the recipe is malformed.
    """
    table = services.collection.table(recipe.get("map") or None)
    if table is None:
        return None
    return Selected(table, recipe, rows_of(services, table, recipe), not recipe.get("all_of"))


def rows_of(services: Services, table: SegmentTable, recipe: Recipe) -> Rows:
    """Rows that a recipe selects, cached by the recipe's digest."""
    return services.derived.get(
        "rows",
        [table.key, selection.digest(recipe)],
        lambda: selection.evaluate(
            recipe,
            table,
            lambda of: labels_of(services, table, of),
            services.collection.table,
        ),
    )


def labels_of(services: Services, table: SegmentTable, clustering: Recipe) -> Rows:
    """Cluster of every row, cached by the clustering's recipe."""
    checked = selection.normalise_clustering(clustering)
    return services.derived.get(
        "clusters",
        [table.key, checked],
        lambda: selection.clustering_labels(
            checked,
            table,
            lambda of: labels_of(services, table, of),
            services.collection.table,
            lambda of: merges_of(services, table, of),
        ),
    )


def merges_of(services: Services, table: SegmentTable, clustering: Recipe) -> Merges:
    """Merges of a hierarchical clustering: the same for every number of clusters."""
    checked = selection.normalise_clustering(clustering)
    rows = rows_of(services, table, checked["selection"])
    return services.derived.get(
        "merges",
        [table.key, selection.digest(checked["selection"]), checked["linkage"]],
        lambda: merge(table.latents[rows].astype(np.float64), checked["linkage"]),
    )


def summary_of(services: Services, table: SegmentTable, clustering: Recipe) -> ClusterSummary:
    """Sizes, agreement and silhouette of a clustering."""
    checked = selection.normalise_clustering(clustering)

    def compute() -> ClusterSummary:
        labels = labels_of(services, table, checked)
        rows = np.flatnonzero(labels != selection.UNCLUSTERED)
        codes = [table.labels(name)[0][rows] for name in ("performer", "instrument", "title")]
        return summarise(labels[rows], table.latents[rows], *codes)

    return services.derived.get("summary", [table.key, checked], compute)


def colouring(
    services: Services, table: SegmentTable, color_by: str, clustering: Recipe | None
) -> Colouring:
    """Groups and colours of every segment, the same for all panels."""
    if color_by == "cluster":
        return _cluster_colouring(services, table, clustering)
    if color_by == "kept":
        return _kept_colouring(services, table)
    if color_by.startswith(LAYER_PREFIX):
        return Colouring(color_by, *_with_colours(table.labels(color_by)))
    codes, names, colours = _with_colours(table.labels(LABEL_OF.get(color_by, "performer")))
    if color_by == "instrument":
        return Colouring(
            color_by, codes, tuple(map(instrument_label, names)), colours, values=names
        )
    return Colouring(color_by, codes, names, colours)


def _with_colours(
    labels: tuple[Rows, tuple[str, ...]],
) -> tuple[Rows, tuple[str, ...], tuple[str, ...]]:
    codes, names = labels
    return codes, names, categorical(len(names))


def _cluster_colouring(
    services: Services, table: SegmentTable, clustering: Recipe | None
) -> Colouring:
    if clustering is None:
        return Colouring("cluster", np.full(len(table), -1, dtype=np.int32), (), ())
    labels = np.maximum(labels_of(services, table, clustering), -1).astype(np.int32)
    names = cluster_names(labels, clustering)
    places = cluster_colours(clustering, len(names))
    palette = categorical(max(places, default=0) + 1)
    return Colouring("cluster", labels, names, tuple(palette[place] for place in places))


def cluster_colours(clustering: Recipe, count: int) -> list[int]:
    """Place of each cluster's colour in the palette: as it was carried over, else its label."""
    carried = clustering.get("colours")
    return carried if isinstance(carried, list) and len(carried) == count else list(range(count))


def cluster_names(labels: Rows, clustering: Recipe) -> tuple[str, ...]:
    """What each cluster is called: as it was named, else by its number."""
    count = int(labels.max(initial=-1)) + 1
    numbered = [_("Cluster {number}", number=number + 1) for number in range(count)]
    given = clustering.get("names")
    if not given:
        return tuple(numbered)
    return tuple(
        given.get(key, name) for key, name in zip(member_keys(labels), numbered, strict=True)
    )


def _kept_colouring(services: Services, table: SegmentTable) -> Colouring:
    """How many of its neighbours the map leaves each segment, in bands."""
    kept = services.derived.get(
        "kept", table.key, lambda: neighbours_kept(table.latents, table.positions)
    )
    bands = [*range(NEIGHBOURS, 0, -(NEIGHBOURS // len(SEQUENTIAL)))]  # 15, 12, 9, 6, 3
    lowest = [*(below + 1 for below in bands[1:]), 0]
    codes = np.where(kept < 0, -1, (kept[:, None] < np.array(lowest)).sum(axis=1))
    names = tuple(
        _("{low} to {high} of {count}", low=low, high=high, count=NEIGHBOURS)
        for low, high in zip(lowest, bands, strict=True)
    )
    there = kept[kept >= 0]
    about = _(
        "How many of a segment’s {count} nearest among the latents are nearest on this map too: "
        "dark all, bright few; {mean:.1f} on average.",
        count=NEIGHBOURS,
        mean=there.mean() if len(there) else 0,
    )
    return Colouring("kept", codes.astype(np.int32), names, SEQUENTIAL, about)


def dimension_order(view: Selected) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Variance of each dimension among the selected, and the dimensions by falling variance."""
    variances = variance.dimension_variance(view.table.latents[view.rows])
    return variances, variance.descending_order(variances)


def heatmap_rows(view: Selected, colours: Colouring) -> Rows:
    """Selected rows from top to bottom: group after group, then by recording and time."""
    return view.rows[np.argsort(colours.codes[view.rows], kind="stable")]


def nothing_figure(view: Selected | None) -> dict[str, object]:
    """What a linked panel shows when it has no segment to show."""
    return message_figure("" if view is None else _(NOTHING_SELECTED))
