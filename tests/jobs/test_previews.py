"""Previews show what the encoder sees and where the waveform goes, and are made once."""

from __future__ import annotations

import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.catalogue import Recording
from data.decoding import decode
from data.files import sha256_of
from data.library import Library
from encoders.encoder import load_encoder
from encoders.registry import default_encoder, ensure_installed
from errors import UserError
from jobs.engine import Engine
from jobs.previews import (
    ensure_playable,
    ensure_preview,
    preview_path,
    read_peaks,
    read_preview_segment,
    waveform_peaks,
)
from settings import Settings


class CountingEngine(Engine):
    """Runs calls in this process and counts them."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.calls: list[str] = []

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.calls.append(function.__name__)
        return function(*arguments)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        yield library


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    path = tmp_path / "swell.wav"
    time = np.arange(12 * 20_000) / 20_000
    samples = np.sin(2 * np.pi * 440 * time) * time / 12
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(20_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return Recording(root=str(tmp_path), path=path.name, sha256=sha256_of(path), codec="pcm_s16le")


def test_a_preview_is_what_the_encoder_sees(library: Library, recording: Recording) -> None:
    encoder_id = default_encoder().id
    path = ensure_preview(library, CountingEngine(), recording, encoder_id)
    assert path == preview_path(library, recording.sha256, encoder_id)
    preview = read_preview_segment(path, 0, 480)
    assert preview.spectrogram.shape == (480, 501)
    assert preview.spectrogram.dtype == np.uint8
    assert preview.peaks.shape == (480, 2)
    assert preview.peaks.dtype == np.int16
    encoder = load_encoder(str(ensure_installed(library, encoder_id)))
    seen = encoder.spectrogram(decode(recording.file).samples)
    np.testing.assert_allclose(preview.spectrogram / 255, seen, atol=0.5 / 255 + 1e-6)


def test_parts_of_a_preview_are_rows_of_the_whole(library: Library, recording: Recording) -> None:
    path = ensure_preview(library, CountingEngine(), recording, default_encoder().id)
    whole = read_preview_segment(path, 0, 10_000)
    assert len(whole.spectrogram) == 480
    part = read_preview_segment(path, 400, 400)
    np.testing.assert_array_equal(part.spectrogram, whole.spectrogram[400:])
    np.testing.assert_array_equal(part.peaks, whole.peaks[400:])
    assert len(read_preview_segment(path, 5_000, 400).peaks) == 0
    np.testing.assert_array_equal(read_peaks(path), whole.peaks)


def test_a_preview_is_made_once(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    asking = [
        threading.Thread(
            target=ensure_preview, args=(library, engine, recording, default_encoder().id)
        )
        for _ in range(5)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert engine.calls == ["make_preview"]


def test_peaks_follow_the_waveform() -> None:
    samples = np.zeros(1_250, np.float32)
    samples[10], samples[20], samples[700], samples[1_100] = 0.5, -0.25, 3.0, 1.0
    np.testing.assert_array_equal(waveform_peaks(samples), [[-8192, 16384], [0, 32767]])


def test_what_browsers_play_is_played_as_it_is(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    assert ensure_playable(library, engine, recording) == recording.file
    assert engine.calls == []


def test_what_browsers_do_not_play_is_copied_once(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    unplayable = replace(recording, codec="wmav2")
    copy = ensure_playable(library, engine, unplayable)
    assert ensure_playable(library, engine, unplayable) == copy
    assert engine.calls == ["transcode"]
    assert decode(copy).duration_s == pytest.approx(12, abs=0.1)


def test_a_damaged_preview_is_said(tmp_path: Path) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(b"damaged")
    with pytest.raises(UserError, match="cannot be read"):
        read_peaks(path)
