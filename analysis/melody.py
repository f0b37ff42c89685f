"""From a curve of pitch and level to notes, tuning and key.

Conventions
-----------
* A curve has one value for each 25 ms column of the spectrogram; ``f0`` is in Hz and 0
  where nothing of definite pitch sounds, levels are in dB.
* Pitches are MIDI numbers, with fractions, relative to A4 = 440 Hz; a recording's tuning
  says how many cents its own A4 lies above that, and is never taken for granted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.solfege import INDEFINITE

#: Shorter sounds have no pitch that a listener could name, 75 ms.
SHORTEST_NOTE = 3
#: A pitch this far from the note's own, in semitones, begins another note: vibrato stays within.
_NEW_PITCH = 0.7
#: A rise this steep within 75 ms is a new stroke on the same pitch.
_STROKE_DB = 6.0
#: Below the loudest column by more than this there is only the room.
_SILENCE_DB = 50.0
#: A sound whose columns spread further than this, in semitones, is a slide and no note: the
#: middle half of its columns, or all of a short one.
_SLIDE, _SHORT_SLIDE = 0.6, 0.4
_SHORT = 6  # columns
_RECENT = 12  # columns that say what a note's pitch is while it sounds

#: How much each semitone above do is used: the five tones of the pentatonic scale, do and
#: so most, Fa and Ti in passing.
_PROFILE = np.array([1.0, 0.0, 0.8, 0.0, 0.7, 0.25, 0.0, 0.9, 0.0, 0.8, 0.0, 0.25])
_CONCENTRATION = 12.0  # of the smoothing of deviations: about 17 cents
_REFINE_WITHIN = 35.0  # cents from the tuning; further off is another intention


@dataclass(frozen=True)
class Notes:
    """Notes of one recording, in the order of time.

    Attributes
    ----------
    first, end : int32 [shape=(n,)]
        The note's columns are ``first`` to ``end - 1``.
    pitch : float32 [shape=(n,)]
        Median MIDI number.
    level_db : float32 [shape=(n,)]
        Mean level.
    """

    first: NDArray[np.int32]
    end: NDArray[np.int32]
    pitch: NDArray[np.float32]
    level_db: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def columns(self) -> NDArray[np.int32]:
        """Length of each note in columns."""
        return self.end - self.first


def midi_of(f0_hz: ArrayLike) -> NDArray[np.float64]:
    """MIDI numbers of frequencies; NaN where a frequency is not positive."""
    f0 = np.asarray(f0_hz, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(f0 > 0, 69 + 12 * np.log2(f0 / 440.0), np.nan)


def find_notes(f0_hz: ArrayLike, level_db: ArrayLike) -> Notes:
    """Cut curves of pitch and level into notes.

    A note ends where the pitch goes away or elsewhere, and where the string is struck
    again. Sounds shorter than :data:`SHORTEST_NOTE` and slides between notes are none.

    Parameters
    ----------
    f0_hz, level_db : array_like of float [shape=(T,)]

    Returns
    -------
    notes : Notes
    """
    level = np.asarray(level_db, dtype=np.float64)
    pitch = midi_of(f0_hz)
    if not len(pitch):
        return _notes([], pitch, level)
    pitch[level < level.max() - _SILENCE_DB] = np.nan
    pitch = _bridged(pitch)
    strokes = _strokes(level)
    spans: list[tuple[int, int]] = []
    start = -1
    for column, here in enumerate(np.append(pitch, np.nan)):
        if start >= 0 and _ends(pitch, strokes, start, column):
            spans.append((start, column))
            start = -1
        if start < 0 and not np.isnan(here):
            start = column
    return _notes(spans, pitch, level)


def estimate_tuning(pitch: ArrayLike, weight: ArrayLike, tonic: int | None = None) -> float:
    """How far the recording's A4 is above 440 Hz, in cents.

    The deviations from equal temperament are gathered on a circle of 100 cents and their
    densest place is taken: a mean would be drawn aside by Fa, Ti and ornaments.

    Parameters
    ----------
    pitch : array_like of float [shape=(n,)]
        MIDI numbers relative to A4 = 440 Hz.
    weight : array_like of float [shape=(n,)]
        Such as the notes' lengths.
    tonic : int, optional
        Pitch class of do: then Fa and Ti, which have no definite pitch, have no say.

    Returns
    -------
    cents : float
        In (-50, 50]; 0 where there are no notes.
    """
    notes, weights = np.asarray(pitch, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    if not len(notes):
        return 0.0
    cents = _densest(100 * notes, weights)
    if tonic is not None:
        degree = (np.round(notes - cents / 100).astype(int) - tonic) % 12
        definite = ~np.isin(degree, list(INDEFINITE))
        if definite.any():
            notes, weights = notes[definite], weights[definite]
            cents = _densest(100 * notes, weights)
    off = (100 * notes - cents + 50) % 100 - 50
    near = np.abs(off) <= _REFINE_WITHIN
    if near.any():
        cents += _weighted_median(off[near], weights[near])
    return float(50 - (50 - cents) % 100)


def estimate_key(pitch: ArrayLike, weight: ArrayLike, tuning_cents: float = 0.0) -> int:
    """The pitch class of do: the 1 of ``1 = D``.

    The pitch classes' weights are correlated with a profile of the pentatonic scale in
    which Fa and Ti, the two further tones of the major scale, count a little.

    Parameters
    ----------
    pitch, weight : array_like of float [shape=(n,)]
        As in :func:`estimate_tuning`.
    tuning_cents : float

    Returns
    -------
    tonic : int
        0 (C) to 11 (B).
    """
    notes = np.round(np.asarray(pitch, dtype=np.float64) - tuning_cents / 100).astype(int)
    used = np.bincount(notes % 12, weights=np.asarray(weight, dtype=np.float64), minlength=12)
    centred = used - used.mean()
    fits = [float(centred @ np.roll(_PROFILE - _PROFILE.mean(), tonic)) for tonic in range(12)]
    return int(np.argmax(fits))


def tuning_and_key(notes: Notes) -> tuple[float, int]:
    """Both for a recording: cents above A4 = 440 Hz, and the pitch class of do."""
    pitch, weight = notes.pitch, notes.columns
    tonic = estimate_key(pitch, weight, estimate_tuning(pitch, weight))
    return estimate_tuning(pitch, weight, tonic), tonic


def loudness_levels(level_db: ArrayLike) -> NDArray[np.int32]:
    """Four levels of loudness, the quartiles of a recording's notes.

    Parameters
    ----------
    level_db : array_like of float [shape=(n,)]

    Returns
    -------
    levels : int32 [shape=(n,)]
        1 (softest quarter) to 4; equal levels are equally loud.
    """
    level = np.asarray(level_db, dtype=np.float64)
    if not len(level):
        return np.zeros(0, np.int32)
    bounds = np.quantile(level, [0.25, 0.5, 0.75])
    return (1 + np.searchsorted(bounds, level, side="left")).astype(np.int32)


def _bridged(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve with single missing columns filled where the pitch goes on behind them."""
    bridged = pitch.copy()
    gap = np.flatnonzero(np.isnan(pitch[1:-1]) & (np.abs(pitch[2:] - pitch[:-2]) < _NEW_PITCH / 2))
    bridged[gap + 1] = (pitch[gap] + pitch[gap + 2]) / 2
    return bridged


def _strokes(level: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Columns that begin a new stroke: the first of a steep rise."""
    padded = np.concatenate([np.full(3, level[0]), level])
    before = np.min([padded[:-3], padded[1:-2], padded[2:-1]], axis=0)
    rising = level - before > _STROKE_DB
    return rising & ~np.concatenate([[False], rising[:-1]])


def _ends(pitch: NDArray[np.float64], strokes: NDArray[np.bool_], start: int, column: int) -> bool:
    """Whether the note that began at `start` sounds no more at `column`."""
    if column == len(pitch) or np.isnan(pitch[column]):
        return True
    if strokes[column] and column - start > SHORTEST_NOTE:
        return True
    own = (
        np.median(pitch[max(start, column - _RECENT) : column]) if column > start else pitch[start]
    )
    if abs(pitch[column] - own) <= _NEW_PITCH:
        return False
    # One stray column is an error of the estimate, two are another note.
    following = pitch[column + 1] if column + 1 < len(pitch) else np.nan
    return bool(np.isnan(following) or abs(following - own) > _NEW_PITCH)


def _notes(
    spans: list[tuple[int, int]], pitch: NDArray[np.float64], level: NDArray[np.float64]
) -> Notes:
    kept = [
        (first, end)
        for first, end in spans
        if end - first >= SHORTEST_NOTE and not _is_slide(pitch[first:end])
    ]
    power = 10 ** (level / 10)
    return Notes(
        first=np.array([first for first, _ in kept], dtype=np.int32),
        end=np.array([end for _, end in kept], dtype=np.int32),
        pitch=np.array([np.median(pitch[a:b]) for a, b in kept], dtype=np.float32),
        level_db=np.array([10 * np.log10(power[a:b].mean()) for a, b in kept], dtype=np.float32),
    )


def _is_slide(pitch: NDArray[np.float64]) -> bool:
    """Whether a sound passes through its pitches; vibrato stays about one."""
    if len(pitch) < _SHORT:
        return bool(np.ptp(pitch) > _SHORT_SLIDE)
    low, high = np.quantile(pitch, [0.25, 0.75])
    return bool(high - low > _SLIDE)


def _densest(cents: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The place on the circle of 100 cents where most of the weight is near."""
    places = np.arange(-50.0, 50.0, 0.5)
    angle = 2 * np.pi * (cents[:, None] - places) / 100
    density = weights @ np.exp(_CONCENTRATION * (np.cos(angle) - 1))
    return float(places[np.argmax(density)])


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
