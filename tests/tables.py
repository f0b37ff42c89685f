"""A small made-up table for tests of figures and callbacks; its numbers mean nothing."""

from __future__ import annotations

import numpy as np

from analysis.segments import RecordingInfo, SegmentTable

INSTRUMENTS = ("Bamboo Flute", "Erhu", "Pipa", "Zheng")


def made_table(recordings: int = 6, segments: int = 7, seed: int = 0) -> SegmentTable:
    """`recordings` of `segments` each, two performers, titles in turn."""
    rng = np.random.default_rng(seed)
    infos = tuple(
        RecordingInfo(
            id=10 + index,
            path=f"{index}.ogg",
            title=("Mo Li Hua", "Guang Ming Xing", "良宵")[index % 3],
            performer=("Style A", "Style B")[index % 2],
            instrument=INSTRUMENTS[index % 4],
            duration_s=10.0 * segments + 3,
        )
        for index in range(recordings)
    )
    count = recordings * segments
    return SegmentTable(
        map_id="made",
        encoder_id="paper-00000000",
        method="pca",
        latents=rng.normal(size=(count, 16)).astype(np.float32),
        positions=rng.normal(size=(count, 2)).astype(np.float32),
        recording_index=np.repeat(np.arange(recordings, dtype=np.int32), segments),
        start_s=np.tile(np.arange(segments, dtype=np.float32) * 10, recordings),
        recordings=infos,
    )
