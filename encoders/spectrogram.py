"""Waveform -> magnitude spectrogram -> numbers in [0, 1] (paper, Sections 3.1 and 5).

Conventions
-----------
* Waveforms are mono float32 at 20 kHz, full scale at +-1.
* A spectrogram is float32 [T, 501]: row `t` is the *column* (25 ms) whose window is
  centred on sample ``500 * t``; bin `k` is at ``20 * k`` Hz, up to 10 kHz.
* ``T = n_samples // 500``: 40 columns a second, 400 in a ten-second segment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from encoders._torchaudio import transforms

SAMPLE_RATE = 20_000
N_FFT = 1000
WINDOW = 500
HOP = 500
BINS = N_FFT // 2 + 1
COLUMNS_PER_SECOND = SAMPLE_RATE // HOP
DYNAMIC_RANGE_DB = 80.0

# Columns worked on at a time: 1 MB of magnitudes, so that log, normalisation and
# the first layer find them in the processor's cache.
CHUNK = 512

# center=False: `_windows` does the padding, at the two ends of a whole recording.
# power=None: complex numbers come back.  Their squared magnitude is two products and
# a sum, six times faster than the careful ``abs`` that power=1 would take, and the
# logarithm that follows makes the root a factor of one half.
_transform = transforms.Spectrogram(
    n_fft=N_FFT, win_length=WINDOW, hop_length=HOP, power=None, center=False
)


def column_count(n_samples: int) -> int:
    """Number of whole 25 ms columns in `n_samples` samples."""
    return n_samples // HOP


def magnitudes(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compute the magnitude spectrogram (paper, Sections 3.1 and 5).

    Hann window of 500 samples, zero-padded to 1000, hop 500: a window as long as one
    period of 40 Hz.  Windows are centred; the ends are padded by reflection.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.

    Returns
    -------
    magnitudes : float32 [shape=(n // 500, 501)]
        A full-scale sine has the magnitude 125 at its peak.

    Raises
    ------
    ValueError
        If `samples` is not one-dimensional.
    """
    chunks = [power.sqrt_().numpy() for power in power_chunks(samples)]
    return np.concatenate(chunks) if chunks else np.zeros((0, BINS), np.float32)


def power_chunks(samples: NDArray[np.float32], chunk: int = CHUNK) -> Iterator[Tensor]:
    """Compute squared magnitudes piece by piece.

    Yields
    ------
    power : float32 [shape=(<= chunk, 501)]
        Consecutive columns; the caller may overwrite it.

    Raises
    ------
    ValueError
        If `samples` is not one-dimensional.
    """
    if samples.ndim != 1:
        raise ValueError(f"samples must be mono [n], not {list(samples.shape)}")
    columns = column_count(len(samples))
    if columns == 0:
        return
    waveform = torch.from_numpy(np.ascontiguousarray(samples, np.float32))
    for first in range(0, columns, chunk):
        last = min(first + chunk, columns)
        yield _power(_windows(waveform, first, last))


def _windows(waveform: Tensor, first: int, last: int) -> Tensor:
    """Samples under the windows of the columns `first` to ``last - 1``.

    Only the pieces at the ends are copied, to be padded: a padded copy of a whole
    recording takes longer than the logarithms of all its magnitudes.
    """
    margin, count = N_FFT // 2, len(waveform)
    start, end = first * HOP - margin, (last - 1) * HOP + margin
    if start >= 0 and end <= count:
        return waveform[start:end]
    # A mirror image of the margin needs one sample more than it has.
    low = max(0, min(start, count - margin - 1))
    high = min(count, max(end, margin + 1))
    mode = "reflect" if count > margin else "constant"
    edges = (max(0, -start), max(0, end - count))
    padded = functional.pad(waveform[None, low:high], edges, mode=mode)[0]
    offset = max(0, start) - low
    return padded[offset : offset + end - start]


def _power(samples: Tensor) -> Tensor:
    # [501, T] over memory that is [T, 501]: the transpose copies nothing.
    parts = torch.view_as_real(_transform(samples).T)
    squares = parts.flatten(1).square_()
    return squares[:, 0::2] + squares[:, 1::2]


@dataclass(frozen=True)
class Normalisation:
    """Log and min-max over the training collection, kept with the encoder (Section 3.1).

    ``log`` needs a floor: digital silence has magnitude zero, and what lies far below
    the music (dither, what a lossy codec leaves) would otherwise fill most of the range.
    The floor is set 80 dB under the loudest magnitude of the training collection, not
    at a fixed magnitude: a collection mastered 20 dB lower then gets a floor 20 dB
    lower, and the encoder sees the same numbers.  80 dB hold the softest overtones
    of a soft note, and stay above the noise of 16 bits and of lossy codecs.  Levels
    *between* recordings are kept, since loudness is one of the three things that a
    note latent has to tell (Section 3.2.1).

    What lies outside the training collection's range is clipped to [0, 1].

    Attributes
    ----------
    floor : float
        Magnitudes below it are taken as it.
    minimum, maximum : float
        Natural logarithms that become 0 and 1.
    """

    floor: float
    minimum: float
    maximum: float

    @classmethod
    def of_collection(cls, smallest: float, largest: float) -> Normalisation:
        """Build from the smallest and the largest magnitude of the training collection.

        Raises
        ------
        ValueError
            If the collection is silent.
        """
        if not (math.isfinite(largest) and largest > 0):
            raise ValueError("A silent collection has no loudest magnitude.")
        floor = largest * 10 ** (-DYNAMIC_RANGE_DB / 20)
        return cls(floor, math.log(min(max(smallest, floor), largest / 2)), math.log(largest))

    def apply_(self, power: Tensor) -> Tensor:
        """Normalise squared magnitudes, float32 [..., 501], to [0, 1], in place."""
        scale = 1.0 / (self.maximum - self.minimum)
        values = power.clamp_(min=self.floor**2).numpy()
        np.log(values, out=values)  # NumPy's is nearly three times as fast as PyTorch's
        return power.mul_(0.5 * scale).sub_(self.minimum * scale).clamp_(0.0, 1.0)

    def invert(self, normalised: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn numbers in [0, 1] back into magnitudes; the floor stays the floor."""
        return np.exp(normalised * (self.maximum - self.minimum) + self.minimum)

    def to_dict(self) -> dict[str, float]:
        """Return plain numbers for encoder.json."""
        return asdict(self)
