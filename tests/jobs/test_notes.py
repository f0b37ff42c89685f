"""The two maps of the Notes page, from real sound through the real encoder."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.notes import QUESTIONS
from data.library import Library
from errors import UserError
from jobs.engine import Engine, Outcome
from jobs.note_columns import note_samples
from jobs.notes import note_maps
from settings import Settings
from tests.making import make_encoder, write_audio

PITCHES = {"Do4": 293.66, "Mi4": 369.99, "So4": 440.0}
RATE = 48_000


class InlineEngine(Engine):
    """Runs calls here and counts them."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.calls = 0

    def map(
        self, function: Any, argument_tuples: Iterable[Any], window: int | None = None
    ) -> Iterator[tuple[int, Outcome]]:
        for index, call in reversed(list(enumerate(argument_tuples))):
            self.calls += 1
            yield index, Outcome(function(*call))


@pytest.fixture
def scales(tmp_path: Path) -> Path:
    """Two instruments, three pitches, two loudness levels: 12 notes of 0.25 s."""
    folder = tmp_path / "scales"
    time = np.arange(RATE // 4) / RATE
    rows = ["path,start_s,end_s,pitch,loudness,instrument"]
    for instrument, harmonics in (("Erhu", range(1, 9)), ("Bamboo flute", range(1, 3))):
        notes: list[Any] = []
        for level in (1, 2):
            for pitch, frequency in PITCHES.items():
                span = f"{len(notes) / 4},{len(notes) / 4 + 0.25}"
                rows.append(f"{instrument}.opus,{span},{pitch},{level},{instrument}")
                tones = [np.sin(2 * np.pi * frequency * k * time) / k for k in harmonics]
                notes.append(0.1 * level * sum(tones))
        write_audio(folder / f"{instrument}.opus", np.concatenate(notes).astype(np.float32), RATE)
    (folder / "notes.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        make_encoder(library.encoders_folder)
        yield library


ENCODER = "paper-00000000"


def test_each_column_is_placed_on_both_maps_with_its_labels(scales: Path, library: Library) -> None:
    seen: list[int] = []
    maps = note_maps(library, InlineEngine(), ENCODER, lambda *now: seen.append(now[0]), scales)
    assert maps.samples.shape == maps.latents.shape == (120, 2)
    assert np.isfinite(maps.samples).all()
    assert not np.array_equal(maps.samples, maps.latents)
    assert maps.column.tolist() == list(range(60)) * 2
    assert np.array_equal(maps.note, np.repeat(np.arange(12), 10))
    assert [note.name for note in maps.notes] == ["Do4", "Mi4", "So4"] * 4
    assert [note.loudness for note in maps.notes] == [1, 1, 1, 2, 2, 2] * 2
    assert [note.instrument for note in maps.notes] == ["Erhu"] * 6 + ["Bamboo flute"] * 6
    assert [source.title for source in maps.sources] == ["Erhu.opus", "Bamboo flute.opus"]
    assert seen == [0, 1, 2]


def test_under_each_map_stand_the_figures_of_t1(scales: Path, library: Library) -> None:
    engine = InlineEngine()
    figures = note_maps(library, engine, ENCODER, folder=scales).figures
    for space in ("samples", "latents"):
        assert set(figures[space]) == {"trustworthiness", *QUESTIONS}
        assert 0 <= figures[space]["trustworthiness"] <= 1
    # Sines of 5 and 1 harmonics: in the spectrogram three pitches cannot be mistaken.
    assert figures["samples"]["pitch"]["accuracy"] > 0.9
    assert figures["samples"]["pitch"]["chance"] == pytest.approx(1 / 3)
    kept = note_maps(library, engine, ENCODER, folder=scales).figures
    assert kept == figures


def test_the_second_visit_computes_nothing(scales: Path, library: Library) -> None:
    engine = InlineEngine()
    first = note_maps(library, engine, ENCODER, folder=scales)
    again = note_maps(library, engine, ENCODER, folder=scales)
    assert engine.calls == 2
    assert np.array_equal(first.samples, again.samples)


def test_a_damaged_file_is_computed_again(scales: Path, library: Library) -> None:
    engine = InlineEngine()
    note_maps(library, engine, ENCODER, folder=scales)
    (kept,) = library.maps_folder.glob("notes-*")
    kept.write_bytes(kept.read_bytes()[:50])
    assert len(note_maps(library, engine, ENCODER, folder=scales).note) == 120
    assert engine.calls == 4


def test_columns_are_those_of_their_notes(scales: Path, library: Library) -> None:
    samples = note_samples(str(scales), str(library.encoders_folder / ENCODER))
    assert samples.shape == (120, 501)
    # 20 Hz a bin: inside a note, the loudest bin below 500 Hz is the fundamental's.
    middle = samples.reshape(12, 10, 501)[:, 3:7, :25].mean(axis=1).argmax(axis=1)
    expected = [round(frequency / 20) for frequency in PITCHES.values()] * 4
    assert np.abs(middle - expected).max() <= 1


def test_a_recording_that_ends_before_its_notes_is_refused(scales: Path, library: Library) -> None:
    with (scales / "notes.csv").open("a", encoding="utf-8") as file:
        file.write("\nErhu.opus,1.5,1.75,La4,2,Erhu")
    with pytest.raises(UserError, match="ends before its note at"):
        note_maps(library, InlineEngine(), ENCODER, folder=scales)
