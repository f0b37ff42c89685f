"""What a musician would ask of 25 ms of sound: which pitch, how loud, which timbre.

Computed from one normalised spectrogram column without any label.  The note encoder of
the recipe ``contrast`` learns to say these 32 numbers and, through its decoder, to draw
the column again from them::

    0-11  chroma          shares of the twelve pitch classes, one vector of length 1
    12    pitch height    octaves around B4
    13    loudness        logarithm of the energy
    14-31 timbre          mel-frequency cepstrum 1 to 18: brightness, spectral envelope

References
----------
* A. Klapuri, "Multiple fundamental frequency estimation by summing harmonic amplitudes",
  2006: salience of a pitch.
* S. Davis and P. Mermelstein, "Comparison of parametric representations…", 1980: MFCC.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from encoders._torchaudio import functional as audio
from encoders.spectrogram import BINS, SAMPLE_RATE, Normalisation

CHROMA = slice(0, 12)
HEIGHT = 12
LOUDNESS = 13
TIMBRE = slice(14, 32)
CEPSTRA = 18

# Weights against each other: a column's neighbours are of its pitch first, of its
# loudness next, of its timbre last (the paper's T1).
HEIGHT_WEIGHT = 0.6
LOUDNESS_WEIGHT = 0.5
TIMBRE_WEIGHT = 0.02

_LOWEST, _HIGHEST = 50, 96  # MIDI numbers: D3 to B6, the fundamentals of the instruments
_CENTRE = 71
_HARMONICS, _DECAY, _TOLERANCE_HZ, _BETWEEN = 8, 0.8, 40.0, 0.3
_COMPRESSION = 0.3
_NEAR_BEST = 0.6
_MELS = 40
_BIN_HZ = SAMPLE_RATE / 2 / (BINS - 1)


def column_features(columns: Tensor, normalisation: Normalisation) -> Tensor:
    """Describe columns.

    Parameters
    ----------
    columns : float32 [shape=(n, 501)]
        Normalised by `normalisation`, in [0, 1].
    normalisation : Normalisation

    Returns
    -------
    features : float32 [shape=(n, 32)]
    """
    extent = normalisation.maximum - normalisation.minimum
    magnitudes = (columns * extent + normalisation.minimum).exp()
    # Quiet columns have no pitch to speak of.
    audible = ((columns.max(dim=1, keepdim=True).values - 0.25) / 0.2).clamp(0, 1)
    chroma, height = _pitch(magnitudes)
    energy = (magnitudes.square().sum(dim=1, keepdim=True) + 1e-6).log() / 2
    loudest = 2 * normalisation.maximum - math.log(magnitudes.shape[1])
    return torch.cat(
        [
            chroma * audible,
            HEIGHT_WEIGHT * height * audible,
            LOUDNESS_WEIGHT * (energy - loudest / 2),
            TIMBRE_WEIGHT * _cepstrum(magnitudes),
        ],
        dim=1,
    )


def _pitch(magnitudes: Tensor) -> tuple[Tensor, Tensor]:
    """Chroma [n, 12] of length 1 and pitch height [n, 1] in octaves, of the salient pitches."""
    salience = (magnitudes**_COMPRESSION @ _harmonic_templates()).relu()
    best = salience.max(dim=1, keepdim=True).values
    shares = (salience - _NEAR_BEST * best).relu().square()
    shares = shares / (shares.sum(dim=1, keepdim=True) + 1e-6)
    pitches = torch.arange(_LOWEST, _HIGHEST)
    fold = torch.zeros(len(pitches), 12)
    fold[torch.arange(len(pitches)), pitches % 12] = 1
    chroma = shares @ fold
    chroma = chroma / (chroma.norm(dim=1, keepdim=True) + 1e-6)
    return chroma, shares @ ((pitches - _CENTRE) / 12)[:, None]


@lru_cache(maxsize=1)
def _harmonic_templates() -> Tensor:
    """Weights [501, pitches]: energy at the harmonics counts, between them it counts against."""
    frequencies = torch.arange(BINS) * _BIN_HZ

    def near(frequency: float) -> Tensor:
        return (1 - (frequencies - frequency).abs() / _TOLERANCE_HZ).clamp(min=0)

    templates = []
    for pitch in range(_LOWEST, _HIGHEST):
        fundamental = 440.0 * 2 ** ((pitch - 69) / 12)
        template, total = torch.zeros(BINS), 0.0
        for harmonic in range(1, _HARMONICS + 1):
            frequency = harmonic * fundamental
            if frequency > frequencies[-1] - 10 * _BIN_HZ:
                break
            weight = _DECAY ** (harmonic - 1)
            between = near(frequency - fundamental / 2) + near(frequency + fundamental / 2)
            template += weight * (near(frequency) - _BETWEEN * between)
            total += weight
        templates.append(template / total)
    return torch.stack(templates, dim=1)


def _cepstrum(magnitudes: Tensor) -> Tensor:
    """Mel-frequency cepstral coefficients 1 to 18, [n, 18]; 0, the loudness, is left out."""
    mels = (magnitudes.square() @ _mel_filters() + 1e-4).log()
    return mels @ audio.create_dct(CEPSTRA + 1, _MELS, norm="ortho")[:, 1:]


@lru_cache(maxsize=1)
def _mel_filters() -> Tensor:
    filters: Tensor = audio.melscale_fbanks(BINS, 30.0, SAMPLE_RATE / 2, _MELS, SAMPLE_RATE)
    return filters
