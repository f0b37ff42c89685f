"""What the linked panels show: variance, heatmap, parallel coordinates, similarity."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import html
from numpy.typing import NDArray

from analysis import selection
from analysis.similarity import Similarity, block_similarity
from callbacks import views
from callbacks.services import Recipe, Services
from figures.heatmap import heatmap_caption, heatmap_figure
from figures.parallel import parallel_figure
from figures.similarity import similarity_figure, similarity_title
from language import _
from layout.dimension import choose_dimension
from layout.parts import items

#: More rows than this are shown as exact block means …
SIMILARITY_LIMIT = 512
#: … over so many blocks: the panel has no more pixels for them, and four times as many
#: cells would take four times as long to send and to draw.
SIMILARITY_BLOCKS = 200
#: Lines of the parallel coordinates; more are one felt, and each brush waits for them.
LINES = 3_000


def compute_variance_list(services: Services, recipe: Recipe) -> list[Any]:
    """``dim-12 0.18058`` and so on, highest first."""
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return []
    variances, order = views.dimension_order(view)
    highest = max(float(variances.max()), 1e-12)
    return [
        html.Li(
            choose_dimension(
                int(dimension),
                [html.B(f"dim-{dimension}"), f" {variances[dimension]:.5f}"],
                title=_("What does {dimension} mean?", dimension=f"dim-{dimension}"),
            ),
            style={"--share": f"{variances[dimension] / highest:.3f}"},
        )
        for dimension in order
    ]


def compute_heatmap_panel(
    services: Services, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> tuple[dict[str, Any], str, str]:
    """The heatmap, its caption, and the list of its columns' variances."""
    figure, caption = compute_heatmap(services, recipe, color_by, clustering)
    return figure, caption, items(compute_variance_list(services, recipe))


def compute_heatmap(
    services: Services, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> tuple[dict[str, Any], str]:
    """Rows by group and time, columns by falling variance."""
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return views.nothing_figure(view), ""
    colours = views.colouring(services, view.table, color_by, clustering)
    order = views.dimension_order(view)[1]
    rows = views.heatmap_rows(view, colours)
    return heatmap_figure(view.table, rows, order, colours), heatmap_caption(len(rows))


def compute_parallel(
    services: Services, recipe: Recipe, color_by: str, clustering: Recipe | None
) -> tuple[dict[str, Any], str]:
    """All segments that the selection has before its axis ranges; those outside are grey."""
    view = views.selected(services, recipe)
    if view is None:
        return views.nothing_figure(view), ""
    rows = views.rows_of(services, view.table, selection.without(recipe, "range"))
    if not len(rows):
        return views.nothing_figure(view), ""
    colours = views.colouring(services, view.table, color_by, clustering)
    order = views.dimension_order(view)[1]
    ranges = axis_ranges(recipe)
    drawn = spread(rows, view.table.latents, LINES)
    named = bool(ranges) or len(drawn) < len(rows)
    figure = parallel_figure(view.table, drawn, order, colours, ranges, named=named)
    caption = _("Drag along an axis to keep a range · click its name for what it means")
    if ranges:
        caption = _(
            "{count:,} of {total:,} segments inside the ranges",
            count=len(view.rows),
            total=len(rows),
        )
    if len(drawn) < len(rows):
        caption = _(
            "{drawn:,} lines drawn, evenly from {count:,} segments; a range keeps all in it",
            drawn=len(drawn),
            count=len(rows),
        )
    return figure, caption


def spread(rows: NDArray[np.int32], latents: NDArray[np.float32], limit: int) -> NDArray[np.int32]:
    """At most `limit` of some rows, evenly spaced, so that every recording has its share.

    The lowest and the highest of each dimension are among them: no axis seems shorter than it is.

    Parameters
    ----------
    rows : int32 [shape=(k,)]
    latents : float32 [shape=(n, d)]
        Of all rows of the table.
    limit : int
    """
    if len(rows) <= limit:
        return rows
    latents = latents[rows]
    outermost = np.unique([latents.argmin(axis=0), latents.argmax(axis=0)])
    others = np.setdiff1d(np.arange(len(rows)), outermost, assume_unique=True)
    evenly = np.linspace(0, len(others) - 1, limit - len(outermost)).round().astype(np.intp)
    return rows[np.sort(np.concatenate([outermost, others[evenly]]))]


def axis_ranges(recipe: Recipe) -> dict[int, list[tuple[float, float]]]:
    """Ranges brushed on the axes, by dimension."""
    terms = [term["range"] for term in recipe.get("all_of", []) if "range" in term]
    return {
        int(term["dim"]): [(float(low), float(high)) for low, high in term["ranges"]]
        for term in terms
    }


def compute_similarity(services: Services, recipe: Recipe) -> tuple[dict[str, Any], str]:
    """The matrix in time order, as block means above the limit."""
    view = views.selected(services, recipe)
    if view is None or not len(view.rows):
        return views.nothing_figure(view), ""
    similarity = similarity_of(view)
    title = similarity_title(len(view.rows), len(similarity.matrix))
    return similarity_figure(view.table, view.rows, similarity), title


def similarity_of(view: views.Selected) -> Similarity:
    """Similarity of the selected segments, as the panel shows it."""
    limit = SIMILARITY_LIMIT if len(view.rows) <= SIMILARITY_LIMIT else SIMILARITY_BLOCKS
    return block_similarity(view.table.latents[view.rows], limit=limit)
