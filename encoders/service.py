"""Latents on request: from memory, from disk, or made by a worker, once.

The web process uses this; torch is imported by the workers only.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SEGMENT_COLUMNS
from data.catalogue import Recording
from data.features import FeatureStore, segments_kind
from data.integrity import is_unchanged
from data.latents import LatentStore
from data.library import Library
from data.sealed import Damaged
from data.sources import Source
from encoders.registry import ensure_installed
from encoders.single_flight import SingleFlight

Array = NDArray[Any]

#: Name of the array in a file of segments at another hop.
SEGMENTS = "segments"


class RunsInWorker(Protocol):
    """What is needed of :class:`jobs.engine.Engine` here."""

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` in a worker process and return what it returns."""


class LatentService:
    """Latents of any recording of a library by any of its encoders; safe between threads.

    Parameters
    ----------
    library : Library
    engine : RunsInWorker
    memory_bytes : int
        Latents kept in memory; the least recently used go first.  The default holds
        the notes of about 24 hours.
    """

    def __init__(
        self, library: Library, engine: RunsInWorker, memory_bytes: int = 256 * 1024**2
    ) -> None:
        self._library = library
        self._engine = engine
        self._memory = _Memory(memory_bytes)
        self._flight: SingleFlight[Array] = SingleFlight()

    def notes(self, recording: Recording, encoder_id: str) -> NDArray[np.float16]:
        """Note latents of a recording.

        Returns
        -------
        notes : float16 [shape=(T, 32)]
            40 rows a second; read-only, since others look at the same array.

        Raises
        ------
        UserError
            If the recording cannot be decoded (any more), or there is no such encoder.
        """
        key = (encoder_id, recording.sha256, "notes")
        return self._get(key, lambda: self._read(LatentStore.read_notes, recording, encoder_id))

    def segments(
        self,
        recording: Recording,
        encoder_id: str,
        hop: int = SEGMENT_COLUMNS,
        offset: int = 0,
    ) -> NDArray[np.float32]:
        """Segment latents of a recording, also at other places than every ten seconds.

        Parameters
        ----------
        recording : Recording
        encoder_id : str
        hop, offset : int
            Columns of 25 ms between the starts of segments, and before the first.

        Returns
        -------
        segments : float32 [shape=(n, 16)]
            Read-only.

        Raises
        ------
        UserError
            As :meth:`notes`.
        """
        key = (encoder_id, recording.sha256, hop, offset)

        def make() -> Array:
            if (hop, offset) == (SEGMENT_COLUMNS, 0):
                return self._read(LatentStore.read_segments, recording, encoder_id)
            store = self._stored(recording, encoder_id)
            features = FeatureStore(self._library.features_folder)
            kept = features.find(recording.sha256, segments_kind(encoder_id, hop, offset))
            if kept is not None and SEGMENTS in kept:
                return kept[SEGMENTS]
            folders = (str(store.folder), str(ensure_installed(self._library, encoder_id)))
            arguments = (str(features.folder), encoder_id, recording.sha256, hop, offset)
            result: Array = self._engine.run(segments_at, *folders, *arguments)
            return result

        return self._get(key, make)

    def _get(self, key: Hashable, make: Callable[[], Array]) -> Array:
        known = self._memory.get(key)
        if known is None:
            known = self._flight.do(key, lambda: self._memory.keep(key, make()))
        return known

    def _read(
        self, read: Callable[[LatentStore, str, str], Array], recording: Recording, encoder_id: str
    ) -> Array:
        """Latents from disk; damaged ones are set aside by reading them, and made once more."""
        try:
            return read(self._stored(recording, encoder_id), encoder_id, recording.sha256)
        except Damaged:
            if not is_unchanged(recording):
                raise
            return read(self._stored(recording, encoder_id), encoder_id, recording.sha256)

    def _stored(self, recording: Recording, encoder_id: str) -> LatentStore:
        """Return the store, once the recording's latents are in it."""
        store = self._library.latents
        if not store.has(encoder_id, recording.sha256):
            key = (encoder_id, recording.sha256, "encode")
            self._flight.do(key, lambda: self._encode(recording, encoder_id))
        return store

    def _encode(self, recording: Recording, encoder_id: str) -> Array:
        store = self._library.latents
        if not store.has(encoder_id, recording.sha256):
            folder = str(ensure_installed(self._library, encoder_id))
            arguments = (recording.source, recording.sha256, str(store.folder), folder)
            self._engine.run(encode_recording, *arguments, encoder_id)
        return np.empty(0)


class _Memory:
    """Arrays by key, the least recently used dropped when they are too many bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._arrays: OrderedDict[Hashable, Array] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Array | None:
        with self._lock:
            array = self._arrays.get(key)
            if array is not None:
                self._arrays.move_to_end(key)
            return array

    def keep(self, key: Hashable, array: Array) -> Array:
        array.flags.writeable = False
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = array
                self._bytes += array.nbytes
            while self._bytes > self._limit and self._arrays:
                _, dropped = self._arrays.popitem(last=False)
                self._bytes -= dropped.nbytes
        return array


def encode_recording(
    audio: Source, sha256: str, latents_folder: str, encoder_folder: str, encoder_id: str
) -> None:
    """Decode and encode one recording and keep its latents; runs in a worker.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    from data.decoding import decode
    from encoders.encoder import load_encoder

    notes, segments = load_encoder(encoder_folder).encode(decode(audio).samples)
    LatentStore(latents_folder).write(encoder_id, sha256, notes, segments)


def segments_at(
    latents_folder: str,
    encoder_folder: str,
    features_folder: str,
    encoder_id: str,
    sha256: str,
    hop: int,
    offset: int,
) -> NDArray[np.float32]:
    """Encode segments at any hop from stored notes and keep them; runs in a worker.

    Returns
    -------
    segments : float32 [shape=(n, 16)]
    """
    from encoders.encoder import load_encoder

    notes = LatentStore(latents_folder).read_notes(encoder_id, sha256)
    found = load_encoder(encoder_folder).segment_latents(notes, hop, offset)
    store = FeatureStore(features_folder)
    store.write(sha256, {SEGMENTS: found}, segments_kind(encoder_id, hop, offset))
    return found
