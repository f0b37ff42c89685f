"""Latents come from memory, else from disk, else from one worker call, however many ask."""

from __future__ import annotations

import shutil
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.catalogue import Recording
from data.files import sha256_of
from data.library import Library
from encoders.encoder import load_encoder
from encoders.service import LatentService
from encoders.single_flight import SingleFlight
from errors import UserError


class CountingEngine:
    """Runs calls here and counts them; the real engine has its own tests."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.calls.append(function.__name__)
        return function(*arguments)


@pytest.fixture
def library(tmp_path: Path, encoder_folder: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        shutil.copytree(encoder_folder, library.encoders_folder / encoder_folder.name)
        yield library


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    path = tmp_path / "noise.wav"
    samples = np.random.default_rng(0).integers(-3000, 3000, 25 * 20_000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(20_000)
        file.writeframes(samples.astype("<i2").tobytes())
    return Recording(root=str(tmp_path), path=path.name, sha256=sha256_of(path))


ENCODER = "paper-00000000"


def test_computes_once_then_remembers(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    service = LatentService(library, engine)
    notes = service.notes(recording, ENCODER)
    assert notes.shape == (1000, 32)
    assert notes.dtype == np.float16
    assert service.notes(recording, ENCODER) is notes
    assert service.segments(recording, ENCODER).shape == (2, 16)
    assert engine.calls == ["encode_recording"]


def test_finds_what_is_on_disk(library: Library, recording: Recording) -> None:
    first = LatentService(library, CountingEngine()).notes(recording, ENCODER)
    engine = CountingEngine()
    again = LatentService(library, engine).notes(recording, ENCODER)
    np.testing.assert_array_equal(again, first)
    assert engine.calls == []


def test_asked_by_many_at_once_it_computes_once(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    service = LatentService(library, engine)
    barrier = threading.Barrier(6)
    results: list[np.ndarray] = []

    def ask(what: Callable[[Recording, str], np.ndarray]) -> None:
        barrier.wait()
        results.append(what(recording, ENCODER))

    asked = [service.notes, service.segments] * 3
    threads = [threading.Thread(target=ask, args=(what,)) for what in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert engine.calls == ["encode_recording"]


def test_segments_at_another_hop_need_no_decoding(library: Library, recording: Recording) -> None:
    engine = CountingEngine()
    service = LatentService(library, engine)
    notes = service.notes(recording, ENCODER)
    recording.file.unlink()
    each_second = service.segments(recording, ENCODER, hop=40)
    expected = load_encoder(str(library.encoders_folder / ENCODER)).segment_latents(notes, hop=40)
    np.testing.assert_array_equal(each_second, expected)
    assert service.segments(recording, ENCODER, hop=40) is each_second
    assert engine.calls == ["encode_recording", "segments_at"]


def test_segments_at_a_hop_are_kept_by_content_encoder_and_hop(
    library: Library, recording: Recording
) -> None:
    first = LatentService(library, CountingEngine()).segments(recording, ENCODER, hop=40)
    engine = CountingEngine()
    later = LatentService(library, engine)
    np.testing.assert_array_equal(later.segments(recording, ENCODER, hop=40), first)
    assert engine.calls == []
    other_hop = later.segments(recording, ENCODER, hop=200)
    np.testing.assert_allclose(other_hop, first[::5], atol=1e-6)
    assert engine.calls == ["segments_at"]


def test_a_damaged_file_of_segments_is_made_again(library: Library, recording: Recording) -> None:
    first = LatentService(library, CountingEngine()).segments(recording, ENCODER, hop=40)
    (kept,) = library.features_folder.iterdir()
    kept.write_bytes(b"no tensors")
    engine = CountingEngine()
    again = LatentService(library, engine).segments(recording, ENCODER, hop=40)
    np.testing.assert_array_equal(again, first)
    assert engine.calls == ["segments_at"]


def test_memory_has_a_limit(library: Library, recording: Recording) -> None:
    service = LatentService(library, CountingEngine(), memory_bytes=1000)
    assert service.notes(recording, ENCODER) is not service.notes(recording, ENCODER)


def test_shared_arrays_are_read_only(library: Library, recording: Recording) -> None:
    notes = LatentService(library, CountingEngine()).notes(recording, ENCODER)
    with pytest.raises(ValueError, match="read-only"):
        notes[0, 0] = 1


def test_what_cannot_be_decoded_is_said_and_may_be_tried_again(
    library: Library, recording: Recording
) -> None:
    service = LatentService(library, CountingEngine())
    content = recording.file.read_bytes()
    recording.file.unlink()
    with pytest.raises(UserError, match="cannot be opened"):
        service.notes(recording, ENCODER)
    recording.file.write_bytes(content)
    assert len(service.notes(recording, ENCODER)) == 1000


def test_single_flight_shares_errors_and_forgets_them() -> None:
    flight: SingleFlight[int] = SingleFlight()

    def fail() -> int:
        raise KeyError("once")

    with pytest.raises(KeyError):
        flight.do("key", fail)
    assert flight.do("key", lambda: 3) == 3
