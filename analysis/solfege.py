"""Solfège with a movable do: names of pitches in a key, as numbered notation sings them.

Conventions
-----------
* A pitch is a MIDI number (A4 = 69), a tonic a pitch class from 0 (C) to 11 (B); in
  numbered notation it stands in ``1 = D``.
* The octave begins at do: in D, ``Do4`` is D4 and ``Ti4`` the C sharp above it. ``Do4``
  is the do from C4 to B4.
* Fa and Ti have no definite pitch: pentatonic music leaves it to the performer (paper,
  Section 4.2, T1). They are never called out of tune, whichever of the two neighbouring
  semitones they are nearer to.
"""

from __future__ import annotations

import re

#: The twelve keys, as numbered notation writes them.
TONICS = ("C", "♯C", "D", "♭E", "E", "F", "♯F", "G", "♭A", "A", "♭B", "B")
DEGREES = ("Do", "♯Do", "Re", "♭Mi", "Mi", "Fa", "♯Fa", "So", "♯So", "La", "♭Ti", "Ti")
#: Semitones above do in which Fa and Ti wander.
INDEFINITE = frozenset({5, 6, 10, 11})

_SPELLINGS = {"sol": "So", "si": "Ti"}
_ACCIDENTALS = {"#": "♯", "♯": "♯", "b": "♭", "♭": "♭", "": ""}
_PATTERN = re.compile(r"([#♯b♭]?)(do|re|mi|fa|sol|so|la|ti|si)(-?\d)", re.IGNORECASE)


def pitch_name(pitch: int, tonic: int) -> str:
    """Name a pitch in a key.

    Parameters
    ----------
    pitch : int
        MIDI number.
    tonic : int
        Pitch class of do, 0 to 11.

    Examples
    --------
    >>> pitch_name(69, 2), pitch_name(73, 2), pitch_name(74, 2)
    ('So4', 'Ti4', 'Do5')
    """
    degree = (pitch - tonic) % 12
    return f"{DEGREES[degree]}{(pitch - degree) // 12 - 1}"


def cents_off(pitch: float, tonic: int) -> int | None:
    """How far a pitch is from the name that :func:`pitch_name` gives it, in cents.

    Parameters
    ----------
    pitch : float
        MIDI number, its recording's tuning already taken away.
    tonic : int

    Returns
    -------
    cents : int or None
        None for Fa and Ti, which have no definite pitch.
    """
    nearest = round(pitch)
    if (nearest - tonic) % 12 in INDEFINITE:
        return None
    return round(100 * (pitch - nearest))


def read_pitch_name(text: str) -> str | None:
    """Bring a name that somebody typed to the form used here; None when it is none.

    Examples
    --------
    >>> read_pitch_name("sol5"), read_pitch_name("bSi4"), read_pitch_name("A4")
    ('So5', '♭Ti4', None)
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        return None
    accidental, syllable, octave = match.groups()
    name = _SPELLINGS.get(syllable.lower(), syllable.capitalize())
    return f"{_ACCIDENTALS[accidental.lower()]}{name}{octave}"
