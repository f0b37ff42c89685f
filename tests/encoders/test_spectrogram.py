"""The spectrogram has the paper's shape, frequencies and levels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from encoders.spectrogram import (
    BINS,
    HOP,
    SAMPLE_RATE,
    Normalisation,
    column_count,
    magnitudes,
    power_chunks,
)


def sine(frequency: float, seconds: float = 2.0, level: float = 1.0) -> np.ndarray:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


@pytest.mark.parametrize("n_samples", [0, 1, 499, 500, 501, 999, 1000, 200_000, 200_499])
def test_has_one_column_for_each_whole_25_ms(n_samples: int) -> None:
    spectrogram = magnitudes(np.zeros(n_samples, np.float32))
    assert spectrogram.shape == (n_samples // HOP, BINS) == (column_count(n_samples), BINS)
    assert spectrogram.dtype == np.float32


@pytest.mark.parametrize("frequency", [440, 1000, 2800, 9000])
def test_a_sine_peaks_at_its_bin_with_the_stated_level(frequency: float) -> None:
    inner = magnitudes(sine(frequency))[2:-2]
    assert (inner.argmax(axis=1) == frequency // 20).all()
    np.testing.assert_allclose(inner.max(axis=1), 125.0, rtol=1e-2)


def test_equals_the_plain_short_time_fourier_transform() -> None:
    samples = np.random.default_rng(0).standard_normal(30_000).astype(np.float32)
    expected = torch.stft(
        torch.from_numpy(samples), 1000, 500, 500, torch.hann_window(500), return_complex=True
    ).abs()
    np.testing.assert_allclose(magnitudes(samples), expected.T[:60].numpy(), atol=1e-4)


def test_chunks_join_without_a_seam() -> None:
    samples = np.random.default_rng(0).standard_normal(50_000).astype(np.float32)
    whole = torch.cat(list(power_chunks(samples, chunk=1000)))
    pieces = torch.cat(list(power_chunks(samples, chunk=7)))
    torch.testing.assert_close(pieces, whole)


@pytest.mark.parametrize("n_samples", [501, 999, 1000, 1999, 256_000, 256_499, 256_500])
@pytest.mark.parametrize("chunk", [1, 512])
def test_ends_are_mirrored_wherever_pieces_are_cut(n_samples: int, chunk: int) -> None:
    samples = torch.from_numpy(np.random.default_rng(0).standard_normal(n_samples))
    samples = samples.float()
    expected = torch.stft(samples, 1000, 500, 500, torch.hann_window(500), return_complex=True)
    pieces = torch.cat(list(power_chunks(samples.numpy(), chunk)))
    torch.testing.assert_close(
        pieces.sqrt(), expected.abs().T[: n_samples // 500], atol=1e-4, rtol=0
    )


def test_refuses_stereo() -> None:
    with pytest.raises(ValueError, match="mono"):
        magnitudes(np.zeros((2, 1000), np.float32))


def test_normalisation_maps_the_range_onto_zero_to_one_and_clips() -> None:
    normalisation = Normalisation.of_collection(0.0, 100.0)
    power = torch.tensor([0.0, 1e-9, 0.01, 1.0, 100.0, 500.0]).square()
    expected = [0.0, 0.0, 0.0, 0.5, 1.0, 1.0]
    np.testing.assert_allclose(normalisation.apply_(power).numpy(), expected, atol=1e-6)


def test_a_quieter_collection_looks_the_same_to_the_encoder() -> None:
    spectrogram = magnitudes((sine(440) + 0.01 * sine(3000)).astype(np.float32))
    loud = Normalisation.of_collection(0.0, float(spectrogram.max()))
    quiet = Normalisation.of_collection(0.0, float(spectrogram.max()) / 10)
    as_loud = loud.apply_(torch.from_numpy(spectrogram).square())
    as_quiet = quiet.apply_(torch.from_numpy(spectrogram / 10).square())
    torch.testing.assert_close(as_loud, as_quiet, atol=1e-4, rtol=0)


def test_normalisation_can_be_undone_above_its_floor() -> None:
    normalisation = Normalisation.of_collection(0.0, 50.0)
    values = np.array([0.1, 1.0, 20.0, 50.0], np.float32)
    normalised = normalisation.apply_(torch.from_numpy(values).square()).numpy()
    np.testing.assert_allclose(normalisation.invert(normalised), values, rtol=1e-4)


def test_a_silent_collection_has_no_normalisation() -> None:
    with pytest.raises(ValueError, match="silent"):
        Normalisation.of_collection(0.0, 0.0)
