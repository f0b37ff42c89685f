"""From beats to seconds: which notes a form asks for, and when each of them sounds.

Everything that depends on time (melody, accompaniment, section boundaries) reads the one
:class:`TempoMap`, so that parts stay together however freely the tempo moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.notation.score import Melody, Note, Part

#: Silence before the first note, in seconds.
LEAD_IN_S = 0.3
_GRID = 0.25  # beats between two points of the tempo map
_TEMPO_FACTORS = {"fast": 1.5, "slow": 0.7, "sparse": 1.15}


@dataclass(frozen=True)
class Span:
    """A section as it is played: its part and its first and last beat."""

    part: Part
    start_beat: float
    end_beat: float


@dataclass(frozen=True)
class ScoredNote:
    """A note of the form with its place in beats from the beginning of the piece."""

    beat: float
    beats: float
    pitch: int
    degree: int
    span: int


def lay_out(melody: Melody, form: Sequence[Part]) -> tuple[list[ScoredNote], list[Span]]:
    """Put the form's sections one after another; rests are left out of the notes."""
    notes: list[ScoredNote] = []
    spans: list[Span] = []
    beat = 0.0
    for index, part in enumerate(form):
        start = beat
        for note in _modified(melody.sections[part.section], part.modifiers):
            if note.pitch is not None:
                notes.append(ScoredNote(beat, note.beats, note.pitch, note.degree, index))
            beat += note.beats
        spans.append(Span(part, start, beat))
    return notes, spans


def _modified(notes: Sequence[Note], modifiers: Sequence[str]) -> list[Note]:
    result = list(notes)
    if "sparse" in modifiers:
        result = _sparse(result)
    if "running" in modifiers:
        result = [shorter for note in result for shorter in _running(note)]
    octave = 12 * (("high" in modifiers) - ("low" in modifiers))
    return [
        Note(None if note.pitch is None else note.pitch + octave, note.degree, note.beats)
        for note in result
    ]


def _sparse(notes: Sequence[Note]) -> list[Note]:
    """Keep the first note in every two beats, alone: separate notes, no sentence."""
    kept: list[Note] = []
    beat, boundary = 0.0, 0.0
    for note in notes:
        if note.pitch is not None and beat >= boundary - 1e-9:
            kept.append(note)
            boundary = beat + 2.0
        elif kept:
            last = kept[-1]
            kept[-1] = Note(last.pitch, last.degree, last.beats + note.beats)
        else:
            kept.append(note)
        beat += note.beats
    return kept


def _running(note: Note) -> list[Note]:
    """Break a note of a beat or more into sixteenths around it, as jiahua does."""
    if note.pitch is None or note.beats < 1:
        return [note]
    count = int(note.beats * 4)
    upper = note.pitch + (3 if note.degree in (3, 6, 7) else 2)
    pattern = (note.pitch, upper, note.pitch, note.pitch - 12 if count > 4 else note.pitch)
    return [Note(pattern[i % 4], note.degree, note.beats / count) for i in range(count)]


class TempoMap:
    """Seconds as a function of beats.

    Parameters
    ----------
    spans : sequence of Span
        The sections in playing order.
    tempo : float
        Quarter notes a minute, the style's factor included.
    rubato : float
        0 plays in time; 1 bends the tempo by about a third within a phrase of eight beats.
    random : numpy.random.Generator
        Draws how each phrase is bent; unused where `rubato` is 0.
    """

    def __init__(
        self, spans: Sequence[Span], tempo: float, rubato: float, random: np.random.Generator
    ) -> None:
        total = spans[-1].end_beat
        beats = np.arange(0.0, total + _GRID, _GRID)
        seconds_per_beat = np.full(beats.shape, 60.0 / tempo)
        for span in spans:
            inside = (beats >= span.start_beat - 1e-9) & (beats < span.end_beat - 1e-9)
            for modifier in span.part.modifiers:
                seconds_per_beat[inside] /= _TEMPO_FACTORS.get(modifier, 1.0)
        if rubato > 0:
            seconds_per_beat *= _bend(beats, spans, rubato, random)
        self._beats = beats
        starts = np.concatenate(([0.0], np.cumsum(seconds_per_beat[:-1] * _GRID)))
        self._seconds = starts + LEAD_IN_S
        self.end_s = self.seconds(total)

    def seconds(self, beat: float) -> float:
        """When `beat` sounds, in seconds from the beginning of the recording."""
        return float(np.interp(beat, self._beats, self._seconds))


def _bend(
    beats: np.ndarray, spans: Sequence[Span], rubato: float, random: np.random.Generator
) -> np.ndarray:
    """Slower at the ends of phrases, hurrying in their middle; slowest where sections end."""
    phrase = 8.0
    amount = random.uniform(0.6, 1.4, int(beats[-1] // phrase) + 1)
    inside = (beats % phrase) / phrase
    bent = 1.0 - 0.33 * rubato * amount[(beats // phrase).astype(int)] * (
        np.sin(np.pi * inside) - 0.6
    )
    for span in spans:
        left = span.end_beat - beats
        bent[(left > 0) & (left <= 2)] *= 1.0 + 0.35 * rubato
    return np.maximum(bent, 0.5)
