"""The table that every panel looks at: one row a ten-second segment.

Conventions
-----------
* A *row* is an index into the table, ``0 <= row < len(table)``; rows are sorted
  by recording, then by time, and stay the same for one ``map_id``.
* Times are seconds, latents are float32, positions are map units.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from language.reading_order import in_reading_order

#: Columns of the spectrogram, and note latents, in a second: one each 25 ms.
COLUMNS_PER_SECOND = 40
#: A segment is ten seconds (paper, Section 3.2.2).
SEGMENT_S = 10
SEGMENT_COLUMNS = SEGMENT_S * COLUMNS_PER_SECOND


#: How the labels of an annotation layer are asked for: ``layer:technique``.
LAYER_PREFIX = "layer:"


@dataclass(frozen=True)
class RecordingInfo:
    """What the page says about one recording.

    `piece` is the same for all recordings of a piece, however each title is written; empty where
    titles alone tell pieces apart.
    """

    id: int
    path: str
    title: str
    performer: str
    instrument: str
    duration_s: float
    piece: str = ""


@dataclass(frozen=True)
class LayerLabels:
    """One layer of annotations, as labels of segments.

    Attributes
    ----------
    codes : int32 [shape=(n,)]
        Index into `vocabulary`: what fills most of the segment; -1 where nothing was annotated.
    vocabulary : tuple of str
    """

    codes: NDArray[np.int32]
    vocabulary: tuple[str, ...]


@dataclass(frozen=True)
class SegmentTable:
    """All segments of one map (paper, Section 4.1).

    Attributes
    ----------
    map_id : str
        Changes whenever rows or positions change.
    encoder_id : str
        The encoder whose latents these are.
    method : str
        ``"tsne"``, ``"pca"`` or ``"umap"``.
    latents : float32 [shape=(n, 16)]
        Segment latents.
    positions : float32 [shape=(n, 2)]
        Place of each segment on the map.
    recording_index : int32 [shape=(n,)]
        Index into `recordings`.
    start_s : float32 [shape=(n,)]
        Start of each segment in its recording, seconds.
    duration_s : float
        Length of a segment, seconds.
    recordings : tuple of RecordingInfo
    layers : mapping of str to LayerLabels
        Annotations on the time axis, such as playing techniques, by their layer's name.
    frame : str
        Id of the map that was computed last before this one was extended from it: what stands
        on two maps of one frame stands at the same place. Empty: this map was computed itself.
    placed : int
        How many segments were placed on that map since.
    """

    map_id: str
    encoder_id: str
    method: str
    latents: NDArray[np.float32]
    positions: NDArray[np.float32]
    recording_index: NDArray[np.int32]
    start_s: NDArray[np.float32]
    recordings: tuple[RecordingInfo, ...]
    duration_s: float = 10.0
    frame: str = ""
    placed: int = 0
    layers: Mapping[str, LayerLabels] = field(default_factory=dict, compare=False)
    _label_cache: dict[str, tuple[NDArray[np.int32], tuple[str, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.latents)

    def labels(self, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Codes and their vocabulary for ``"performer"``, ``"instrument"``, ``"title"`` or a layer.

        Titles of one piece count as one: it goes by the title that most of its recordings have.

        Returns
        -------
        codes : int32 [shape=(n,)]
            Index into `vocabulary` for each segment; -1, in layers only, for none.
        vocabulary : tuple of str
            In reading order, without repeats.
        """
        if name.startswith(LAYER_PREFIX):
            layer = self.layers.get(name.removeprefix(LAYER_PREFIX))
            return (layer.codes, layer.vocabulary) if layer else (self._no_layer, ())
        if name not in self._label_cache:
            by_recording = [str(getattr(recording, name)) for recording in self.recordings]
            if name == "title":
                by_recording = [self.piece_titles[title] for title in by_recording]
            vocabulary = tuple(in_reading_order(set(by_recording)))
            code_of = {label: code for code, label in enumerate(vocabulary)}
            codes = np.array([code_of[label] for label in by_recording], dtype=np.int32)
            self._label_cache[name] = (codes[self.recording_index], vocabulary)
        return self._label_cache[name]

    @cached_property
    def piece_titles(self) -> Mapping[str, str]:
        """For each title the one that its piece goes by."""
        written: dict[str, Counter[str]] = {}
        for recording in self.recordings:
            written.setdefault(recording.piece or recording.title, Counter())[recording.title] += 1
        goes_by = {
            piece: min(titles, key=lambda title: (-titles[title], title))
            for piece, titles in written.items()
        }
        return {title: goes_by[piece] for piece, titles in written.items() for title in titles}

    @property
    def _no_layer(self) -> NDArray[np.int32]:
        return np.full(len(self), -1, dtype=np.int32)

    def positions_on(self, other: SegmentTable | Sketch) -> NDArray[np.float32]:
        """Where another map, or the sketch of one, shows each of these segments.

        Returns
        -------
        positions : float32 [shape=(n, 2)]
            NaN for segments that are not on the other map.
        """
        place = {name: row for row, name in enumerate(other.names())}
        rows = np.array([place.get(name, -1) for name in self.names()], dtype=np.int32)
        positions = np.full((len(self), 2), np.nan, dtype=np.float32)
        positions[rows >= 0] = other.positions[rows[rows >= 0]]
        return positions

    def names(self) -> list[tuple[int, float]]:
        """What names each segment on any map: recording's id, start in seconds."""
        ids = np.array([recording.id for recording in self.recordings], dtype=np.int64)
        return list(zip(ids[self.recording_index].tolist(), self.start_s.tolist(), strict=True))

    @property
    def own_frame(self) -> str:
        """Id of the map that says where everything on this one stands."""
        return self.frame or self.map_id

    @cached_property
    def key(self) -> str:
        """Names this table's content, labels included: what results derived from it depend on."""
        labels = hashlib.sha256(repr(self.recordings).encode())
        for name, layer in sorted(self.layers.items()):
            labels.update(repr((name, layer.vocabulary)).encode())
            labels.update(layer.codes.tobytes())
        return f"{self.map_id}:{labels.hexdigest()[:12]}"

    @cached_property
    def latent_bounds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Lowest and highest value of each dimension among all latents, each (16,)."""
        return self.latents.min(axis=0), self.latents.max(axis=0)


@dataclass(frozen=True)
class Sketch:
    """Segments at the places that a map which is still being computed gives them so far.

    Attributes
    ----------
    recording_ids : int32 [shape=(n,)]
    start_s : float32 [shape=(n,)]
    positions : float32 [shape=(n, 2)]
    step : int
        Rises from one sketch of a map to the next.
    """

    recording_ids: NDArray[np.int32]
    start_s: NDArray[np.float32]
    positions: NDArray[np.float32]
    step: int = 0

    def names(self) -> list[tuple[int, float]]:
        """As :meth:`SegmentTable.names`."""
        return list(zip(self.recording_ids.tolist(), self.start_s.tolist(), strict=True))
