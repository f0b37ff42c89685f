"""A map after its collection has changed: extended, pruned, or computed anew.

Whoever knows a map finds everything again where it was: new segments are placed among the
old ones, what has left the collection is left out, nothing else moves. Only where a large
part of a map would have been placed so, it is worth learning a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.extension import extend
from analysis.projection import Projection
from data.catalogue import MapInfo
from data.library import Library
from data.maps import Extension, Segments, projection_of, read_map, save_map
from errors import UserError
from jobs.gathering import whole_segments
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]
How = Literal["auto", "extend", "recompute"]
HOWS: tuple[How, ...] = ("auto", "extend", "recompute")
#: The largest share of a map that is placed on it before `auto` computes a new one.
MOST_PLACED = 0.25


def extend_map(
    library: Library,
    engine: Engine,
    base: MapInfo,
    progress: Progress | None = None,
    *,
    how: How = "auto",
    current: bool = True,
) -> str | None:
    """Make a map show what the library holds now, and leave what it showed where it was.

    Parameters
    ----------
    library : Library
    engine : Engine
        New segments are placed in one of its workers; not touched where there are none.
    base : MapInfo
        The map to go on from.
    progress : callable, optional
        ``progress(done, total, message)``.
    how : str
        ``"extend"`` whatever there is to place; ``"auto"`` only as long as no more than
        ``MOST_PLACED`` of the map will have been placed since it was computed.
    current : bool
        Whether it becomes the library's current map.

    Returns
    -------
    map_id : str or None
        None where a new map should be computed instead.
    """
    segments = whole_segments(library, engine, base.encoder_id)
    places, placed = _kept_places(library, base, segments)
    kept = ~np.isnan(places).any(axis=1)
    placed |= ~kept
    if not kept.any() or (how == "auto" and placed.mean() > MOST_PLACED):
        return None
    report = progress or (lambda done, total, message: None)
    projection = projection_of(base)
    count = int((~kept).sum())
    if count:
        report(0, 1, Sentence(N_("Placing {count} new segments on the map"), count=count))
        latents = segments.latents
        places[~kept] = engine.run(
            place_segments, latents[kept], places[kept], latents[~kept], projection
        )
    map_id = save_map(
        library,
        projection,
        base.encoder_id,
        places,
        segments.recording_ids,
        segments.segment_index,
        current=current,
        extension=Extension(base, placed),
    )
    report(1, 1, N_("The map is ready"))
    return map_id


def place_segments(
    latents: NDArray[np.float32],
    positions: NDArray[np.float32],
    new: NDArray[np.float32],
    projection: Projection,
) -> NDArray[np.float32]:
    """Run :func:`analysis.extension.extend` in a worker."""
    import warnings

    with warnings.catch_warnings():
        # As in jobs.mapping: joblib starts no processes in a worker, and says so.
        warnings.filterwarnings("ignore", message="Inside a Dask worker")
        return extend(latents, positions, new, projection)


def _kept_places(
    library: Library, base: MapInfo, segments: Segments
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where a map shows each segment, NaN where it does not, and which were placed on it.

    A segment is the same by its latent: a recording whose file has changed is a new one, and
    one that another row of the catalogue stands for now keeps its places.
    """
    places = np.full((len(segments.latents), 2), np.nan, dtype=np.float32)
    placed = np.zeros(len(places), dtype=bool)
    try:
        arrays = read_map(library, base.id)
    except UserError:  # it is gone or damaged: there is nothing to keep
        return places, placed
    was_placed = arrays.get("placed", np.zeros(len(arrays["positions"]), np.uint8))
    columns = ("latents", "segment_index", "recording_ids")
    shown = [arrays[name] for name in columns]
    wanted = [getattr(segments, name) for name in columns]
    found = _lines_in(_as_keys(*shown[:2]), _as_keys(*wanted[:2]))
    of_same_row = _lines_in(_as_keys(*shown), _as_keys(*wanted))
    found = np.where(of_same_row < 0, found, of_same_row)
    there = found >= 0
    places[there] = arrays["positions"][found[there]]
    placed[there] = was_placed[found[there]]
    return places, placed


def _as_keys(*columns: NDArray[Any]) -> NDArray[np.void]:
    """Lines of some arrays as one key each: all of a line's bytes; shape (n,)."""
    count = len(columns[0])
    parts = [np.ascontiguousarray(column).reshape(count, -1).view(np.uint8) for column in columns]
    lines = np.hstack(parts)
    return lines.view(np.dtype((np.void, lines.shape[1]))).ravel()


def _lines_in(keys: NDArray[np.void], wanted: NDArray[np.void]) -> NDArray[np.intp]:
    """Where each wanted key stands among some keys; -1 where it does not.

    Sorted arrays need a few megabytes where a dictionary of as many segments needs dozens.
    """
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.intp)
    order = np.argsort(keys, kind="stable")
    nearest = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    lines = order[nearest]
    return np.where(keys[lines] == wanted, lines, -1)
