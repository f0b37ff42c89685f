"""What a worker shows before it answers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from analysis.projection import Projection
from data.files import sweep
from jobs import frames
from jobs.frames import FrameWriter, followed
from jobs.mapping import project_segments
from jobs.runner import Cancelled


def test_frames_of_tsne_are_handed_on_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "EVERY_S", 0.0)
    monkeypatch.setattr(frames, "LOOK_S", 0.002)
    latents = np.random.default_rng(0).normal(size=(600, 16)).astype(np.float32)
    told: list[tuple[int, int, str]] = []
    shown: list[np.ndarray] = []
    with followed(tmp_path, lambda *now: told.append(now), shown.append) as path:
        positions = project_segments(latents, Projection.of(), str(path))
    assert len(shown) >= 3
    assert all(frame.shape == positions.shape for frame in shown)
    shares = [done / total for done, total, _ in told]
    assert shares == sorted(shares) and shares[-1] > 0.2
    # The last frame is nearly the map.
    assert np.corrcoef(shown[-1][:, 0], positions[:, 0])[0, 1] > 0.9
    assert list(tmp_path.iterdir()) == []


def test_whoever_wants_no_more_of_it_stops_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "EVERY_S", 0.0)
    monkeypatch.setattr(frames, "LOOK_S", 0.002)
    latents = np.random.default_rng(0).normal(size=(600, 16)).astype(np.float32)
    told: list[str] = []

    def report(done: int, total: int, message: str) -> None:
        told.append(message)
        raise Cancelled

    finished: list[np.ndarray] = []
    with pytest.raises(Cancelled), followed(tmp_path, report, lambda _: None) as path:
        finished.append(project_segments(latents, Projection.of(), str(path)))
    assert len(told) == 1 and not finished
    assert list(tmp_path.iterdir()) == []


def test_a_frame_that_cannot_be_written_or_read_disturbs_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "LOOK_S", 0.002)
    blocked = tmp_path / "no folder"
    blocked.write_text("a file")
    FrameWriter(str(blocked / "frame.safetensors")).progress(1, 2, "half")
    told: list[str] = []
    with followed(tmp_path, lambda *now: told.append(now[2]), lambda _: None) as path:
        path.write_bytes(b"no frame")
        time.sleep(0.05)
        FrameWriter(str(path)).progress(1, 2, "half")
        time.sleep(0.1)
    assert told == ["half"]


def test_a_frame_is_named_so_that_it_is_swept_when_its_process_was_killed(tmp_path: Path) -> None:
    with followed(tmp_path, lambda *_: None, lambda _: None) as path:
        FrameWriter(str(path)).progress(1, 2, "half")
        orphan = path.with_name(path.name.replace(f".{os.getpid()}-", ".4194999-"))
        orphan.write_bytes(path.read_bytes())
        sweep(tmp_path)
        assert (path.exists(), orphan.exists()) == (True, False)
    assert list(tmp_path.iterdir()) == []
