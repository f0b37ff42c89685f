"""What a musician hears in ten seconds, measured: loudness, pitch, brightness, tempo …

Imports torch: workers only.

Conventions
-----------
* Descriptors are those of :mod:`analysis.descriptors`, in its order; NaN where one has no
  meaning, as the pitch of silence.
* A column is the 25 ms of :mod:`encoders.spectrogram`, a segment 400 columns.
* Levels are in dB, 0 being a full-scale sine. A column *sounds* when it is neither silent nor
  so far below its segment's loudest that only the room is left.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.descriptors import DESCRIPTORS
from analysis.segments import COLUMNS_PER_SECOND, SEGMENT_COLUMNS, SEGMENT_S
from encoders.features import log_mel
from encoders.spectrogram import BINS, HOP, N_FFT, SAMPLE_RATE, WINDOW, power_chunks

# Sum of a full-scale sine's squared magnitudes: Parseval, the Hann window's mean square being 3/8.
_FULL_SCALE = N_FFT * WINDOW * (3 / 8) / 4
_SILENCE_DB, _ROOM_DB = -70.0, 50.0
# A value needs a second of columns that have one.
_LEAST = COLUMNS_PER_SECOND

# Pitch: a frame holds three periods of the lowest string; a longer one would smooth vibrato away.
_FRAME = 1024
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 2300.0
_LAGS = slice(int(SAMPLE_RATE / _HIGHEST_HZ), int(SAMPLE_RATE / _LOWEST_HZ) + 2)
_COMPRESSION = 0.67  # exponent of the magnitudes; 2 would be the plain autocorrelation
_VALLEY = 0.2
_FIRST_PEAK = 0.7  # of the highest: below it a peak is no period
_CLEAR = 0.12  # height of the highest in a column that has a pitch; noise stays below

# Flatness is taken where instruments sound and codecs keep what they play.
_FLAT_BINS = slice(5, 400)
_FLAT_RANGE_DB = 60.0

# Vibrato: swings of the pitch in half seconds that hold no change of note.
_SWING, _SWING_STEP = 20, 4
_SWINGS_HZ = np.arange(4.0, 8.01, 0.5)
_SAME_NOTE = 1.8  # semitones: less than a whole tone
_REGULAR = 0.5  # share of the movement that one sine explains

# Notes: strokes, which raise the mel bands on average by so much, and slurred changes of pitch.
_STROKE_DB = 1.5
_STEADY, _STEADY_WITHIN, _NEW_PITCH = 6, 0.8, 0.7  # columns, semitones, semitones
_TOGETHER = 3  # columns within which two are one
_STROKES_OF_A_TEMPO = 5


def segment_descriptors(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Measure every whole segment of a recording.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.

    Returns
    -------
    descriptors : float32 [shape=(S, 8)]
    """
    rows = []
    for index, power in enumerate(power_chunks(samples, SEGMENT_COLUMNS)):
        if len(power) == SEGMENT_COLUMNS:
            pitch = track_pitch(samples, index * SEGMENT_COLUMNS, SEGMENT_COLUMNS)
            rows.append(_descriptors(power, pitch))
    return np.array(rows, np.float32).reshape(-1, len(DESCRIPTORS))


def _descriptors(power: Tensor, pitch: NDArray[np.float64]) -> tuple[float, ...]:
    """All descriptors of one segment, squared magnitudes [400, 501] and pitches [400]."""
    level = 10 * (power.sum(dim=1) / _FULL_SCALE).clamp(min=1e-12).log10()
    sounding = level > max(_SILENCE_DB, float(level.max()) - _ROOM_DB)
    pitch = np.where(sounding.numpy(), pitch, np.nan)
    middle, spread = _pitch_height(pitch)
    rhythm = _rhythm(power, pitch) if sounding.any() else _Rhythm(0.0, math.nan)
    heard = power[sounding]
    return (
        _loudness(power),
        middle,
        spread,
        _mean(_centroid(heard)),
        rhythm.density,
        _mean(_flatness(heard)),
        vibrato_extent(pitch),
        rhythm.tempo,
    )


def _mean(values: Tensor) -> float:
    return float(values.mean()) if len(values) >= _LEAST else math.nan


def _loudness(power: Tensor) -> float:
    weighted = float((power @ _ear()).mean()) / _FULL_SCALE
    return 10 * math.log10(max(weighted, 1e-12))


@cache
def _ear() -> Tensor:
    """How much of each bin's power the ear takes in: the A curve (IEC 61672), [501]."""
    from encoders._librosa import librosa

    frequencies = np.arange(BINS) * SAMPLE_RATE / N_FFT
    weights = librosa.A_weighting(np.maximum(frequencies, 1.0))
    return torch.from_numpy(10 ** (weights / 10)).float()


def _centroid(power: Tensor) -> Tensor:
    """Mean frequency of each column, magnitudes being its weights, in Hz: [T, 501] -> [T]."""
    magnitudes = power.sqrt()
    frequencies = torch.arange(BINS) * (SAMPLE_RATE / N_FFT)
    return (magnitudes @ frequencies) / magnitudes.sum(dim=1)


def _flatness(power: Tensor) -> Tensor:
    """Geometric by arithmetic mean of each column in dB, [T, 501] -> [T]; 0 is a flat spectrum."""
    bins = power[:, _FLAT_BINS]
    # Relative to the loudest bin, so that a soft copy is as clear as a loud one.
    floor = bins.amax(dim=1, keepdim=True) * 10 ** (-_FLAT_RANGE_DB / 10)
    bins = torch.maximum(bins, floor)
    return 10 * (bins.log10().mean(dim=1) - bins.mean(dim=1).log10())


def track_pitch(
    samples: NDArray[np.float32], first: int = 0, columns: int | None = None
) -> NDArray[np.float64]:
    """Pitch of each column, by an autocorrelation of the compressed spectrum.

    Far faster than pYIN, which the Notes page names notes by, and rougher: a median over ten
    seconds bears a wrong octave here and there. The compression keeps a string that rings on
    beneath the melody from making a period of its own with it.

    Parameters
    ----------
    samples : float32 [shape=(n,)]
        Mono, 20 kHz.
    first : int
        First column.
    columns : int, optional
        How many; by default all that follow.

    Returns
    -------
    pitch : float64 [shape=(columns,)]
        MIDI numbers with fractions; NaN where nothing of definite pitch sounds.

    References
    ----------
    T. Tolonen and M. Karjalainen, "A computationally efficient multipitch analysis model",
    IEEE Transactions on Speech and Audio Processing 8 (2000): the compression.
    P. McLeod and G. Wyvill, "A smarter way to find pitch", ICMC 2005: the choice of the peak.
    """
    count = len(samples) // HOP - first if columns is None else columns
    if count <= 0:
        return np.empty(0)
    start, end = first * HOP - _FRAME // 2, (first + count - 1) * HOP + _FRAME // 2
    around = (max(0, -start), max(0, end - len(samples)))
    piece = np.pad(samples[max(0, start) : end].astype(np.float32), around)
    frames = torch.from_numpy(piece).unfold(0, _FRAME, HOP) * torch.hann_window(_FRAME)
    spectrum = torch.view_as_real(torch.fft.rfft(frames, n=2 * _FRAME)).square().sum(dim=-1)
    correlation = torch.fft.irfft(spectrum ** (_COMPRESSION / 2))[:, : _LAGS.stop + 1]
    lag, clarity = _period(correlation / correlation[:, :1].clamp(min=1e-9))
    pitch = 69 + 12 * torch.log2(SAMPLE_RATE / lag / 440.0)
    return torch.where(clarity > _CLEAR, pitch, math.nan).double().numpy()


def _period(correlation: Tensor) -> tuple[Tensor, Tensor]:
    """Lag and height of the first high peak, each [T]; height 0 where there is no peak."""
    before, here, after = correlation[:, :-2], correlation[:, 1:-1], correlation[:, 2:]
    # A peak stands alone: what comes before the first valley is lag 0 itself.
    beyond = (correlation < _VALLEY).cumsum(dim=1)[:, 1:-1].bool()
    peaks = (here > before) & (here >= after) & beyond
    peaks[:, : _LAGS.start] = False
    # Height and place of each vertex of a parabola through three: high notes have few lags.
    offset = 0.5 * (before - after) / (before - 2 * here + after).clamp(max=-1e-9)
    heights = torch.where(peaks, here - 0.25 * (before - after) * offset, 0.0)
    highest = heights.amax(dim=1, keepdim=True)
    first = (peaks & (heights >= _FIRST_PEAK * highest)).int().argmax(dim=1, keepdim=True)
    return (first + 1 + offset.gather(1, first))[:, 0].clamp(min=1), highest[:, 0]


def _pitch_height(pitch: NDArray[np.float64]) -> tuple[float, float]:
    """Median, and the distance from the 10th to the 90th percentile."""
    known = pitch[~np.isnan(pitch)]
    if len(known) < _LEAST:
        return math.nan, math.nan
    low, middle, high = np.percentile(known, (10, 50, 90))
    return float(middle), float(high - low)


def vibrato_extent(pitch: NDArray[np.float64]) -> float:
    """How far the pitch swings to either side, 4 to 8 times a second.

    Parameters
    ----------
    pitch : float64 [shape=(T,)]
        MIDI numbers, 40 a second; NaN where there is none.

    Returns
    -------
    extent : float
        Cents, the mean over all half seconds on one note; one that does not swing regularly
        counts as 0. NaN where hardly a note is that long.
    """
    if len(pitch) < _SWING:
        return math.nan
    windows = np.lib.stride_tricks.sliding_window_view(pitch, _SWING)[::_SWING_STEP]
    windows = windows[np.ptp(windows, axis=1) < _SAME_NOTE]  # false where there is a NaN
    if len(windows) * _SWING_STEP < _LEAST:
        return math.nan
    time = np.arange(_SWING) / COLUMNS_PER_SECOND
    line = np.vander(time, 2)
    swings = windows - windows @ np.linalg.pinv(line).T @ line.T
    taper = np.hanning(_SWING + 2)[1:-1]
    taper /= taper.sum()
    waves = np.exp(-2j * np.pi * _SWINGS_HZ * time[:, None])
    extent = 2 * np.abs((swings * taper) @ waves).max(axis=1)
    movement = (np.square(swings) @ taper).clip(min=1e-12)
    regular = np.square(extent) / 2 > _REGULAR * movement
    return float(100 * np.where(regular, extent, 0.0).mean())


class _Rhythm(NamedTuple):
    density: float
    tempo: float


def _rhythm(power: Tensor, pitch: NDArray[np.float64]) -> _Rhythm:
    """Onsets a second, and beats a minute where there are enough strokes."""
    from encoders._librosa import librosa

    rises = log_mel(power).diff(dim=0).clamp(min=0).mean(dim=1)
    envelope = torch.nn.functional.pad(rises, (1, 0)).numpy()
    strokes = librosa.util.peak_pick(
        envelope, pre_max=2, post_max=2, pre_avg=4, post_avg=5, delta=_STROKE_DB, wait=_TOGETHER
    )
    onsets = np.union1d(strokes, pitch_changes(pitch))
    density = (1 + int((np.diff(onsets) > _TOGETHER).sum())) / SEGMENT_S if len(onsets) else 0.0
    if len(strokes) < _STROKES_OF_A_TEMPO:
        return _Rhythm(density, math.nan)
    (tempo,) = librosa.feature.tempo(onset_envelope=envelope, sr=SAMPLE_RATE, hop_length=HOP)
    return _Rhythm(density, float(tempo))


def pitch_changes(pitch: NDArray[np.float64]) -> NDArray[np.intp]:
    """Columns from which a steady pitch differs from the last one: notes bound by a slur.

    Parameters
    ----------
    pitch : float64 [shape=(T,)]
        MIDI numbers, 40 a second; NaN where there is none.
    """
    if len(pitch) < _STEADY:
        return np.empty(0, np.intp)
    windows = np.lib.stride_tricks.sliding_window_view(pitch, _STEADY)
    steady = np.flatnonzero(np.ptp(windows, axis=1) < _STEADY_WITHIN)  # false where there is a NaN
    changed = np.abs(np.diff(np.median(windows[steady], axis=1))) > _NEW_PITCH
    return np.asarray(steady[1:][changed])
