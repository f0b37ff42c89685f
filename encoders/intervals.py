"""Melody without key and tempo: which intervals follow each other in ten seconds.

A column's pitch class is the strongest of its chroma, where that stands out.  Held for
three columns (75 ms) it is a note; from note to note the interval in semitones is
counted modulo the octave.  Transposing a piece, or playing it faster, leaves these
shares as they are.  All of it is sums over tensors: no loop over notes.
"""

from __future__ import annotations

import torch
from torch import Tensor

PITCH_CLASSES = 12
_PITCHED = 0.5  # squared length of the chroma of a column that has a pitch
_HELD = 2  # columns that must agree before a pitch is taken for a note
MELODY_FEATURES = 2 * PITCH_CLASSES + PITCH_CLASSES**2 + 3


def melody_features(chroma: Tensor) -> Tensor:
    """Key-free features of a melody.

    Parameters
    ----------
    chroma : float32 [shape=(n, t, 12)]

    Returns
    -------
    features : float32 [shape=(n, MELODY_FEATURES)]
        Shares of each interval from one note to the next (12) and to the next but one
        (12), of each pair of successive intervals (144); notes a column, mean and
        deviation of the logarithm of their lengths (3).
    """
    pitch, starts = _notes(chroma)
    before = _previous(pitch, starts)
    earlier = _previous(before, starts)
    first = starts & (before >= 0)
    second = first & (earlier >= 0)
    step = (pitch - before) % PITCH_CLASSES
    step_before = (before - earlier) % PITCH_CLASSES
    pairs = PITCH_CLASSES * step_before + step
    return torch.cat(
        [
            _shares(step, first, PITCH_CLASSES),
            _shares((pitch - earlier) % PITCH_CLASSES, second, PITCH_CLASSES),
            _shares(pairs, second, PITCH_CLASSES**2),
            _lengths(starts),
        ],
        dim=1,
    )


def _notes(chroma: Tensor) -> tuple[Tensor, Tensor]:
    """Pitch class of each column [n, t], and whether a new note begins there."""
    pitch = chroma.argmax(dim=2)
    stable = chroma.square().sum(dim=2) > _PITCHED
    for lag in range(1, _HELD + 1):
        stable[:, lag:] &= pitch[:, lag:] == pitch[:, :-lag]
    stable[:, :_HELD] = False
    last = _previous(pitch, stable)
    return pitch, stable & (pitch != last)


def _previous(values: Tensor, known: Tensor) -> Tensor:
    """Value at the last known column before each column; -1 where there is none."""
    columns = torch.arange(values.shape[1], device=values.device).expand_as(values)
    latest = torch.where(known, columns, -1).cummax(dim=1).values
    latest = torch.cat([torch.full_like(latest[:, :1], -1), latest[:, :-1]], dim=1)
    found = values.gather(1, latest.clamp(min=0))
    return torch.where(latest >= 0, found, -1)


def _shares(codes: Tensor, chosen: Tensor, count: int) -> Tensor:
    """Share of each code among the chosen columns, [n, count]; zeros where none is chosen."""
    counts = torch.zeros(len(codes), count + 1, device=codes.device)
    slots = torch.where(chosen, codes, count)
    counts.scatter_add_(1, slots, torch.ones_like(slots, dtype=torch.float32))
    kept = counts[:, :count]
    return kept / kept.sum(dim=1, keepdim=True).clamp(min=1)


def _lengths(starts: Tensor) -> Tensor:
    """Notes a column, mean and deviation of the logarithm of their lengths, [n, 3]."""
    columns = torch.arange(starts.shape[1], device=starts.device).expand_as(starts)
    before = _previous(columns, starts)
    known = starts & (before >= 0)
    count = known.sum(dim=1).clamp(min=1)
    length = torch.where(known, (columns - before).clamp(min=1).float().log(), 0.0)
    mean = length.sum(dim=1) / count
    square = length.square().sum(dim=1) / count
    spread = (square - mean.square()).clamp(min=0).sqrt()
    return torch.stack([starts.float().mean(dim=1), mean, spread], dim=1)
