"""A hundred damaged files; ``make fuzz`` imports as many thousand as one likes."""

from __future__ import annotations

from pathlib import Path

from jobs.engine import Engine
from settings import Settings
from tools.fuzz import originals, run


def test_damaged_files_break_nothing(tmp_path: Path) -> None:
    whole = originals(tmp_path / "originals", {".ape", ".flac", ".m4a", ".mp3", ".ogg", ".wav"})
    with Engine(Settings(workers=2)) as engine:
        report = run(whole, 100, seed=5, engine=engine, folder=tmp_path)
    assert report.problems == []
    assert sum(report.states.values()) == 100
    assert len(report.states) > 1
