"""Annotations on the time axis, and what they make of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.segments import SEGMENT_S


@dataclass(frozen=True, order=True)
class Annotation:
    """A label on a stretch of a recording.

    Attributes
    ----------
    start_s, end_s : float
        Seconds from the recording's beginning.
    label : str
        Such as a playing technique.
    layer : str
        What kind of label it is.
    extra : dict
        What else the source says of it: a note's pitch.
    """

    start_s: float
    end_s: float
    label: str
    layer: str = "technique"
    extra: dict[str, str] = field(default_factory=dict, compare=False)


def dominant_labels(
    annotations: Sequence[Annotation], vocabulary: Sequence[str], count: int
) -> NDArray[np.int32]:
    """The label that fills most of each segment of a recording.

    Parameters
    ----------
    annotations : sequence of Annotation
        Of one layer; they may overlap.
    vocabulary : sequence of str
    count : int
        Number of segments, one each ten seconds.

    Returns
    -------
    codes : int32 [shape=(count,)]
        Index into `vocabulary`: of what lasts longest in the segment, the first of equals; -1
        where nothing is annotated.
    """
    if not annotations or not count:
        return np.full(count, -1, dtype=np.int32)
    code_of = {label: code for code, label in enumerate(vocabulary)}
    codes = np.array([code_of[one.label] for one in annotations])
    starts = np.array([one.start_s for one in annotations])
    ends = np.minimum([one.end_s for one in annotations], count * SEGMENT_S)
    filled = np.zeros((count, len(vocabulary)))
    first = (starts // SEGMENT_S).astype(np.int64)
    for offset in range(int(np.max(ends // SEGMENT_S - first)) + 1):
        segment = first + offset
        lasts = np.minimum(ends, (segment + 1) * SEGMENT_S) - np.maximum(
            starts, segment * SEGMENT_S
        )
        there = (lasts > 0) & (segment < count)
        np.add.at(filled, (segment[there], codes[there]), lasts[there])
    return np.where(filled.any(axis=1), filled.argmax(axis=1), -1).astype(np.int32)
