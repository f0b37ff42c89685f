"""Hand-made features: shapes, what they hear and what they are deaf to; the untrained twin."""

from pathlib import Path

import numpy as np
import pytest
import torch

from encoders.encoder import load_encoder, untrained
from encoders.features import (
    chroma,
    chroma_weights,
    estimate_tuning,
    mfcc,
    segment_features,
)
from tests.making import make_encoder, melody

RATE = 20_000


def tone(semitones: float, seconds: float = 11.0, partials: int = 4) -> np.ndarray:
    """A tone so many semitones above A4."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 440 * 2 ** (semitones / 12)
    waves = [np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, partials + 1)]
    return (0.2 * np.sum(waves, axis=0)).astype(np.float32)


def test_features_of_each_whole_segment():
    features = segment_features(melody(25, RATE))
    assert [array.shape for array in features] == [(2, 45, 501), (2, 1002), (2, 26), (2, 24)]
    assert all(np.isfinite(array).all() for array in features)
    assert 0 <= features.spectrum[:, :501].min() <= features.spectrum[:, :501].max() <= 1
    mean = features.columns.mean(axis=1) / 255
    assert np.abs(mean - features.spectrum[:, :501].astype(float)).mean() < 0.05


def test_less_than_a_segment_and_silence_have_features_too():
    assert [len(array) for array in segment_features(melody(9, RATE))] == [0, 0, 0, 0]
    silent = segment_features(np.zeros(10 * RATE, np.float32))
    assert all(np.isfinite(array).all() for array in silent)
    assert silent.chroma.max() == 0
    assert silent.columns.max() == 0


@pytest.mark.parametrize("cents", [0, 30, -40])
def test_the_tuning_of_partials_is_found(cents):
    assert estimate_tuning(tone(2 + cents / 100)) == pytest.approx(cents / 100, abs=0.02)


def test_silence_has_no_tuning():
    assert estimate_tuning(np.zeros(RATE, np.float32)) == 0


@pytest.mark.parametrize("cents", [0, 35])
def test_chroma_names_the_pitch_class_in_any_tuning_and_octave(cents):
    for semitones in (3, 15):
        classes = segment_features(tone(semitones + cents / 100, partials=2)).chroma[0, :12]
        assert classes.argmax() == 3


def test_mfcc_hear_loudness_in_the_first_coefficient_only():
    loud, soft = (
        mfcc(torch.from_numpy(scale * power))
        for power in [np.random.default_rng(0).uniform(1, 100, size=(5, 501)).astype(np.float32)]
        for scale in (1.0, 0.01)
    )
    assert (loud[:, 0] > soft[:, 0] + 50).all()
    assert torch.allclose(loud[:, 1:], soft[:, 1:], atol=1e-3)


def test_columns_of_chroma_have_a_highest_value_of_one():
    power = torch.rand(10, 501)
    classes = chroma(power, chroma_weights(0.2))
    assert torch.allclose(classes.amax(dim=1), torch.ones(10))


def test_an_untrained_twin_is_seeded_and_is_not_the_encoder(tmp_path: Path):
    folder = tmp_path / make_encoder(tmp_path)
    notes = np.random.default_rng(0).normal(size=(800, 32)).astype(np.float32)
    trained = load_encoder(str(folder)).segment_latents(notes)
    twin, again, other = (untrained(folder, seed).segment_latents(notes) for seed in (1, 1, 2))
    assert np.array_equal(twin, again)
    assert not np.allclose(twin, other)
    assert not np.allclose(twin, trained)
    assert twin.shape == trained.shape
