"""The recordings and segments that an evaluation compares."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from analysis.segments import SEGMENT_S, SegmentTable
from data.catalogue import Recording
from data.library import Library
from errors import UserError
from jobs.spaces import SEGMENTS

LABELS = ("instrument", "performer", "title")
UNKNOWN = "Unknown"
# Above this, whole recordings are drawn at random: all pairs of segments are compared.
MAX_SEGMENTS = 10_000


@dataclass(frozen=True)
class Chosen:
    """The recordings and segments that are compared."""

    table: SegmentTable
    recordings: tuple[Recording, ...]
    rows: NDArray[np.intp]

    @classmethod
    def of(cls, library: Library, table: SegmentTable, seed: int) -> Chosen:
        """All of the map's recordings, or as many whole ones as the limit allows."""
        order = np.arange(len(table.recordings))
        counts = np.bincount(table.recording_index, minlength=len(order))
        if counts.sum() > MAX_SEGMENTS:
            order = np.random.default_rng(seed).permutation(order)
            order = np.sort(order[np.cumsum(counts[order]) <= MAX_SEGMENTS])
        by_id = {row.id: row for row in library.catalogue.recordings(state=None)}
        found = [by_id.get(table.recordings[index].id) for index in order]
        recordings = tuple(row for row in found if row is not None)
        if len(recordings) < len(order):
            raise UserError("Recordings have left the library: run 'musiclatentvis map' first.")
        return cls(table, recordings, np.flatnonzero(np.isin(table.recording_index, order)))

    @property
    def sha256s(self) -> list[str]:
        """Contents of the recordings."""
        return [recording.sha256 for recording in self.recordings]

    def only(self, recordings: Collection[Recording]) -> Chosen:
        """The same without the segments of all other recordings."""
        kept = {recording.id for recording in recordings}
        index = self.table.recording_index[self.rows]
        mine = np.array([self.table.recordings[i].id in kept for i in index], dtype=bool)
        rows = tuple(recording for recording in self.recordings if recording.id in kept)
        return Chosen(self.table, rows, self.rows[mine])

    def save(self, folder: str) -> None:
        """Leave the segments and their labels for the workers."""
        index = self.table.recording_index[self.rows]
        tensors: dict[str, NDArray[Any]] = {
            "latents": self.table.latents[self.rows],
            "recording": np.unique(index, return_inverse=True)[1].astype(np.int64),
            "positions": self.table.positions[self.rows],
            "segment": np.round(self.table.start_s[self.rows] / SEGMENT_S).astype(np.int64),
        }
        for label in LABELS:
            tensors[label] = _codes(self.table, label)[self.rows].astype(np.int64)
        save_file(
            {name: np.ascontiguousarray(array) for name, array in tensors.items()},
            Path(folder) / SEGMENTS,
        )


def _codes(table: SegmentTable, name: str) -> NDArray[np.int32]:
    """Codes of a label, -1 where nobody said it."""
    codes, vocabulary = table.labels(name)
    known = np.array([label not in ("", UNKNOWN) for label in vocabulary])
    return np.where(known[codes], codes, np.int32(-1))
