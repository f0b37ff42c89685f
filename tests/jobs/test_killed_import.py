"""Killed with SIGKILL, again and again: the library ends up as that of an undisturbed import.

``python -m tools.kill_import --times 50`` does more of it.
"""

from __future__ import annotations

import random
from pathlib import Path

from tools.kill_import import draw, make_music, survive, undisturbed_import


def test_an_import_that_was_killed_five_times_equals_an_undisturbed_one(tmp_path: Path) -> None:
    music = make_music(tmp_path / "music", count=3)
    seconds, expected = undisturbed_import(music, tmp_path / "undisturbed")
    moments = draw(random.Random(7), seconds, 5)
    hits, wrong = survive(music, tmp_path / "library", moments, expected)
    assert wrong == []
    assert hits >= 2
