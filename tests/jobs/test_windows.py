"""Windows at another hop, asked for by the page, encoded by a real worker with real weights."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from callbacks.services import WindowsState
from data.library import Library
from encoders.registry import default_encoder
from jobs.engine import Engine
from jobs.importing import import_folder, use_encoder
from services.collection import LibraryCollection
from settings import Settings
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial

ENCODER = default_encoder().id


@pytest.fixture
def imported(library: Library, tmp_path: Path) -> Library:
    """Forty seconds whose first fifteen return from 0:20."""
    sound = melody(40, 22_050, 1)
    sound[20 * 22_050 : 35 * 22_050] = sound[: 15 * 22_050]
    write_audio(tmp_path / "music" / "Erhu" / "A" / "Returning.wav", sound, 22_050)
    use_encoder(library, serial(), ENCODER)
    import_folder(library, serial(), tmp_path / "music")
    return library


def awaited(collection: LibraryCollection, recording: int, hop_s: int) -> WindowsState:
    for _ in range(600):
        state = collection.windows(ENCODER, recording, hop_s)
        if not state.busy:
            return state
        assert state.sentence.endswith("…")
        time.sleep(0.1)
    raise AssertionError("The windows never came.")


def test_a_worker_encodes_a_window_each_second_and_nobody_decodes(imported: Library) -> None:
    (recording,) = imported.catalogue.recordings()
    kept = imported.latents.read_segments(ENCODER, recording.sha256)
    recording.file.unlink()  # notes are all that is needed
    with Engine(Settings(library=imported.folder, workers=1)) as engine:
        state = awaited(LibraryCollection(imported, engine), recording.id, 1)
    assert state.sentence == ""
    assert state.latents is not None and state.latents.shape == (31, 16)
    np.testing.assert_allclose(state.latents[::10], kept, atol=1e-5)
    # The same music has the same latents: what returns from 0:20 is heard from 0:00.
    np.testing.assert_allclose(state.latents[20:25], state.latents[:5], atol=0.05)


def test_they_are_found_again_by_another_server(imported: Library) -> None:
    (recording,) = imported.catalogue.recordings()
    first = awaited(LibraryCollection(imported, serial()), recording.id, 5)
    engine = SerialEngine()
    again = awaited(LibraryCollection(imported, engine), recording.id, 5)  # type: ignore[arg-type]
    assert engine.calls == 0
    assert first.latents is not None and again.latents is not None
    np.testing.assert_array_equal(first.latents, again.latents)


def test_what_is_gone_is_said_in_one_sentence(imported: Library) -> None:
    collection = LibraryCollection(imported, serial())
    assert "no longer in the library" in collection.windows(ENCODER, 99, 1).sentence
    (recording,) = imported.catalogue.recordings()
    imported.latents.path(ENCODER, recording.sha256).unlink()
    recording.file.unlink()
    state = awaited(collection, recording.id, 1)
    assert state.latents is None
    assert "cannot be opened" in state.sentence
