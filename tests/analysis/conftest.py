"""Latents and tables that several tests of this folder look at."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis.segments import RecordingInfo, SegmentTable


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture
def blobs(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Three well separated groups of 60, 40 and 20 points in 16 dimensions, shuffled."""
    groups = rng.permutation(np.repeat([0, 1, 2], [60, 40, 20]))
    centres = 6 * np.eye(3, 16)
    return centres[groups] + 0.2 * rng.normal(size=(len(groups), 16)), groups


@pytest.fixture
def make_table() -> Callable[..., SegmentTable]:
    """Build a table of random segments: six recordings, three performers, two instruments."""

    def make(n: int = 300, seed: int = 0, map_id: str = "map-1") -> SegmentTable:
        random = np.random.default_rng(seed)
        recordings = tuple(
            RecordingInfo(
                id=i + 1,
                path=f"{i}.ogg",
                title=("Mo Li Hua", "Liang Xiao")[i % 2],
                performer=("Erhu A", "Erhu B", "Pipa C")[i // 2],
                instrument=("Erhu", "Erhu", "Pipa")[i // 2],
                duration_s=600.0,
            )
            for i in range(6)
        )
        index = np.sort(random.integers(0, 6, size=n)).astype(np.int32)
        return SegmentTable(
            map_id=map_id,
            encoder_id="paper-00000000",
            method="tsne",
            latents=random.normal(size=(n, 16)).astype(np.float32),
            positions=(10 * random.normal(size=(n, 2))).astype(np.float32),
            recording_index=index,
            start_s=np.arange(n, dtype=np.float32) * 10,
            recordings=recordings,
        )

    return make
