"""No file costs more than the limits allow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data import limits
from data.decoding import UnreadableAudio, decode
from data.limits import Limits
from jobs.worker_limits import fitted, limits_of
from settings import Settings
from tests.making import melody, write_audio

ROOT = Path(__file__).resolve().parents[2]
CAUGHT = """
import sys, time
from data.limits import Limits, impose, watched

impose(Limits(seconds=1))
with watched(0):
    pass
time.sleep(1.5)  # nobody is watched now
print("alive", flush=True)
with watched(50_000):
    sum(range(10**12))  # as a decoder that never comes back
"""


def _impose(monkeypatch: pytest.MonkeyPatch, imposed: Limits) -> None:
    monkeypatch.setattr(limits, "_imposed", imposed)


def test_a_file_that_is_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_audio(tmp_path / "a.wav", melody(2))
    _impose(monkeypatch, Limits(largest_bytes=path.stat().st_size - 1))
    with pytest.raises(UnreadableAudio, match=r"larger than .* GiB"):
        decode(path)
    _impose(monkeypatch, Limits(largest_bytes=path.stat().st_size))
    assert decode(path).duration_s == pytest.approx(2)


def test_a_small_file_that_lasts_for_hours_is_left_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = write_audio(tmp_path / "a.flac", np.zeros(44_100 * 600, np.float32))
    assert bomb.stat().st_size < 300_000
    _impose(monkeypatch, Limits(longest_s=300))
    with pytest.raises(UnreadableAudio, match=r"holds more than 0\.1 hours of sound"):
        decode(bomb)


def test_a_process_that_is_caught_ends_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CAUGHT], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "alive\n", "")


def test_long_sound_fits_the_memory_and_large_files_get_more_time() -> None:
    settings = limits_of(Settings())
    hours = fitted(settings, 2 << 30).longest_s / 3600
    assert 5 < hours < 5.5
    assert fitted(settings, 1 << 40).longest_s == 24 * 3600
    assert fitted(settings, None) == settings
    # Ten hours of quiet speech in 70 MB decode within minutes.
    assert settings.allowed_s(70_000_000) > 1500
