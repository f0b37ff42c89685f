"""Maps: the place of every segment, and the table of segments that the page works on.

A map's file holds everything that its rows are made of (positions, latents, which ten
seconds of which content), so that an old map stays whole while recordings come and go.
Labels are looked up when a table is read: they can change without a new map.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from analysis.projection import Projection
from analysis.segments import SEGMENT_S, RecordingInfo, SegmentTable
from data.catalogue import MapInfo, Recording
from data.files import write_atomically
from data.library import Library
from data.times import now
from errors import UserError


@dataclass(frozen=True)
class Segments:
    """All segment latents of the ready recordings, sorted by recording, then time.

    Attributes
    ----------
    latents : float32 [shape=(n, 16)]
    recording_ids : int32 [shape=(n,)]
    segment_index : int32 [shape=(n,)]
        Segment ``i`` starts at ``10 * i`` seconds.
    """

    latents: NDArray[np.float32]
    recording_ids: NDArray[np.int32]
    segment_index: NDArray[np.int32]


@dataclass(frozen=True)
class Extension:
    """What a map that was not computed anew owes to the one before.

    Attributes
    ----------
    of : MapInfo
        The map whose places it keeps.
    placed : bool [shape=(n,)]
        Which segments were placed on it, now or earlier, since it was computed.
    """

    of: MapInfo
    placed: NDArray[np.bool_]

    @property
    def params(self) -> dict[str, str | int]:
        """What the catalogue says of it."""
        frame = self.of.params.get("frame", self.of.id)
        placed = int(self.placed.sum())
        return {"extended_from": self.of.id, "frame": frame, "placed": placed}


def gather_segments(library: Library, encoder_id: str) -> Segments:
    """Read the segment latents of every ready recording that this encoder has encoded."""
    recordings = [r for r in library.catalogue.recordings() if r.sha256]
    known = library.latents.known(encoder_id)
    recordings = [r for r in recordings if r.sha256 in known]
    parts = [library.latents.read_segments(encoder_id, r.sha256) for r in recordings]
    counts = [len(part) for part in parts]
    ids = np.repeat(np.array([r.id for r in recordings], dtype=np.int32), counts)
    index = [np.arange(count, dtype=np.int32) for count in counts]
    return Segments(
        np.concatenate(parts) if parts else np.empty((0, 16), np.float32),
        ids,
        np.concatenate(index) if index else np.empty(0, np.int32),
    )


def collection_digest(library: Library, encoder_id: str) -> str:
    """Names the set of contents that a map of the library would show now."""
    known = library.latents.known(encoder_id)
    rows = [(r.id, r.sha256) for r in library.catalogue.recordings() if r.sha256 in known]
    return hashlib.sha256(json.dumps([encoder_id, sorted(rows)]).encode()).hexdigest()[:16]


def save_map(
    library: Library,
    projection: Projection,
    encoder_id: str,
    positions: NDArray[np.floating],
    recording_ids: Sequence[int] | NDArray[np.integer],
    segment_index: Sequence[int] | NDArray[np.integer],
    *,
    current: bool = True,
    extension: Extension | None = None,
) -> str:
    """Keep a map, and by default make it the current one.

    Parameters
    ----------
    projection : Projection
        How it was computed, for whoever wants to repeat it.
    positions : float [shape=(n, 2)]
    recording_ids, segment_index : int [shape=(n,)]
        Which segment each position belongs to.
    current : bool
        False keeps it beside the current one.
    extension : Extension, optional
        Where it was not computed, but extended from another one.

    Returns
    -------
    map_id : str
    """
    positions = np.ascontiguousarray(positions, dtype=np.float32)
    ids = np.asarray(recording_ids, dtype=np.int32)
    index = np.asarray(segment_index, dtype=np.int32)
    if not len(positions) == len(ids) == len(index) or positions.shape[1:] != (2,):
        raise ValueError(f"{positions.shape} positions, {len(ids)} recordings, {len(index)} times")
    by_id = {recording.id: recording for recording in library.catalogue.recordings(state=None)}
    latents = np.empty((len(ids), 16), np.float32)
    for key in np.unique(ids):
        rows = ids == key
        sha256 = by_id[int(key)].sha256
        latents[rows] = library.latents.read_segments(encoder_id, sha256)[index[rows]]
    order = _row_order(ids, index, by_id)
    tensors: dict[str, NDArray] = {
        "positions": positions[order],
        "latents": latents[order],
        "recording_ids": ids[order],
        "segment_index": index[order],
    }
    method, params = projection.method, dict[str, Any](projection.settings)
    if extension is not None:
        params |= extension.params
        tensors["placed"] = extension.placed[order].astype(np.uint8)
    content = save(tensors, {"collection": collection_digest(library, encoder_id)})
    facts = json.dumps([method, params, encoder_id], sort_keys=True).encode()
    map_id = f"{method}-{hashlib.sha256(facts + content).hexdigest()[:12]}"
    write_atomically(library.maps_folder / f"{map_id}.safetensors", content)
    info = MapInfo(map_id, method, params, encoder_id, len(ids), now())
    library.catalogue.add_map(info, current=current)
    return map_id


def segment_table(library: Library, map_id: str | None = None) -> SegmentTable | None:
    """The table of a map's segments, by default of the current map.

    Returns
    -------
    SegmentTable or None
        None while the library has no map. Rows are sorted by recording (folder, path), then
        time.

    Raises
    ------
    UserError
        If there is no such map, or its file is damaged.
    """
    wanted = map_id or library.catalogue.current_map
    if wanted is None:
        return None
    info = library.catalogue.map(wanted)
    if info is None:
        raise UserError(f"There is no map {wanted!r} in this library.")
    arrays = read_map(library, wanted)
    ids = arrays["recording_ids"]
    begins = np.diff(ids, prepend=-1) != 0  # rows of a recording stand together
    by_id = {recording.id: recording for recording in library.catalogue.recordings(state=None)}
    return SegmentTable(
        map_id=wanted,
        encoder_id=info.encoder_id,
        method=info.method,
        latents=arrays["latents"],
        positions=arrays["positions"],
        recording_index=(np.cumsum(begins) - 1).astype(np.int32),
        start_s=(arrays["segment_index"] * SEGMENT_S).astype(np.float32),
        recordings=tuple(_info(int(key), by_id.get(int(key))) for key in ids[begins]),
        duration_s=SEGMENT_S,
        frame=info.params.get("frame", ""),
        placed=info.params.get("placed", 0),
    )


def projection_of(info: MapInfo) -> Projection:
    """How a kept map was computed."""
    # UMAP's number of neighbours was once kept under the name that t-SNE has for it.
    params = {"neighbours": info.params.get("perplexity"), **info.params}
    return Projection.of(info.method, **params)


def is_extended(info: MapInfo) -> bool:
    """Whether a map keeps the places of an older one instead of having been computed itself."""
    return "extended_from" in info.params


def up_to_date(
    library: Library, encoder_id: str, *, like: Projection | None = None
) -> MapInfo | None:
    """The newest map of an encoder that shows exactly what the library holds for it.

    Parameters
    ----------
    library : Library
    encoder_id : str
    like : Projection, optional
        Only maps that were computed so; None takes any.

    Returns
    -------
    MapInfo or None
    """
    now_held = collection_digest(library, encoder_id)
    for info in library.catalogue.maps():
        wanted = info.encoder_id == encoder_id and like in (None, projection_of(info))
        if wanted and _collection_of(library, info) == now_held:
            return info
    return None


def _collection_of(library: Library, info: MapInfo) -> str | None:
    """Digest of the contents that a map shows; None where its file is gone or damaged."""
    try:
        with safe_open(library.maps_folder / f"{info.id}.safetensors", framework="numpy") as file:
            return (file.metadata() or {}).get("collection")
    except (OSError, SafetensorError):
        return None


def _row_order(
    ids: NDArray[np.int32], index: NDArray[np.int32], by_id: dict[int, Recording]
) -> NDArray[np.intp]:
    used = [by_id[int(key)] for key in np.unique(ids)]
    used.sort(key=lambda recording: (recording.root, recording.path))
    rank = {recording.id: place for place, recording in enumerate(used)}
    return np.lexsort((index, np.array([rank[int(key)] for key in ids], dtype=np.int32)))


def read_map(library: Library, map_id: str) -> dict[str, NDArray]:
    """Everything that a map's file holds, by name; rows as :func:`segment_table` gives them.

    Raises
    ------
    UserError
        If it is gone or damaged.
    """
    path = library.maps_folder / f"{map_id}.safetensors"
    try:
        with safe_open(path, framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"The map {map_id} cannot be read ({error}): "
            "compute it again with 'musiclatentvis map'."
        ) from error


def _info(id: int, recording: Recording | None) -> RecordingInfo:
    if recording is None:
        return RecordingInfo(id, "", "Unknown", "Unknown", "Unknown", 0.0)
    return RecordingInfo(
        id,
        recording.path,
        recording.title,
        recording.performer,
        recording.instrument,
        recording.duration_s,
    )
