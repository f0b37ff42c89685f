"""Curves of pitch to notes, tuning and key, on scales made with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.melody import (
    estimate_key,
    estimate_tuning,
    find_notes,
    loudness_levels,
    midi_of,
    tuning_and_key,
)

MAJOR = (0, 2, 4, 5, 7, 9, 11)
PENTATONIC = (0, 2, 4, 7, 9)
LOUD = -20.0


def cents(a4_hz: float) -> float:
    return float(1200 * np.log2(a4_hz / 440))


def curve(pitches: list[float], a4_hz: float = 440.0, columns: int = 10) -> NDArray[np.float64]:
    """Frequencies of notes that follow each other without a gap."""
    return np.repeat(a4_hz * 2 ** ((np.array(pitches) - 69) / 12), columns)


def scale(tonic: int, degrees: tuple[int, ...]) -> list[float]:
    """Two octaves up and the do above, from the do that is MIDI 60 to 71."""
    return [60.0 + tonic + 12 * octave + d for octave in (0, 1) for d in degrees] + [84.0 + tonic]


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("degrees", [MAJOR, PENTATONIC])
@pytest.mark.parametrize("a4_hz", [432.0, 440.0, 446.0])
def test_key_and_tuning_of_a_scale_are_found(
    tonic: int, degrees: tuple[int, ...], a4_hz: float
) -> None:
    f0 = curve(scale(tonic, degrees), a4_hz)
    notes = find_notes(f0, np.full(len(f0), LOUD))
    assert len(notes) == len(scale(tonic, degrees))
    tuning, key = tuning_and_key(notes)
    assert key == tonic
    assert tuning == pytest.approx(cents(a4_hz), abs=0.5)


def test_fa_and_ti_have_no_say_in_the_tuning() -> None:
    pitches = np.array(scale(2, MAJOR))
    free = np.isin((pitches - 62) % 12, (5, 11))
    bent = pitches + np.where(free, 0.45, 0.0)
    weight = np.where(free, 6.0, 1.0)  # most of what sounds
    assert estimate_tuning(bent, weight, 2) == pytest.approx(0, abs=0.5)


def test_the_tuning_stays_between_half_a_semitone_below_and_above() -> None:
    for off in np.arange(-120, 121, 7):
        found = estimate_tuning(60 + np.arange(12) + off / 100, np.ones(12))
        assert -50 < found <= 50
        assert (found - off + 50) % 100 - 50 == pytest.approx(0, abs=0.5)


def test_nothing_that_sounds_has_no_tuning_and_some_key() -> None:
    empty = np.zeros(0)
    assert estimate_tuning(empty, empty) == 0
    assert 0 <= estimate_key(empty, empty) < 12
    assert len(find_notes(empty, empty)) == 0
    assert len(find_notes(np.zeros(50), np.full(50, -100.0))) == 0


def test_vibrato_is_one_note_and_a_slide_is_none() -> None:
    time = np.arange(40) / 40
    vibrato = 74 + 0.4 * np.sin(2 * np.pi * 5.5 * time)
    assert len(find_notes(curve(list(vibrato), columns=1), np.full(40, LOUD))) == 1
    slide = np.linspace(62, 74, 12)
    assert len(find_notes(curve(list(slide), columns=1), np.full(12, LOUD))) == 0


def test_a_second_stroke_on_the_same_pitch_is_a_second_note() -> None:
    decay = -20 - 0.8 * np.arange(20)
    level = np.concatenate([decay, decay, decay])
    notes = find_notes(curve([69.0], columns=60), level)
    assert notes.first.tolist() == [0, 20, 40]
    assert notes.end.tolist() == [20, 40, 60]


def test_one_stray_or_missing_column_does_not_cut_a_note() -> None:
    f0 = curve([69.0], columns=20)
    f0[7] *= 2
    f0[12] = 0
    notes = find_notes(f0, np.full(20, LOUD))
    assert notes.first.tolist() == [0] and notes.end.tolist() == [20]
    assert notes.pitch[0] == pytest.approx(69)


def test_silence_and_sounds_too_short_are_no_notes() -> None:
    f0 = curve([69.0, 72.0, 69.0], columns=2)
    assert len(find_notes(f0, np.full(6, LOUD))) == 0
    quiet = np.full(20, -90.0)
    quiet[:10] = LOUD
    notes = find_notes(curve([69.0, 72.0]), quiet)
    assert notes.end.tolist() == [10]


def test_four_levels_are_quartiles_whatever_the_gain() -> None:
    level = np.random.default_rng(0).normal(-30, 8, 400)
    levels = loudness_levels(level)
    assert np.bincount(levels, minlength=5).tolist() == [0, 100, 100, 100, 100]
    assert np.array_equal(levels, loudness_levels(level + 12))
    order = np.argsort(level)
    assert (np.diff(levels[order]) >= 0).all()
    assert set(loudness_levels(np.full(9, -20.0)).tolist()) == {1}
    assert len(loudness_levels([])) == 0


def test_midi_numbers() -> None:
    assert midi_of([440.0, 880.0, 0.0])[:2].tolist() == [69.0, 81.0]
    assert np.isnan(midi_of([0.0, -1.0])).all()
