"""Hand-made features of ten-second segments: what a learned latent has to beat.

Imports torch: workers only.

Conventions
-----------
* Everything comes from the magnitudes of :mod:`encoders.spectrogram`, 501 bins 20 Hz apart,
  and from no encoder, so that two encoders are compared with the same rivals.
* A segment is 400 columns; features over time are summed up by mean and deviation.
* Columns are normalised: 0 is 80 dB below a full-scale sine, 1 is a full-scale sine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.baselines import mean_and_deviation
from analysis.segments import SEGMENT_COLUMNS
from encoders._torchaudio import functional
from encoders.spectrogram import BINS, N_FFT, SAMPLE_RATE, power_chunks

# Of the columns themselves every ninth is kept, neighbours say the same note; a step of ten
# would hear nothing but beginnings where two notes are a second.
KEPT_STEP = 9
KEPT = -(-SEGMENT_COLUMNS // KEPT_STEP)
COEFFICIENTS = 13
PITCH_CLASSES = 12

_MELS = 40
_FULL_SCALE = 125.0**2
_RANGE_DB = 80.0
# Partials between these are asked how the recording is tuned.
_TUNING_BINS = slice(10, 200)
_A4 = 440.0


class SegmentFeatures(NamedTuple):
    """Features of the `S` segments of one recording.

    Attributes
    ----------
    columns : uint8 [shape=(S, 45, 501)]
        Every ninth normalised column, times 255.
    spectrum : float16 [shape=(S, 1002)]
        Mean and deviation over all 400 normalised columns.
    mfcc : float32 [shape=(S, 26)]
        Mean and deviation of 13 mel-frequency cepstral coefficients.
    chroma : float32 [shape=(S, 24)]
        Mean and deviation of 12 pitch classes, the recording's own tuning taken out.
    """

    columns: NDArray[np.uint8]
    spectrum: NDArray[np.float16]
    mfcc: NDArray[np.float32]
    chroma: NDArray[np.float32]


def segment_features(samples: NDArray[np.float32]) -> SegmentFeatures:
    """Compute the features of every whole segment of a recording.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.
    """
    weights = chroma_weights(estimate_tuning(samples))
    rows = [_features(power, weights) for power in _segments(samples)]
    if not rows:
        return SegmentFeatures(
            np.empty((0, KEPT, BINS), np.uint8),
            np.empty((0, 2 * BINS), np.float16),
            np.empty((0, 2 * COEFFICIENTS), np.float32),
            np.empty((0, 2 * PITCH_CLASSES), np.float32),
        )
    return SegmentFeatures(*(np.stack(feature) for feature in zip(*rows, strict=True)))


def _features(power: Tensor, weights: Tensor) -> tuple[NDArray, ...]:
    """The four features of one segment, squared magnitudes [400, 501]."""
    columns = _normalised(power)
    kept = (255 * columns[::KEPT_STEP]).round().to(torch.uint8).numpy()
    spectrum, cepstra, classes = (
        mean_and_deviation(frames.numpy()[None])[0]
        for frames in (columns, mfcc(power), chroma(power, weights))
    )
    return kept, spectrum.astype(np.float16), cepstra, classes


def mfcc(power: Tensor) -> Tensor:
    """Mel-frequency cepstral coefficients, [T, 501] -> [T, 13]; the first is the loudness."""
    return log_mel(power) @ functional.create_dct(COEFFICIENTS, _MELS, norm="ortho")


def log_mel(power: Tensor) -> Tensor:
    """Levels of the mel bands in dB, [T, 501] -> [T, 40], with a floor under them."""
    mel = (power @ _mel_weights()).clamp(min=_FULL_SCALE * 10 ** (-_RANGE_DB / 10))
    return 10 * mel.log10()


def chroma(power: Tensor, weights: Tensor) -> Tensor:
    """Energy of the pitch classes, [T, 501] -> [T, 12], the strongest of each column being 1."""
    classes = power @ weights
    return classes / classes.amax(dim=1, keepdim=True).clamp(min=_FULL_SCALE * 1e-12)


def chroma_weights(tuning: float) -> Tensor:
    """How much each bin belongs to each pitch class.

    Each bin is a bump as wide as the bin (low ones cover several semitones, Ellis, 2007),
    and octaves around 880 Hz count most.

    Parameters
    ----------
    tuning : float
        Semitones above A4 = 440 Hz.

    Returns
    -------
    weights : float32 [shape=(501, 12)]
        Class 0 is A.
    """
    frequencies = torch.arange(1, BINS, dtype=torch.float64) * SAMPLE_RATE / N_FFT
    pitch = 12 * torch.log2(frequencies / _A4) - tuning
    width = torch.cat((pitch.diff(), pitch.new_full((1,), 0.0))).clamp(min=1.0)
    distance = torch.remainder(pitch[:, None] - torch.arange(PITCH_CLASSES) + 6, 12) - 6
    bumps = torch.exp(-0.5 * (2 * distance / width[:, None]) ** 2)
    octave = torch.exp(-0.5 * ((pitch / 12 - 1) / 2) ** 2)
    bumps = bumps / bumps.norm(dim=1, keepdim=True) * octave[:, None]
    return torch.cat((torch.zeros(1, PITCH_CLASSES), bumps)).float()


def estimate_tuning(samples: NDArray[np.float32]) -> float:
    """How far the partials of a recording lie from the semitones of A4 = 440 Hz.

    Parameters
    ----------
    samples : float32 [shape=(n,)]

    Returns
    -------
    tuning : float
        Semitones, in [-0.5, 0.5); 0 where nothing sounds.
    """
    total = torch.zeros((), dtype=torch.complex128)
    for power in power_chunks(samples):
        log = power[:, _TUNING_BINS].clamp(min=1e-12).log()
        before, here, after = log[:, :-2], log[:, 1:-1], log[:, 2:]
        # Peaks that are no more than 30 dB below the loudest of their column.
        loud = here > log.amax(dim=1, keepdim=True) - 3 * math.log(10)
        peaks = (here > before) & (here >= after) & loud & (here > math.log(1e-4))
        row, column = peaks.nonzero(as_tuple=True)
        low, top, high = (part[row, column].double() for part in (before, here, after))
        # The vertex of the parabola through the three.
        offset = 0.5 * (low - high) / (low - 2 * top + high)
        bins = column + 1 + _TUNING_BINS.start + offset
        turns = 12 * torch.log2(bins * SAMPLE_RATE / N_FFT / _A4)
        total += torch.polar(torch.exp(top / 4), 2 * math.pi * turns).sum()
    return 0.0 if total.abs() == 0 else float(total.angle() / (2 * math.pi))


def _normalised(power: Tensor) -> Tensor:
    decibels = 10 * (power / _FULL_SCALE).clamp(min=10 ** (-_RANGE_DB / 10)).log10()
    return (1 + decibels / _RANGE_DB).clamp(0, 1)


def _mel_weights() -> Tensor:
    weights: Tensor = functional.melscale_fbanks(
        BINS, 0.0, SAMPLE_RATE / 2, _MELS, SAMPLE_RATE, norm="slaney", mel_scale="slaney"
    )
    return weights


def _segments(samples: NDArray[np.float32]) -> Iterator[Tensor]:
    """Squared magnitudes of whole segments, [400, 501]."""
    for power in power_chunks(samples, SEGMENT_COLUMNS):
        if len(power) == SEGMENT_COLUMNS:
            yield power
