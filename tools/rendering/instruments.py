"""The four instruments, and which programs of the soundfont stand for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """An instrument as the renderer plays it.

    Attributes
    ----------
    name : str
        Stands in the collection's ``instrument`` column.
    program : int
        General MIDI program, counted from 0.
    centre : int
        MIDI key in the middle of its comfortable register.
    sustained : bool
        Blown or bowed; otherwise plucked.
    channels : int
        MIDI channels the melody moves over.
    glide_s, vibrato : float
        Longest portamento, and factor on the style's vibrato.
    trill, chord : float
        How readily long notes are trilled, and doubled an octave below.
    roll_hz : float
        Strokes a second of its tremolo.
    run_notes : int
        Notes of the run into an ornamented note.
    ring_s : float
        How long a plucked note rings at least.
    """

    name: str
    program: int
    centre: int
    sustained: bool
    channels: int
    glide_s: float = 0.05
    vibrato: float = 1.0
    trill: float = 0.0
    chord: float = 0.0
    roll_hz: float = 0.0
    run_notes: int = 2
    ring_s: float = 0.0


#: By the name that stands in the collection.
INSTRUMENTS: dict[str, Instrument] = {
    instrument.name: instrument
    for instrument in (
        Instrument("Bamboo Flute", 77, 77, True, 2, glide_s=0.05, vibrato=0.7, trill=0.5),
        Instrument("Erhu", 110, 70, True, 2, glide_s=0.11, vibrato=1.2, trill=0.15),
        Instrument("Pipa", 106, 67, False, 4, chord=0.12, roll_hz=13.5, run_notes=2, ring_s=0.6),
        Instrument(
            "Zheng", 107, 65, False, 4, glide_s=0.09, vibrato=0.9, chord=0.35, roll_hz=11.0,
            run_notes=7, ring_s=1.8,
        ),
    )
}  # fmt: skip
