"""Computing the map of a library (paper, Section 4.1: t-SNE of the segment latents)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.library import Library
from data.maps import gather_segments, is_current, save_map
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
) -> str:
    """Place every segment of the library on a map and make that the current one.

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
    encoder_id = current_encoder(library)
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
    )
    report(1, 1, "The map is ready")
    return map_id


def refresh_map(library: Library, engine: Engine, progress: Progress | None = None) -> str | None:
    """Compute the map again, as the current one was, if the recordings are not those it shows.

    Returns
    -------
    map_id : str or None
        None when nothing had to be done.
    """
    encoder_id = current_encoder(library)
    if is_current(library, encoder_id):
        return None
    if not library.latents.known(encoder_id) or not library.catalogue.recordings():
        return None
    current = library.catalogue.current_map
    info = library.catalogue.map(current) if current else None
    if info is None:
        return compute_map(library, engine, progress=progress)
    return compute_map(library, engine, info.method, progress=progress, **info.params)


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
