"""A performance: a melody, an instrument and a style become MIDI events.

The melody moves over several channels in turn, so that a bent note (vibrato, slide) does
not bend the one that still rings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.notation.score import Melody, Part
from tools.rendering.accompaniment import Setting, accompany
from tools.rendering.instruments import Instrument
from tools.rendering.midi import MidiTrack
from tools.rendering.styles import Style
from tools.rendering.timing import ScoredNote, Span, TempoMap, lay_out

_BEND_STEP_S = 0.015
_RING_OUT_S = 2.5
_DIES_AWAY_S = 1.8  # a plucked note longer than this is taken up again, softly


@dataclass(frozen=True)
class Section:
    """Where a section of the form stands in the recording, in seconds."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class Performance:
    """A MIDI file and what is known about the recording that comes of it."""

    midi: bytes
    duration_s: float
    sections: tuple[Section, ...]


def perform(
    melody: Melody, form: Sequence[Part], instrument: Instrument, style: Style, seed: int
) -> Performance:
    """Play a melody.

    Parameters
    ----------
    melody : Melody
        What is played.
    form : sequence of Part
        Its sections in playing order.
    instrument : Instrument
        On what.
    style : Style
        How.
    seed : int
        Decides ornaments and all small irregularities.
    """
    random = np.random.default_rng(seed)
    notes, spans = lay_out(melody, form)
    tempo = TempoMap(spans, melody.tempo * style.tempo, style.rubato, random)
    notes = _into_register(notes, instrument, style.transpose)
    track = MidiTrack()
    track.tuning(_tuning(style, melody.tonic + style.transpose))
    _Player(track, instrument, style, tempo, spans, random).play(notes)
    if style.accompaniment:
        setting = Setting(
            track, notes, spans, tempo, melody.tonic + style.transpose, melody.beats_per_bar, random
        )
        accompany(setting, style.accompaniment)
    duration_s = tempo.end_s + _RING_OUT_S
    sections = tuple(
        Section(tempo.seconds(span.start_beat), tempo.seconds(span.end_beat), span.part.label)
        for span in spans
    )
    return Performance(track.to_bytes(duration_s), duration_s, sections)


def _into_register(
    notes: Sequence[ScoredNote], instrument: Instrument, transpose: int
) -> list[ScoredNote]:
    """Move a melody by octaves so that its mean pitch is near the instrument's centre."""
    mean = float(np.mean([note.pitch for note in notes])) + transpose
    shift = transpose + 12 * round((instrument.centre - mean) / 12)
    return [
        ScoredNote(note.beat, note.beats, note.pitch + shift, note.degree, note.span)
        for note in notes
    ]


def _tuning(style: Style, tonic: int) -> list[float]:
    """Cents of the twelve pitch classes from C."""
    cents = np.full(12, 1200.0 * np.log2(style.a4_hz / 440.0))
    cents[(tonic + 5) % 12] += style.fa_cents
    cents[(tonic + 11) % 12] += style.ti_cents
    return [float(value) for value in cents]


class _Player:
    """Writes the melody's channels."""

    def __init__(
        self,
        track: MidiTrack,
        instrument: Instrument,
        style: Style,
        tempo: TempoMap,
        spans: Sequence[Span],
        random: np.random.Generator,
    ) -> None:
        self.track = track
        self.instrument = instrument
        self.style = style
        self.tempo = tempo
        self.spans = spans
        self.random = random
        self.channel = 0
        for channel in range(instrument.channels):
            track.setup(channel, instrument.program, 110, 60)

    def play(self, notes: Sequence[ScoredNote]) -> None:
        previous: ScoredNote | None = None
        for note in notes:
            self._note(note, previous)
            previous = note

    def _note(self, note: ScoredNote, previous: ScoredNote | None) -> None:
        modifiers = self.spans[note.span].part.modifiers
        start = self.tempo.seconds(note.beat)
        end = self.tempo.seconds(note.beat + note.beats)
        start = max(0.0, start + float(self.random.normal(0, self.style.jitter_s)))
        length = max(0.05, (end - start) * self.style.legato)
        level = self._level(note, modifiers)
        plain = "sparse" in modifiers
        chance = self.random.random(3)
        self._next_channel()
        if self.instrument.sustained:
            if not plain and length > 0.35 and chance[0] < self.style.ornament * 0.6:
                start, length = self._grace(note, start, length, level)
            elif length > 0.7 and chance[1] < self.style.ornament * self.instrument.trill:
                self._trill(note, start, length, level)
                return
            self._expression(start, length)
        else:
            if not plain and length > 0.3 and chance[0] < self.style.ornament * 0.4:
                self._run_up(note, start, level)
            rolled = "tremolo" in modifiers or chance[1] < self.style.tremolo
            if not plain and length > 0.45 and rolled and self.instrument.roll_hz > 0:
                self._roll(note, start, length, level)
                return
            if length > 0.4 and chance[2] < self.instrument.chord:
                self.track.bend(self.channel, start, 0.0)
                self._sound(note.pitch - 12, start + 0.02, length, level - 5)
                self._next_channel()
            if not plain and length > _DIES_AWAY_S:
                self._echoes(note, start, length, level)
            length = max(length, self.instrument.ring_s)
        self._bend(note, previous, start, length)
        self._sound(note.pitch, start, length, level)

    def _next_channel(self) -> None:
        self.channel = (self.channel + 1) % self.instrument.channels

    def _level(self, note: ScoredNote, modifiers: Sequence[str]) -> float:
        """Level of a note in dB: touch, phrase, beat, section and a little chance."""
        phrase = np.sin(np.pi * ((note.beat % 8.0) / 8.0)) - 0.5
        accent = 1.5 if note.beat % 2.0 == 0 else (0.5 if note.beat % 1.0 == 0 else -0.5)
        section = 4.0 * ("loud" in modifiers) - 11.0 * ("soft" in modifiers)
        chance = float(self.random.normal(0, 0.8))
        return self.style.touch_db + self.style.dynamics_db * phrase + accent + section + chance

    def _sound(self, pitch: int, start: float, length: float, level: float) -> None:
        velocity = min(127, max(14, round(127 * 10 ** (level / 40.0))))
        self.track.note(self.channel, pitch, velocity, start, start + length)

    def _bend(
        self, note: ScoredNote, previous: ScoredNote | None, start: float, length: float
    ) -> None:
        """Portamento into the note where the style slides, vibrato where it is long."""
        interval = 0 if previous is None else previous.pitch - note.pitch
        slides = 0 < abs(interval) <= 5 and self.random.random() < self.style.slide
        if not self.instrument.sustained:
            interval = max(-2, min(2, interval))
        glide_s = min(self.instrument.glide_s, 0.4 * length) if slides else 0.0
        depth = self.style.vibrato_cents / 100.0 * self.instrument.vibrato
        if glide_s == 0.0 and length < 0.3:
            self.track.bend(self.channel, start, 0.0)
            return
        times = np.arange(0.0, length, _BEND_STEP_S)
        swell = np.clip((times - 0.18) / 0.25, 0.0, 1.0)
        rate = self.style.vibrato_hz * (1 + 0.05 * float(self.random.normal()))
        bend = depth * swell * np.sin(2 * np.pi * rate * np.maximum(0.0, times - 0.18))
        if glide_s > 0:
            bend = bend + interval * np.clip(1 - times / glide_s, 0.0, 1.0) ** 1.5
        for time, value in zip(times, bend, strict=True):
            self.track.bend(self.channel, start + float(time), float(value))

    def _expression(self, start: float, length: float) -> None:
        """Breath or bow: a long note grows, then fades a little."""
        if length < 0.35:
            self.track.control(self.channel, start, 11, 112)
            return
        depth = 10.0 + 2.5 * self.style.dynamics_db
        for time in np.arange(0.0, length, 0.03):
            place = float(time) / length
            shape = min(1.0, 0.45 + 1.8 * place) * (1.0 - 0.6 * max(0.0, place - 0.55) / 0.45)
            self.track.control(self.channel, start + float(time), 11, 120 - depth * (1 - shape))

    def _grace(
        self, note: ScoredNote, start: float, length: float, level: float
    ) -> tuple[float, float]:
        """A short note from above or below first; returns what is left for the main note."""
        step = _neighbour(note.degree, 1 if self.random.random() < 0.65 else -1)
        self.track.bend(self.channel, start, 0.0)
        self.track.control(self.channel, start, 11, 110)
        self._sound(note.pitch + step, start, 0.07, level - 2)
        self._next_channel()
        return start + 0.075, length - 0.075

    def _trill(self, note: ScoredNote, start: float, length: float, level: float) -> None:
        step = _neighbour(note.degree, 1)
        self.track.bend(self.channel, start, 0.0)
        self._expression(start, length)
        period = 0.085
        for index in range(int(length / period)):
            pitch = note.pitch + (step if index % 2 else 0)
            at = start + index * period * (1 + 0.02 * float(self.random.normal()))
            self._sound(pitch, at, period * 1.1, level - (1.5 if index else 0.0))

    def _run_up(self, note: ScoredNote, start: float, level: float) -> None:
        """A glissando over the strings into a note (zheng), or two grace notes (pipa)."""
        steps = self.instrument.run_notes
        degree, pitch = note.degree, note.pitch
        direction = 1 if self.random.random() < 0.6 else -1
        run = []
        for _ in range(steps):
            pitch += _neighbour(degree, direction)
            degree = _neighbour_degree(degree, direction)
            run.append(pitch)
        for index, grace in enumerate(reversed(run)):
            at = start - 0.05 * (steps - index)
            if at > 0:
                self.track.bend(self.channel, at, 0.0)
                self._sound(grace, at, 0.35, level - 6 + 4 * index / max(1, steps))
                self._next_channel()

    def _echoes(self, note: ScoredNote, start: float, length: float, level: float) -> None:
        """Octaves below and above, in turn, that keep a long plucked note alive."""
        count = int(length / (_DIES_AWAY_S / 2))
        for index in range(1, count):
            self._next_channel()
            at = start + length * index / count
            self.track.bend(self.channel, at, 0.0)
            octave = -12 if index % 2 else 0
            self._sound(note.pitch + octave, at, self.instrument.ring_s, level - 6 - index)
        self._next_channel()

    def _roll(self, note: ScoredNote, start: float, length: float, level: float) -> None:
        """Tremolo: the note struck again and again, swelling (lunzhi, yaozhi)."""
        self.track.bend(self.channel, start, 0.0)
        period = 1.0 / (self.instrument.roll_hz * (1 + 0.05 * float(self.random.normal())))
        count = max(2, int(length / period))
        for index in range(count):
            at = start + index * period + float(self.random.normal(0, 0.003))
            swell = 3.0 * np.sin(np.pi * index / count) - (0.0 if index == 0 else 3.0)
            self._sound(note.pitch, max(0.0, at), period * 0.95, level + swell)


_PENTATONIC = (1, 2, 3, 5, 6)
_SEMITONES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}


def _neighbour_degree(degree: int, direction: int) -> int:
    """The next pentatonic degree above (+1) or below (-1) a degree."""
    if degree in _PENTATONIC:
        return _PENTATONIC[(_PENTATONIC.index(degree) + direction) % 5]
    return {4: (3, 5), 7: (6, 1)}[degree][direction > 0]


def _neighbour(degree: int, direction: int) -> int:
    """Semitones from a degree to the pentatonic one next to it."""
    step = _SEMITONES[_neighbour_degree(degree, direction)] - _SEMITONES[degree]
    return step % 12 if direction > 0 else -((-step) % 12)
