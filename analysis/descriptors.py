"""What a musician hears in ten seconds, as numbers with a unit.

What they mean stands here, where the page finds it; how they are measured, in
:mod:`encoders.descriptors`, where the workers do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
        "Loudness", "dB", "Mean level, weighted as the ear does (A curve)", "louder", "softer"
    ),
    Descriptor(
        "Pitch height", "semitones", "Median of the pitches, as a MIDI number", "higher", "lower"
    ),
    Descriptor(
        "Pitch spread",
        "semitones",
        "From the lowest tenth of the pitches to the highest tenth",
        "wider in pitch",
        "narrower in pitch",
    ),
    Descriptor(
        "Brightness",
        "Hz",
        "Spectral centroid: where the middle of the spectrum lies",
        "brighter",
        "darker",
    ),
    Descriptor("Note density", "notes a second", "Onsets of notes", "busier", "calmer"),
    Descriptor(
        "Noisiness",
        "dB",
        "Spectral flatness: breath, plectrum and bow raise it, clear tones lower it",
        "noisier",
        "clearer",
    ),
    Descriptor(
        "Vibrato",
        "cents",
        "How far the pitch swings to either side, 4 to 8 times a second",
        "with more vibrato",
        "with less vibrato",
    ),
    Descriptor(
        "Tempo",
        "beats a minute",
        "Estimated from the strokes; may be half or twice what you count",
        "faster",
        "slower",
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
