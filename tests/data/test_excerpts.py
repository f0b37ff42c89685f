"""Stretches of recordings as one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.decoding import UnreadableAudio, decode
from data.excerpts import write_excerpts
from data.sources import Source
from tests.making import melody, write_audio


@pytest.mark.parametrize("suffix", [".flac", ".ogg"])
def test_stretches_stand_one_after_the_other(tmp_path: Path, suffix: str) -> None:
    audio = tmp_path / f"music{suffix}"
    samples = melody(6, 44_100, seed=3)
    write_audio(audio, samples, 44_100)
    out = tmp_path / "out.flac"
    write_excerpts([Source(str(audio), 1.0, 2.5), Source(str(audio), 4.0, 5.0)], str(out))
    found = decode(out).samples
    assert len(found) / 20_000 == pytest.approx(1.5 + 0.4 + 1.0, abs=0.01)
    whole = decode(audio).samples
    # Without the faded ends; MonoResampler's rounding is what may differ.
    for at, start in ((0.0, 1.0), (1.9, 4.0)):
        inside = slice(int((at + 0.1) * 20_000), int((at + 0.8) * 20_000))
        there = whole[int((start + 0.1) * 20_000) :][: inside.stop - inside.start]
        assert np.corrcoef(found[inside], there)[0, 1] > 0.999
    assert np.abs(found[int(1.6 * 20_000) : int(1.8 * 20_000)]).max() < 1e-3


def test_a_stretch_past_the_end_is_what_there_is(tmp_path: Path) -> None:
    audio = tmp_path / "music.wav"
    write_audio(audio, melody(3), 44_100)
    out = tmp_path / "out.flac"
    write_excerpts([Source(str(audio), 2.0, 12.0)], str(out))
    assert decode(out).duration_s == pytest.approx(1.0, abs=0.01)


def test_a_file_that_cannot_be_read_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no music")
    out = tmp_path / "out.flac"
    with pytest.raises(UnreadableAudio, match=r"text\.mp3"):
        write_excerpts([Source(str(tmp_path / "text.mp3"), 0.0, 1.0)], str(out))
    assert list(tmp_path.iterdir()) == [tmp_path / "text.mp3"]
