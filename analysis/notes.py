"""Maps of notes: what they show, how faithful they are, where a pitch gathers (paper, T1).

A *note sample* is one column of the spectrogram, 501 numbers; a *note latent* is the 32
numbers that the note encoder makes of it. A note of a quarter of a second has ten of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.evaluation import map_faithfulness, separability

#: The questions of T1, in the order in which the page shows them.
QUESTIONS = ("pitch", "pitch across instruments", "loudness", "instrument")
NEIGHBOURS = 5

# Points of one pitch nearer than this share of the map's extent are one cluster.
_REACH = 0.035
_SMALLEST_CLUSTER = 6


@dataclass(frozen=True)
class Note:
    """One note of a scale or of a recording.

    Attributes
    ----------
    source : int
        Index into the sources of the :class:`NoteMaps`.
    start_s, end_s : float
        Where it sounds, seconds.
    loudness : int
        1 (softest) to 4.
    instrument : str
    name : str
        Solfège with octave where it is known; empty where the pitch was estimated and the
        name depends on the key.
    pitch : float
        Estimated MIDI number relative to A4 = 440 Hz; NaN where the name is known.
    """

    source: int
    start_s: float
    end_s: float
    loudness: int
    instrument: str
    name: str = ""
    pitch: float = float("nan")


@dataclass(frozen=True)
class NoteSource:
    """A sound file that notes are taken from.

    Attributes
    ----------
    digest : str
        Names the content of a recording.
    recording : int or None
        Id of the recording; None for a file of recorded scales.
    title, performer : str
        Of a file of recorded scales, `title` is its name.
    tonic : int or None
        Estimated pitch class of do; None where the notes' names are known.
    tuning_cents : float
        How far its A4 lies above 440 Hz.
    """

    digest: str = ""
    recording: int | None = None
    title: str = ""
    performer: str = ""
    tonic: int | None = None
    tuning_cents: float = 0.0


@dataclass(frozen=True)
class NoteMaps:
    """Two maps of the same columns, and the notes that these are taken from.

    Attributes
    ----------
    samples, latents : float32 [shape=(n, 2)]
        Places on the map of note samples and on that of note latents.
    note : int32 [shape=(n,)]
        Index into `notes` for each column.
    column : int32 [shape=(n,)]
        Which column of its sound file; it is centred at ``column / 40`` seconds.
    notes : tuple of Note
    sources : tuple of NoteSource
    figures : mapping
        For ``"samples"`` and ``"latents"`` what :func:`note_figures` gives.
    remark : str
        What is not shown, and what could not be read.
    """

    samples: NDArray[np.float32]
    latents: NDArray[np.float32]
    note: NDArray[np.int32]
    column: NDArray[np.int32]
    notes: tuple[Note, ...]
    sources: tuple[NoteSource, ...]
    figures: Mapping[str, Mapping[str, Any]]
    remark: str = ""


@dataclass(frozen=True)
class Cluster:
    """Where notes of one pitch gather on a map.

    Attributes
    ----------
    x, y : float
        Place of the point in its middle.
    pitch : str
    size : int
        Number of points.
    """

    x: float
    y: float
    pitch: str
    size: int


def note_figures(
    values: ArrayLike,
    positions: ArrayLike,
    pitch: ArrayLike,
    loudness: ArrayLike,
    instrument: ArrayLike,
    note: ArrayLike,
) -> dict[str, Any]:
    """How well neighbours tell pitch, loudness and instrument, and how faithful the map is.

    A column's neighbours come from other notes: columns of one note would find each other
    for sounding at the same moment. For pitch across instruments they come from other
    instruments only.

    Parameters
    ----------
    values : array_like of float [shape=(n, d)]
        Note samples or note latents.
    positions : array_like of float [shape=(n, 2)]
        Their places on the map.
    pitch, loudness, instrument : array_like of int [shape=(n,)]
        Codes of the labels.
    note : array_like of int [shape=(n,)]
        Which note each column belongs to.

    Returns
    -------
    figures : dict
        ``"trustworthiness"`` (in [0, 1] or None) and for each of :data:`QUESTIONS` a dict of
        ``accuracy`` and ``chance``, None where the labels do not allow them.
    """
    asked = {
        "pitch": (pitch, note),
        "pitch across instruments": (pitch, instrument),
        "loudness": (loudness, note),
        "instrument": (instrument, note),
    }
    figures: dict[str, Any] = {
        "trustworthiness": map_faithfulness(values, positions, k=NEIGHBOURS)[0]
    }
    for question, (codes, groups) in asked.items():
        found = separability(values, codes, groups, k=NEIGHBOURS)
        figures[question] = {"accuracy": found.accuracy, "chance": found.chance}
    return figures


def pitch_clusters(positions: NDArray[np.floating], pitches: Sequence[str]) -> list[Cluster]:
    """Find the places of a map where one pitch gathers, the largest first.

    Parameters
    ----------
    positions : float [shape=(n, 2)]
    pitches : sequence of str [length n]

    Returns
    -------
    clusters : list of Cluster
        Points of all instruments that share a place are one cluster.
    """
    from sklearn.cluster import DBSCAN

    extent = float(np.ptp(positions, axis=0).max()) if len(positions) else 0.0
    reach = _REACH * extent or 1.0
    of_pitch = np.asarray(pitches)
    clusters = []
    for pitch in dict.fromkeys(pitches):
        places = positions[of_pitch == pitch]
        smallest = max(1, min(_SMALLEST_CLUSTER, len(places) // 4))
        labels = DBSCAN(eps=reach, min_samples=smallest).fit_predict(places)
        for label in range(labels.max() + 1):
            members = places[labels == label]
            offsets = np.linalg.norm(members - np.median(members, axis=0), axis=1)
            x, y = members[np.argmin(offsets)]
            clusters.append(Cluster(float(x), float(y), pitch, len(members)))
    return sorted(clusters, key=lambda cluster: -cluster.size)
