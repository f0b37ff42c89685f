"""Descriptors measure what they say, on sound whose loudness, pitch, vibrato … are known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.descriptors import DESCRIPTORS
from encoders.descriptors import (
    pitch_changes,
    segment_descriptors,
    track_pitch,
    vibrato_extent,
)
from tests.making import melody

RATE = 20_000
NAMES = [descriptor.name for descriptor in DESCRIPTORS]
Sound = NDArray[np.float32]


def measured(samples: Sound) -> dict[str, float]:
    """The first segment's descriptors by name."""
    return dict(zip(NAMES, segment_descriptors(samples)[0].tolist(), strict=True))


def voice(pitch: NDArray[np.float64], partials: int = 5, level: float = 0.1) -> Sound:
    """A tone that follows MIDI numbers, one for each sample."""
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((pitch - 69) / 12)) / RATE
    waves = [np.sin(k * phase) / k for k in range(1, partials + 1)]
    return (level * np.sum(waves, axis=0)).astype(np.float32)


def time(seconds: float = 10) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def still(midi: float, **more: float) -> Sound:
    return voice(np.full(10 * RATE, float(midi)), **more)  # type: ignore[arg-type]


def scale(notes_a_second: float, steps: tuple[int, ...] = (0, 2, 4, 7, 9)) -> Sound:
    """A pentatonic scale, every note bound to the next without a stroke."""
    index = np.floor(time() * notes_a_second).astype(int) % len(steps)
    return voice(60.0 + np.array(steps)[index])


def clicks(beats_a_minute: float) -> Sound:
    """Short bursts of noise in time, over a very soft tone."""
    random, samples = np.random.default_rng(0), still(57, level=0.001)
    for start in np.arange(0.1, 9.9, 60 / beats_a_minute):
        at = round(start * RATE)
        samples[at : at + 400] += random.normal(scale=0.2, size=400).astype(np.float32)
    return samples


def noise(level: float = 0.1) -> Sound:
    return np.random.default_rng(0).normal(scale=level, size=10 * RATE).astype(np.float32)


def test_a_row_for_each_whole_segment() -> None:
    found = segment_descriptors(melody(25, RATE))
    assert found.shape == (2, len(DESCRIPTORS))
    assert found.dtype == np.float32
    assert segment_descriptors(melody(9, RATE)).shape == (0, len(DESCRIPTORS))


def test_a_full_scale_sine_at_1_khz_is_0_db_and_a_copy_as_much_softer_as_it_is() -> None:
    tone = np.sin(2 * np.pi * 1000 * time()).astype(np.float32)
    assert measured(tone)["Loudness"] == pytest.approx(0, abs=0.2)
    loud, soft = measured(melody(10, RATE)), measured(melody(10, RATE) / 10)
    assert loud["Loudness"] - soft["Loudness"] == pytest.approx(20, abs=0.01)
    for name in set(NAMES) - {"Loudness"}:
        assert soft[name] == pytest.approx(loud[name], rel=0.02, abs=0.02, nan_ok=True), name


def test_the_ear_is_deaf_to_the_lowest() -> None:
    low, middle = (np.sin(2 * np.pi * hz * time()).astype(np.float32) for hz in (50, 1000))
    assert measured(low)["Loudness"] < measured(middle)["Loudness"] - 20


@pytest.mark.parametrize("midi", [43, 57, 69, 81, 93])
def test_pitch_is_the_midi_number_from_zheng_to_flute(midi: int) -> None:
    assert measured(still(midi))["Pitch height"] == pytest.approx(midi, abs=0.15)
    assert measured(still(midi))["Pitch spread"] < 0.1


def test_an_octave_up_is_12_semitones_higher() -> None:
    low, high = still(62), still(74)
    difference = measured(high)["Pitch height"] - measured(low)["Pitch height"]
    assert difference == pytest.approx(12, abs=0.1)


def test_a_string_that_rings_on_beneath_makes_no_common_period() -> None:
    found = track_pitch(still(69, level=0.1) + still(64, level=0.02))
    assert np.nanmedian(found) == pytest.approx(69, abs=0.1)


def test_spread_is_from_low_to_high_notes() -> None:
    assert measured(scale(2, (0, 7)))["Pitch spread"] == pytest.approx(7, abs=0.3)


def test_more_partials_are_brighter_and_a_sine_is_as_bright_as_it_is_high() -> None:
    assert measured(still(69, partials=12))["Brightness"] > measured(still(69))["Brightness"] + 300
    sine = measured(np.sin(2 * np.pi * 2000 * time()).astype(np.float32))
    assert sine["Brightness"] == pytest.approx(2000, abs=20)


def test_noise_is_noisy_and_has_no_pitch() -> None:
    mixed = still(69) + noise(0.02)
    order = [measured(sound)["Noisiness"] for sound in (still(69), mixed, noise())]
    assert order == sorted(order)
    assert order[2] - order[0] > 20
    hiss = measured(noise())
    assert np.isnan([hiss["Pitch height"], hiss["Pitch spread"], hiss["Vibrato"]]).all()


@pytest.mark.parametrize("cents", [0, 25, 50])
@pytest.mark.parametrize("hertz", [5.0, 6.5])
def test_vibrato_is_as_wide_as_it_swings(cents: int, hertz: float) -> None:
    swinging = voice(69 + cents / 100 * np.sin(2 * np.pi * hertz * time()))
    assert measured(swinging)["Vibrato"] == pytest.approx(cents, rel=0.15, abs=1)


def test_slow_and_fast_swings_and_steps_are_no_vibrato() -> None:
    columns = np.arange(400) / 40
    for hertz in (1.5, 12.0):
        assert vibrato_extent(69 + 0.5 * np.sin(2 * np.pi * hertz * columns)) < 5
    for notes in (0.8, 1.5):
        assert measured(scale(notes))["Vibrato"] < 5


def test_vibrato_needs_a_second_of_steady_notes() -> None:
    assert np.isnan(vibrato_extent(np.full(400, np.nan)))
    assert np.isnan(vibrato_extent(np.full(10, 69.0)))
    assert np.isnan(measured(scale(8, (0, 5)))["Vibrato"])


@pytest.mark.parametrize("beats", [80, 120, 160])
def test_strokes_are_counted_and_their_tempo_is_found(beats: int) -> None:
    found = measured(clicks(beats))
    assert found["Note density"] == pytest.approx(beats / 60, abs=0.21)
    assert found["Tempo"] == pytest.approx(beats, rel=0.03)


@pytest.mark.parametrize("notes", [1, 2, 4])
def test_slurred_notes_are_counted_without_a_stroke(notes: int) -> None:
    assert measured(scale(notes))["Note density"] == pytest.approx(notes, abs=0.3)


def test_vibrato_is_no_new_note() -> None:
    swinging = 69 + 0.4 * np.sin(2 * np.pi * 6 * np.arange(400) / 40)
    assert len(pitch_changes(swinging)) == 0
    assert len(pitch_changes(np.full(3, 69.0))) == 0


def test_silence_is_silent_and_has_nothing_else() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        silent = measured(np.zeros(10 * RATE, np.float32))
    assert silent["Loudness"] < -100
    assert silent["Note density"] == 0
    for name in set(NAMES) - {"Loudness", "Note density"}:
        assert np.isnan(silent[name]), name


def test_part_of_a_recording_has_the_pitch_that_it_has_in_the_whole() -> None:
    samples = melody(30, RATE)
    whole, part = track_pitch(samples), track_pitch(samples, 400, 400)
    np.testing.assert_allclose(part, whole[400:800], atol=0.01)
    assert len(track_pitch(samples[:400])) == 0
