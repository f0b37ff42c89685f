"""Computing the map of a library (paper, Section 4.1: t-SNE of the segment latents)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.projection import Projection, principal_plane, project
from analysis.segments import SEGMENT_S, Sketch
from data.catalogue import MapInfo
from data.library import Library
from data.maps import is_extended, projection_of, save_map, up_to_date
from encoders.registry import default_encoder
from errors import UserError
from jobs.extending import How, extend_map
from jobs.frames import FrameWriter, followed
from jobs.gathering import whole_segments
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]


def compute_map(
    library: Library,
    engine: Engine,
    projection: Projection | None = None,
    progress: Progress | None = None,
    *,
    encoder_id: str | None = None,
    current: bool = True,
    sketch: Callable[[Sketch], None] | None = None,
) -> str:
    """Place every segment of the library on a map.

    Parameters
    ----------
    library : Library
    engine : Engine
        The projection runs in one of its workers; PCA, which takes milliseconds, here.
    projection : Projection, optional
        By default t-SNE.
    progress : callable, optional
        ``progress(done, total, message)``.
    encoder_id : str, optional
        Whose latents; by default those of the library's own encoder.
    current : bool
        Whether it becomes the library's current map, where it is of the library's own encoder;
        else it is kept beside the current map.
    sketch : callable, optional
        Called with the principal plane at once, then with what t-SNE has so far.

    Returns
    -------
    map_id : str

    Raises
    ------
    UserError
        If the library holds no segments.
    """
    projection = projection or Projection.of()
    report = progress or (lambda done, total, message: None)
    own = current_encoder(library)
    encoder_id = encoder_id or own
    segments = whole_segments(library, engine, encoder_id)
    count = len(segments.latents)
    if not count:
        raise UserError(
            f"The library {library.folder} holds no segments, so there is nothing to map: "
            "run 'musiclatentvis import AUDIO_DIR'."
        )
    report(0, 1, Sentence(N_("Computing the map of {count} segments"), count=count))
    if projection.method == "pca":
        positions = project(segments.latents, projection)
    else:
        show = _Sketches(sketch, segments.recording_ids, segments.segment_index * SEGMENT_S)
        show(principal_plane(segments.latents.astype(np.float64)).astype(np.float32))
        with followed(library.maps_folder, report, show) as frames:
            positions = engine.run(project_segments, segments.latents, projection, str(frames))
    map_id = save_map(
        library,
        projection,
        encoder_id,
        positions,
        segments.recording_ids,
        segments.segment_index,
        current=current and encoder_id == own,
    )
    report(1, 1, N_("The map is ready"))
    return map_id


class _Sketches:
    """Hands places on with the segments that they belong to."""

    def __init__(
        self,
        sketch: Callable[[Sketch], None] | None,
        recording_ids: NDArray[np.int32],
        start_s: NDArray[np.int32],
    ) -> None:
        self._sketch = sketch
        self._segments = (recording_ids, start_s.astype(np.float32))
        self._step = 0

    def __call__(self, positions: NDArray[np.float32]) -> None:
        self._step += 1
        if self._sketch is not None:
            self._sketch(Sketch(*self._segments, positions, self._step))


def refresh_map(
    library: Library, engine: Engine, progress: Progress | None = None, how: How = "auto"
) -> str | None:
    """Renew the current map if the recordings are not those it shows.

    What it showed keeps its place, as :func:`renew_map` says. After a change of encoder that
    is a map which was kept, where there is one.

    Returns
    -------
    map_id : str or None
        None when nothing had to be done.
    """
    encoder_id = current_encoder(library)
    if not library.latents.known(encoder_id) or not library.catalogue.recordings():
        return None
    current = current_map(library)
    projection = projection_of(current) if current else None
    kept = up_to_date(library, encoder_id, like=projection)
    if kept is None or (how == "recompute" and is_extended(kept)):
        return renew_map(library, engine, encoder_id, projection, progress, how=how)
    if current is not None and kept.id == current.id:
        return None
    library.catalogue.show_map(kept.id)
    return kept.id


def renew_map(
    library: Library,
    engine: Engine,
    encoder_id: str,
    projection: Projection | None = None,
    progress: Progress | None = None,
    *,
    how: How = "auto",
    current: bool = True,
    sketch: Callable[[Sketch], None] | None = None,
) -> str:
    """Extend the last such map, or compute one.

    Parameters
    ----------
    library, engine, encoder_id, projection, progress, current, sketch
        As of :func:`compute_map`.
    how : str
        As of :func:`jobs.extending.extend_map`; ``"recompute"`` computes in any case.

    Returns
    -------
    map_id : str

    Raises
    ------
    UserError
        If the library holds no segments.
    """
    projection = projection or Projection.of()
    base = _last_map(library, encoder_id, projection)
    if base is not None and how != "recompute":
        own = current and encoder_id == current_encoder(library)
        map_id = extend_map(library, engine, base, progress, how=how, current=own)
        if map_id is not None:
            return map_id
    return compute_map(
        library,
        engine,
        projection,
        progress,
        encoder_id=encoder_id,
        current=current,
        sketch=sketch,
    )


def _last_map(library: Library, encoder_id: str, projection: Projection) -> MapInfo | None:
    """The map to go on from: the current one where it is such a map, else the newest."""
    current = current_map(library)
    for info in [*([current] if current else []), *library.catalogue.maps()]:
        if info.encoder_id == encoder_id and projection_of(info) == projection:
            return info
    return None


def current_map(library: Library) -> MapInfo | None:
    """The map that the page shows first, once there is one."""
    map_id = library.catalogue.current_map
    return library.catalogue.map(map_id) if map_id else None


def current_encoder(library: Library) -> str:
    """Id of the encoder of this library: the one that was chosen, else the built-in one."""
    return library.catalogue.current_encoder or default_encoder().id


def project_segments(
    latents: NDArray[np.float32], projection: Projection, frames: str = ""
) -> NDArray[np.float32]:
    """Run :func:`analysis.projection.project` in a worker.

    Parameters
    ----------
    latents : float32 [shape=(n, d)]
    projection : Projection
    frames : str
        File that says how far it is (:mod:`jobs.frames`).

    Returns
    -------
    positions : float32 [shape=(n, 2)]
    """
    import warnings

    writer = FrameWriter(frames) if frames else None
    with warnings.catch_warnings():
        # joblib tells that a worker process starts no processes of its own: that is meant.
        warnings.filterwarnings("ignore", message="Inside a Dask worker")
        if writer is None:
            return project(latents, projection)
        return project(latents, projection, writer.progress, writer.sketch)
