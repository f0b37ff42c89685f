"""The spaces that an evaluation compares; runs in workers.

A *space* is one vector for each segment: the segment latents, the same network untrained,
and hand-made features. :mod:`jobs.measures` asks all of them the same questions.

Conventions
-----------
* The coordinator leaves ``segments.safetensors`` in a working folder: which segment of which
  recording, its latent, and the codes of its labels, -1 where nobody said it.
* :func:`build_spaces` adds ``spaces.safetensors``, one matrix a space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from analysis.baselines import (
    mean_and_deviation,
    principal_axes,
    principal_components,
    standardise,
)
from analysis.segments import SEGMENT_COLUMNS
from data.features import FeatureStore
from data.latents import LatentStore
from language import N_

SEGMENTS, SPACES = "segments.safetensors", "spaces.safetensors"
COLUMN_DIMENSIONS = 32
RANDOM_SEED = 0

PLAIN, SCALED = N_("Euclidean"), N_("Euclidean, z-scored")
LEARNED = N_("segment latents")
RANDOM = N_("random encoder")
OTHER = N_("segment latents of another encoder of this library")


@dataclass(frozen=True)
class Space:
    """How a space is named and measured."""

    name: str
    distance: str
    about: str


SPACE_LIST = (
    Space(LEARNED, PLAIN, N_("what the segment encoder makes of ten seconds")),
    Space(RANDOM, PLAIN, N_("the same network on the same note latents, its weights untrained")),
    Space(N_("note latents, PCA"), PLAIN, N_("mean and deviation of the note latents")),
    Space(N_("spectrogram, PCA"), PLAIN, N_("mean and deviation of the normalised spectrogram")),
    Space(N_("columns, PCA-32"), SCALED, N_("mean and deviation of columns reduced to 32 by PCA")),
    Space(N_("columns, PCA-32, PCA"), PLAIN, N_("the same, reduced to 16")),
    Space("MFCC", SCALED, N_("mean and deviation of 13 cepstral coefficients")),
    Space(N_("MFCC, PCA"), PLAIN, N_("the same, reduced to 16")),
    Space(N_("chroma"), SCALED, N_("mean and deviation of 12 pitch classes, tuning taken out")),
    Space(N_("chroma, PCA"), PLAIN, N_("the same, reduced to 16")),
)

Arrays = dict[str, NDArray[Any]]


def build_spaces(
    folder: str,
    sha256s: Sequence[str],
    latents_folder: str,
    features_folder: str,
    encoder_folder: str,
    encoder_id: str,
    with_features: bool,
    rivals: Sequence[str] = (),
) -> list[Space]:
    """Put every space of the segments into the working folder.

    Parameters
    ----------
    folder : str
        Working folder.
    sha256s : sequence of str
        Content of each recording, in the order of the segments' `recording`.
    latents_folder, features_folder, encoder_folder, encoder_id : str
    with_features : bool
        Whether the hand-made features of every recording are kept.
    rivals : sequence of str
        Other encoders that have encoded every recording.

    Returns
    -------
    spaces : list of Space
        The learned ones, then the baselines in the order of ``SPACE_LIST``.
    """
    from encoders.encoder import untrained

    segments = load_file(Path(folder) / SEGMENTS)
    latents, features = LatentStore(latents_folder), FeatureStore(features_folder)
    random = untrained(Path(encoder_folder), RANDOM_SEED)
    rows = [segments["segment"][segments["recording"] == i] for i in range(len(sha256s))]
    twins, notes = [], []
    for sha256, mine in zip(sha256s, rows, strict=True):
        kept = latents.read_notes(encoder_id, sha256)
        twins.append(random.segment_latents(kept)[mine])
        whole = kept[: len(kept) // SEGMENT_COLUMNS * SEGMENT_COLUMNS]
        frames = whole.reshape(-1, SEGMENT_COLUMNS, kept.shape[1])[mine]
        notes.append(mean_and_deviation(frames.astype(np.float32)))
    spaces: Arrays = {
        LEARNED: segments["latents"],
        RANDOM: np.concatenate(twins),
        "note latents, PCA": principal_components(standardise(np.concatenate(notes))),
    }
    for rival in rivals:
        parts = [latents.read_segments(rival, sha256) for sha256 in sha256s]
        spaces[rival] = np.concatenate([p[mine] for p, mine in zip(parts, rows, strict=True)])
    if with_features:
        spaces |= _feature_spaces(features, sha256s, rows)
    tensors = {name: np.ascontiguousarray(values, np.float32) for name, values in spaces.items()}
    save_file(tensors, Path(folder) / SPACES)
    others = [Space(rival, PLAIN, OTHER) for rival in rivals]
    return [space for space in (*SPACE_LIST[:1], *others, *SPACE_LIST[1:]) if space.name in spaces]


def _feature_spaces(
    store: FeatureStore, sha256s: Sequence[str], rows: Sequence[NDArray[np.integer]]
) -> Arrays:
    """Spaces of the hand-made features, read a recording at a time."""

    def read(name: str) -> NDArray[np.float64]:
        parts = [
            _feature(store, sha256, name, mine) for sha256, mine in zip(sha256s, rows, strict=True)
        ]
        return np.concatenate(parts).astype(np.float64)

    columns, mfcc, chroma = _columns(store, sha256s, rows), read("mfcc"), read("chroma")
    return {
        "spectrogram, PCA": principal_components(read("spectrum")),
        "columns, PCA-32": columns,
        "columns, PCA-32, PCA": principal_components(standardise(columns)),
        "MFCC": mfcc,
        "MFCC, PCA": principal_components(standardise(mfcc)),
        "chroma": chroma,
        "chroma, PCA": principal_components(standardise(chroma)),
    }


def _columns(
    store: FeatureStore, sha256s: Sequence[str], rows: Sequence[NDArray[np.integer]]
) -> NDArray[np.float32]:
    """Mean and deviation of columns reduced to 32 by PCA; two readings, never all at once."""
    products: Any = 0.0
    total: Any = 0.0
    count = 0
    for sha256, mine in zip(sha256s, rows, strict=True):
        columns = _feature(store, sha256, "columns", mine).astype(np.float32) / 255
        flat = columns.reshape(-1, columns.shape[-1])
        products, total, count = (
            products + flat.T @ flat,
            total + flat.sum(axis=0),
            count + len(flat),
        )
    mean = np.asarray(total, np.float64) / count
    axes = principal_axes(products / count - np.outer(mean, mean), COLUMN_DIMENSIONS)
    parts = []
    for sha256, mine in zip(sha256s, rows, strict=True):
        columns = _feature(store, sha256, "columns", mine).astype(np.float32) / 255
        parts.append(mean_and_deviation((columns - mean) @ axes))
    return np.concatenate(parts)


def _feature(
    store: FeatureStore, sha256: str, name: str, segments: NDArray[np.integer]
) -> NDArray[Any]:
    # Another version of a decoder may give a few samples less: the last segment is taken.
    return store.read(sha256, name).take(segments, axis=0, mode="clip")
