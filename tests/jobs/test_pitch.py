"""Notes estimated from real sound: the demo's scales, whose pitches are known, and made ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.melody import find_notes, tuning_and_key
from analysis.segments import COLUMNS_PER_SECOND
from analysis.solfege import pitch_name
from data.decoding import decode
from data.library import Library
from data.scales import DEMO_SCALES, read_scale_notes
from jobs import note_columns
from jobs import notes as module
from jobs.importing import import_folder
from jobs.notes import recording_note_maps
from jobs.pitch import (
    column_levels,
    ensure_notes,
    estimate_notes,
    notes_path,
    read_notes,
    track_pitch,
)
from tests.making import write_audio
from tests.serial_engine import serial

RATE = 20_000


def tone(midi: float, seconds: float, a4_hz: float = 440.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    frequency = a4_hz * 2 ** ((midi - 69) / 12)
    sound = sum(np.sin(2 * np.pi * frequency * k * time) / k for k in range(1, 6))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    return np.asarray(0.2 * sound * fade, dtype=np.float32)


@pytest.mark.parametrize("name", ["Bamboo Flute", "Erhu", "Pipa", "Zheng"])
def test_the_demo_scales_are_heard_as_they_are_written(tmp_path: Path, name: str) -> None:
    target = tmp_path / "notes.safetensors"
    estimate_notes(str(DEMO_SCALES / f"{name}.opus"), str(target))
    played = read_notes(target)
    assert played is not None
    assert played.tonic == 2  # D
    assert abs(played.tuning_cents) < 10
    written = [note for note in read_scale_notes() if note.instrument == name]
    right = 0
    for note in written:
        first, end = note.columns.start, note.columns.stop
        common = np.minimum(played.notes.end, end) - np.maximum(played.notes.first, first)
        best = int(np.argmax(common))
        pitch = played.notes.pitch[best] - played.tuning_cents / 100
        right += bool(common[best] > 0) and pitch_name(round(pitch), 2) == note.pitch
    assert right / len(written) >= 0.98
    assert abs(len(played.notes) - len(written)) <= 1


@pytest.mark.parametrize("a4_hz", [432.0, 446.0])
def test_tuning_is_measured_in_sound(a4_hz: float) -> None:
    melody = np.concatenate([tone(62 + d, 0.4, a4_hz) for d in (0, 2, 4, 7, 9, 12, 9, 7, 4, 2)])
    notes = find_notes(track_pitch(melody), column_levels(melody))
    assert len(notes) == 10
    tuning, key = tuning_and_key(notes)
    assert key == 2
    assert tuning == pytest.approx(1200 * np.log2(a4_hz / 440), abs=2)


def test_pieces_join_without_a_seam() -> None:
    # 31 s of one tone: the second piece begins at 30 s.
    f0 = track_pitch(tone(69, 31))
    assert len(f0) == 31 * COLUMNS_PER_SECOND
    assert np.abs(1200 * np.log2(f0[4:-4] / 440)).max() < 5


def test_noise_and_silence_have_no_notes(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 5 * RATE).astype(np.float32)
    path = write_audio(tmp_path / "noise.wav", np.concatenate([noise, np.zeros(RATE, "f4")]), RATE)
    estimate_notes(str(path), str(tmp_path / "notes.safetensors"))
    played = read_notes(tmp_path / "notes.safetensors")
    assert played is not None and len(played.notes) <= 3


def test_levels_are_decibels_about_each_column() -> None:
    quiet, loud = np.full(RATE, 0.01, np.float32), np.full(RATE, 0.1, np.float32)
    levels = column_levels(np.concatenate([quiet, loud]))
    assert len(levels) == 80
    assert levels[20] == pytest.approx(-40, abs=0.1) and levels[60] == pytest.approx(-20, abs=0.1)
    assert len(column_levels(np.zeros(10, np.float32))) == 0


def test_notes_are_estimated_once_and_kept_by_content(library: Library, folder: Path) -> None:
    engine = serial()
    import_folder(library, engine, folder)
    recordings = library.catalogue.recordings()
    seen: list[str] = []
    played, problems = ensure_notes(
        library, engine, recordings, lambda done, total, sentence: seen.append(sentence)
    )
    assert problems == [] and set(played) == {recording.sha256 for recording in recordings}
    assert all(len(found.notes) > 10 for found in played.values())
    assert "notes of 3 recordings, 0 done" in seen[0]
    again, _ = ensure_notes(library, None, recordings)  # type: ignore[arg-type]
    assert {key: len(found.notes) for key, found in again.items()} == {
        key: len(found.notes) for key, found in played.items()
    }
    path = notes_path(library, recordings[0].sha256)
    path.write_bytes(path.read_bytes()[:40])
    assert read_notes(path) is None
    assert ensure_notes(library, engine, recordings)[1] == []


def test_a_recording_that_is_gone_is_left_out_with_a_sentence(
    library: Library, folder: Path
) -> None:
    engine = serial()
    import_folder(library, engine, folder)
    recordings = library.catalogue.recordings()
    recordings[0].file.unlink()
    encoder_id = library.catalogue.current_encoder
    assert encoder_id is not None
    maps = recording_note_maps(library, engine, encoder_id, [(r, None) for r in recordings])
    assert recordings[0].path in maps.remark
    assert len(maps.sources) == 2
    assert {note.source for note in maps.notes} == {0, 1}


def test_only_notes_of_the_selected_segments_are_shown(library: Library, folder: Path) -> None:
    engine = serial()
    import_folder(library, engine, folder)
    encoder_id = library.catalogue.current_encoder
    assert encoder_id is not None
    recording = max(library.catalogue.recordings(), key=lambda r: r.duration_s)
    maps = recording_note_maps(library, engine, encoder_id, [(recording, (10.0,))])
    assert all(10 <= note.start_s < 20 for note in maps.notes)
    assert maps.sources[0].recording == recording.id
    every = recording_note_maps(library, engine, encoder_id, [(recording, None)])
    assert len(every.notes) > len(maps.notes)
    # Columns are those of their notes.
    starts = np.array([note.start_s for note in every.notes])[every.note]
    ends = np.array([note.end_s for note in every.notes])[every.note]
    times = every.column / COLUMNS_PER_SECOND
    assert ((times >= starts - 1e-6) & (times < ends)).all()
    assert decode(recording.file).duration_s >= ends.max()


def test_many_notes_are_thinned_and_the_page_is_told(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = serial()
    import_folder(library, engine, folder)
    monkeypatch.setattr(note_columns, "MAX_COLUMNS", 80)
    monkeypatch.setattr(module, "MAX_RECORDINGS", 2)
    encoder_id = library.catalogue.current_encoder
    assert encoder_id is not None
    chosen = [(recording, None) for recording in library.catalogue.recordings()]
    maps = module.recording_note_maps(library, engine, encoder_id, chosen)
    assert len(maps.note) <= 80 and len(maps.notes) == 20
    assert "20 of" in maps.remark and "notes shown" in maps.remark
    assert "2 of 3 recordings" in maps.remark
