"""What a melody in numbered notation holds once it has been read.

Conventions
-----------
Durations are in beats (quarter notes), pitches are MIDI key numbers (A4 = 69),
and a rest is a note without a pitch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: What a form may ask of a section beside playing it as written.
MODIFIERS = frozenset(
    {"fast", "slow", "soft", "loud", "sparse", "running", "high", "low", "tremolo", "solo"}
)


@dataclass(frozen=True)
class Note:
    """A note or a rest.

    Attributes
    ----------
    pitch : int or None
        MIDI key number; None is a rest.
    degree : int
        The digit in the notation, 1 to 7, or 0 for a rest.
    beats : float
        Duration in quarter notes, ties and extensions included.
    """

    pitch: int | None
    degree: int
    beats: float


@dataclass(frozen=True)
class Part:
    """One entry of a form: a section's name and how it is to be played."""

    section: str
    modifiers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name of the section followed by its modifiers, for example ``A fast``."""
        return " ".join((self.section, *self.modifiers))


@dataclass(frozen=True)
class Melody:
    """A melody: its header and its sections.

    Attributes
    ----------
    title, origin : str
        Title in pinyin, and where the melody comes from.
    tonic : int
        MIDI key number of degree 1 without octave marks.
    mode : str
        Name of the pentatonic mode (gong, shang, jue, zhi, yu).
    tempo : float
        Quarter notes a minute.
    beats_per_bar : float
        Length of a bar in quarter notes; 0 where the metre is free.
    sections : mapping of str to tuple of Note
        The written sections by name.
    form : tuple of Part
        The order in which they are played.
    """

    title: str
    origin: str
    tonic: int
    mode: str
    tempo: float
    beats_per_bar: float
    sections: Mapping[str, tuple[Note, ...]]
    form: tuple[Part, ...]
