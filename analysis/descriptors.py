"""What a musician hears in ten seconds, as numbers with a unit.

What they mean stands here, where the page finds it; how they are measured, in
:mod:`encoders.descriptors`, where the workers do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from language import N_


@dataclass(frozen=True)
class Descriptor:
    """One thing that can be measured in a segment.

    Attributes
    ----------
    name, unit : str
    meaning : str
        What is measured, for whoever asks.
    more, less : str
        How a segment sounds that has more of it, or less.
    """

    name: str
    unit: str
    meaning: str
    more: str
    less: str


#: In the order of the columns that :func:`encoders.descriptors.segment_descriptors` returns.
DESCRIPTORS = (
    Descriptor(
        N_("Loudness"),
        "dB",
        N_("Mean level, weighted as the ear does (A curve)"),
        N_("louder"),
        N_("softer"),
    ),
    Descriptor(
        N_("Pitch height"),
        N_("semitones"),
        N_("Median of the pitches, as a MIDI number"),
        N_("higher"),
        N_("lower"),
    ),
    Descriptor(
        N_("Pitch spread"),
        N_("semitones"),
        N_("From the lowest tenth of the pitches to the highest tenth"),
        N_("wider in pitch"),
        N_("narrower in pitch"),
    ),
    Descriptor(
        N_("Brightness"),
        "Hz",
        N_("Spectral centroid: where the middle of the spectrum lies"),
        N_("brighter"),
        N_("darker"),
    ),
    Descriptor(
        N_("Note density"), N_("notes a second"), N_("Onsets of notes"), N_("busier"), N_("calmer")
    ),
    Descriptor(
        N_("Noisiness"),
        "dB",
        N_("Spectral flatness: breath, plectrum and bow raise it, clear tones lower it"),
        N_("noisier"),
        N_("clearer"),
    ),
    Descriptor(
        N_("Vibrato"),
        N_("cents"),
        N_("How far the pitch swings to either side, 4 to 8 times a second"),
        N_("with more vibrato"),
        N_("with less vibrato"),
    ),
    Descriptor(
        N_("Tempo"),
        N_("beats a minute"),
        N_("Estimated from the strokes; may be half or twice what you count"),
        N_("faster"),
        N_("slower"),
    ),
)


@dataclass(frozen=True)
class DescriptorState:
    """What has been measured of a table's segments so far.

    Attributes
    ----------
    values : float32 [shape=(n, 8)]
        NaN where one has no meaning, or nobody has measured yet.
    known : bool [shape=(n,)]
        Which segments have been measured.
    busy : bool
        Whether it is worth asking again.
    sentence : str
        How far it is, or what could not be measured.
    """

    values: NDArray[np.float32]
    known: NDArray[np.bool_]
    busy: bool
    sentence: str = ""
