"""Computing the map of a library (paper, Section 4.1: t-SNE of the segment latents)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.catalogue import MapInfo
from data.library import Library
from data.maps import gather_segments, save_map, up_to_date
from encoders.registry import default_encoder
from errors import UsageError, UserError

if TYPE_CHECKING:
    from jobs.engine import Engine

METHODS = ("tsne", "pca", "umap")
Progress = Callable[[int, int, str], None]


def compute_map(
    library: Library,
    engine: Engine,
    method: str = "tsne",
    seed: int = 0,
    perplexity: float = 30,
    progress: Progress | None = None,
    *,
    encoder_id: str | None = None,
) -> str:
    """Place every segment of the library on a map; of its own encoder, it becomes the current one.

    Parameters
    ----------
    library : Library
    engine : Engine
        The projection runs in one of its workers.
    method : str
        ``"tsne"``, ``"pca"`` or ``"umap"``.
    seed : int
    perplexity : float
        For t-SNE; the number of neighbours for UMAP.
    progress : callable, optional
        ``progress(done, total, message)``.
    encoder_id : str, optional
        Whose latents; by default those of the library's own encoder. A map of another one is
        kept beside the current map.

    Returns
    -------
    map_id : str

    Raises
    ------
    UsageError
        If there is no such method.
    UserError
        If the library holds no segments.
    """
    if method not in METHODS:
        raise UsageError(f"There is no map method {method!r}: use {', '.join(METHODS)}.")
    report = progress or (lambda done, total, message: None)
    own = current_encoder(library)
    encoder_id = encoder_id or own
    segments = gather_segments(library, encoder_id)
    count = len(segments.latents)
    if not count:
        raise UserError(
            f"The library {library.folder} holds no segments, so there is nothing to map: "
            "run 'musiclatentvis import AUDIO_DIR'."
        )
    report(0, 1, f"Computing the map of {count} segments")
    positions = engine.run(project_segments, segments.latents, method, perplexity, seed)
    params: dict[str, Any] = {"seed": seed, "perplexity": perplexity}
    map_id = save_map(
        library,
        method,
        params,
        encoder_id,
        positions,
        segments.recording_ids,
        segments.segment_index,
        current=encoder_id == own,
    )
    report(1, 1, "The map is ready")
    return map_id


def refresh_map(library: Library, engine: Engine, progress: Progress | None = None) -> str | None:
    """Renew the current map, as it was computed, if the recordings are not those it shows.

    After a change of encoder that is a map which was kept, where there is one.

    Returns
    -------
    map_id : str or None
        None when nothing had to be done.
    """
    encoder_id = current_encoder(library)
    if not library.latents.known(encoder_id) or not library.catalogue.recordings():
        return None
    current = current_map(library)
    kept = up_to_date(library, encoder_id, like=current)
    if kept is None:
        return compute_map(library, engine, progress=progress, **how(current))
    if current is not None and kept.id == current.id:
        return None
    library.catalogue.show_map(kept.id)
    return kept.id


def current_map(library: Library) -> MapInfo | None:
    """The map that the page shows first, once there is one."""
    map_id = library.catalogue.current_map
    return library.catalogue.map(map_id) if map_id else None


def how(info: MapInfo | None) -> dict[str, Any]:
    """Arguments of :func:`compute_map` that repeat what a map was computed with."""
    return {"method": info.method, **info.params} if info else {}


def current_encoder(library: Library) -> str:
    """Id of the encoder of this library: the one that was chosen, else the built-in one."""
    return library.catalogue.current_encoder or default_encoder().id


def project_segments(
    latents: NDArray[np.float32], method: str, perplexity: float, seed: int
) -> NDArray[np.float32]:
    """Run :func:`analysis.projection.project` in a worker; float32 [shape=(n, 2)]."""
    import warnings

    from analysis.projection import project

    with warnings.catch_warnings():
        # joblib tells that a worker process starts no processes of its own: that is meant.
        warnings.filterwarnings("ignore", message="Inside a Dask worker")
        return project(latents, method=method, perplexity=perplexity, seed=seed)
