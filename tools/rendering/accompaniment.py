"""Parts that may accompany a melody: dulcimer, bass, pad, drone, percussion, shadow.

Each part is a function of the same arguments that writes its notes on its own MIDI
channel.  All are quieter than the melody and follow its tempo map.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.rendering.midi import MidiTrack
from tools.rendering.timing import ScoredNote, Span, TempoMap


@dataclass(frozen=True)
class Setting:
    """What every part needs to know."""

    track: MidiTrack
    notes: Sequence[ScoredNote]
    spans: Sequence[Span]
    tempo: TempoMap
    tonic: int
    beats_per_bar: float
    random: np.random.Generator

    def silent_at(self, beat: float) -> bool:
        """Whether the section at `beat` is to be played without accompaniment."""
        for span in self.spans:
            if span.start_beat <= beat < span.end_beat:
                return bool({"sparse", "solo"} & set(span.part.modifiers))
        return True

    def level_at(self, beat: float) -> int:
        """Velocity to add at `beat`, for soft and loud sections."""
        for span in self.spans:
            if span.start_beat <= beat < span.end_beat:
                return 12 * ("loud" in span.part.modifiers) - 30 * ("soft" in span.part.modifiers)
        return 0

    def melody_at(self, beat: float) -> ScoredNote:
        """The melody's note that sounds at `beat`, or the last one before it."""
        starts = [note.beat for note in self.notes]
        return self.notes[max(0, int(np.searchsorted(starts, beat + 1e-6)) - 1)]

    def play(self, channel: int, pitch: int, velocity: float, beat: float, beats: float) -> None:
        """Write one note, a little humanised; nothing in silent sections."""
        if self.silent_at(beat):
            return
        start = self.tempo.seconds(beat) + float(self.random.normal(0, 0.006))
        loud = round(velocity + self.level_at(beat) + float(self.random.normal(0, 4)))
        end = self.tempo.seconds(beat + beats)
        self.track.note(channel, pitch, min(120, max(18, loud)), max(0.0, start), end)

    def beats(self, step: float) -> np.ndarray:
        """Every `step` beats of the piece."""
        return np.arange(0.0, self.spans[-1].end_beat, step)


def _near(pitch: int, centre: int) -> int:
    """The pitch of the same class nearest to `centre`."""
    return centre + (pitch - centre + 6) % 12 - 6


def _root(setting: Setting, beat: float) -> int:
    """Semitones above the tonic of a root that fits the melody's note at `beat`."""
    degree = setting.melody_at(beat).degree
    return {1: 0, 3: 0, 5: 0, 2: 7, 7: 7, 6: 9, 4: 5}.get(degree, 0)


def _dulcimer(setting: Setting, channel: int) -> None:
    setting.track.setup(channel, 15, 104, 50)
    for beat in setting.beats(0.5):
        note = setting.melody_at(beat)
        if beat % 1 == 0:
            setting.play(channel, _near(note.pitch, 66), 88, beat, 0.9)
        else:
            root = setting.tonic + _root(setting, beat)
            setting.play(channel, _near(root + (7 if beat % 2 == 0.5 else 12), 62), 70, beat, 0.6)


def _bass(setting: Setting, channel: int) -> None:
    setting.track.setup(channel, 32, 88, 25)
    bar = setting.beats_per_bar or 4.0
    for beat in setting.beats(bar / 2):
        fifth = 0 if beat % bar == 0 else 7
        pitch = _near(setting.tonic + _root(setting, beat) + fifth, 43)
        setting.play(channel, pitch, 76 if fifth == 0 else 62, beat, bar / 2 * 0.85)


def _pad(setting: Setting, channel: int) -> None:
    setting.track.setup(channel, 48, 70, 70)
    bar = 2 * (setting.beats_per_bar or 4.0)
    for beat in setting.beats(bar):
        root = setting.tonic + _root(setting, beat)
        for pitch in (_near(root, 50), _near(root + 7, 57), _near(root + 12, 64)):
            setting.play(channel, pitch, 54, beat, bar)


def _drone(setting: Setting, channel: int) -> None:
    setting.track.setup(channel, 42, 78, 60)
    bar = 4 * (setting.beats_per_bar or 2.0)
    for beat in setting.beats(bar):
        setting.play(channel, _near(setting.tonic, 48), 62, beat, bar * 1.02)
        setting.play(channel, _near(setting.tonic + 7, 55), 50, beat, bar * 1.02)


def _percussion(setting: Setting, channel: int) -> None:
    for number, value in ((7, 80), (91, 40)):
        setting.track.control(channel, 0.0, number, value)
    bar = setting.beats_per_bar or 4.0
    for beat in setting.beats(1.0):
        strong = beat % bar == 0
        setting.play(channel, 76 if strong else 77, 66 if strong else 48, beat, 0.2)
        if strong:
            setting.play(channel, 64, 62, beat, 0.3)
        elif setting.random.random() < 0.3:
            setting.play(channel, 63, 46, beat + 0.5, 0.2)


def _shadow(setting: Setting, channel: int) -> None:
    """A second instrument that plays the melody's skeleton with it, lower and plainer."""
    setting.track.setup(channel, 107, 100, 45)
    for note in setting.notes:
        if note.beats >= 0.5 and note.beat % 0.5 == 0:
            setting.play(channel, _near(note.pitch, 57), 76, note.beat, max(1.0, note.beats))


_PARTS: dict[str, tuple[Callable[[Setting, int], None], int]] = {
    "dulcimer": (_dulcimer, 10),
    "bass": (_bass, 11),
    "pad": (_pad, 12),
    "drone": (_drone, 13),
    "shadow": (_shadow, 14),
    "percussion": (_percussion, 9),
}


def accompany(setting: Setting, parts: Sequence[str]) -> None:
    """Write the named parts on channels 9 to 14."""
    for name in parts:
        write, channel = _PARTS[name]
        write(setting, channel)
