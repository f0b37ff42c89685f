"""The recipe ``contrast``: what its features say of notes and melodies whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from encoders.column_features import CHROMA, HEIGHT, LOUDNESS, column_features
from encoders.contrast import ContrastSegmentEncoder, segment_statistics
from encoders.intervals import MELODY_FEATURES, melody_features
from encoders.spectrogram import Normalisation, power_chunks

NORMALISATION = Normalisation(0.0125, -4.38, 4.83)
PENTATONIC = [0, 2, 4, 7, 9, 7, 4, 2]


def _tone(midi: int, overtones: float, gain: float = 0.2) -> NDArray[np.float32]:
    """Half a second of a harmonic tone; `overtones` is how slowly they fade."""
    time = np.arange(10_000) / 20_000
    frequency = 440 * 2 ** ((midi - 69) / 12)
    parts = [overtones**k * np.sin(2 * np.pi * (k + 1) * frequency * time) for k in range(6)]
    return (gain * np.sum(parts, axis=0)).astype(np.float32)


def _features(samples: NDArray[np.float32]) -> Tensor:
    """Of the columns in the middle."""
    columns = torch.cat([NORMALISATION.apply_(power) for power in power_chunks(samples)])
    return column_features(columns[5:15], NORMALISATION)


@pytest.mark.parametrize("midi", [62, 66, 69, 74, 81])
@pytest.mark.parametrize("overtones", [0.3, 0.8])
def test_chroma_names_the_pitch_class_whatever_the_timbre(midi: int, overtones: float) -> None:
    chroma = _features(_tone(midi, overtones))[:, CHROMA]
    assert (chroma.argmax(dim=1) == midi % 12).all()


def test_height_rises_with_pitch_and_loudness_with_gain() -> None:
    low, high = _features(_tone(62, 0.5)), _features(_tone(81, 0.5))
    soft, loud = _features(_tone(69, 0.5, 0.05)), _features(_tone(69, 0.5, 0.4))
    assert (high[:, HEIGHT] > low[:, HEIGHT] + 0.5).all()
    assert (loud[:, LOUDNESS] > soft[:, LOUDNESS] + 0.5).all()
    assert torch.allclose(loud[:, CHROMA], soft[:, CHROMA], atol=0.1)


def test_silence_has_features_without_pitch() -> None:
    features = column_features(torch.zeros(3, 501), NORMALISATION)
    assert torch.isfinite(features).all()
    assert not features[:, CHROMA].any()


def _melody(columns_a_note: int, transposed: int = 0) -> Tensor:
    """Chroma [1, 400, 12] of a pentatonic line."""
    chroma = torch.zeros(1, 400, 12)
    for column in range(400):
        pitch = PENTATONIC[column // columns_a_note % len(PENTATONIC)]
        chroma[0, column, (pitch + transposed) % 12] = 1
    return chroma


def test_a_melody_is_the_same_in_another_key() -> None:
    assert torch.equal(melody_features(_melody(10)), melody_features(_melody(10, 5)))


def test_intervals_hardly_depend_on_the_tempo_and_lengths_do() -> None:
    slow, fast = melody_features(_melody(16)), melody_features(_melody(8))
    intervals = slice(0, MELODY_FEATURES - 3)
    assert (slow[:, intervals] - fast[:, intervals]).abs().max() < 0.06
    assert fast[0, -3] > 1.5 * slow[0, -3]


def test_intervals_are_those_of_the_line() -> None:
    shares = melody_features(_melody(10))[0, :12]
    assert set(torch.nonzero(shares).flatten().tolist()) == {2, 3, 9, 10}
    assert float(shares.sum()) == pytest.approx(1)


def test_features_of_any_ten_seconds_are_numbers() -> None:
    silent, noise = torch.zeros(1, 400, 32), torch.randn(1, 400, 32)
    assert torch.isfinite(segment_statistics(torch.cat([silent, noise]))).all()


def test_segment_latents_have_length_one_and_are_decoded_to_notes() -> None:
    torch.manual_seed(0)
    model = ContrastSegmentEncoder().eval()
    latents = model.encode(torch.randn(3, 400, 32))
    assert torch.allclose(latents.norm(dim=1), torch.ones(3))
    assert model.decode(latents).shape == (3, 20, 32)
