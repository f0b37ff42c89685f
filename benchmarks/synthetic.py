"""A library of thousands of segments within seconds, for benchmarks of the page.

What it has in common with a real one: the files, the catalogue and the map are written by
the `data` package, the shipped encoder's id stands on them, and counts follow the paper
(324 recordings, 44 performers, four instruments; 31 segments a recording make 10,000).

What it has not: sound. Segment latents are drawn, as the sum of an instrument's, a
performer's and a piece's own place and of a walk through time, so that they cluster and
vary as real ones do; positions are the two widest principal axes of these plus noise.
Note latents are left empty, because no panel of the Explore page reads them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.projection import Projection
from data.catalogue import Recording
from data.library import Library
from data.maps import gather_segments, save_map
from encoders.registry import default_encoder

INSTRUMENTS = ("Bamboo flute", "Erhu", "Pipa", "Zheng")
RECORDINGS, PERFORMERS, PIECES = 324, 44, 120


def make_library(folder: Path, segments: int = 10_000, seed: int = 0) -> Path:
    """Write a library of drawn latents.

    Parameters
    ----------
    folder : Path
        Where the library is to be; must not hold one.
    segments : int
        How many segments there are in all.
    seed : int

    Returns
    -------
    Path
        `folder`.
    """
    generator = np.random.default_rng(seed)
    counts = np.diff(np.linspace(0, segments, RECORDINGS + 1).round()).astype(int)
    encoder_id = default_encoder().id
    rows = [_recording(folder, number, int(count)) for number, count in enumerate(counts)]
    with Library.open(folder, create=True) as library:
        library.catalogue.save_recordings(rows)
        for row, latents in zip(rows, _latents(generator, counts), strict=True):
            library.latents.write(encoder_id, row.sha256, np.empty((0, 32)), latents)
        gathered = gather_segments(library, encoder_id)
        positions = _positions(generator, gathered.latents)
        ids, index = gathered.recording_ids, gathered.segment_index
        save_map(library, Projection.of("pca"), encoder_id, positions, ids, index)
    return folder


def _recording(folder: Path, number: int, segments: int) -> Recording:
    path = f"{number:03}.ogg"
    return Recording(
        root=str(folder / "recordings"),
        path=path,
        sha256=hashlib.sha256(path.encode()).hexdigest(),
        duration_s=10.0 * segments,
        title=f"Piece {number % PIECES + 1}",
        performer=f"Performer {number % PERFORMERS + 1}",
        instrument=INSTRUMENTS[number % PERFORMERS % len(INSTRUMENTS)],
        codec="vorbis",
    )


def _latents(generator: np.random.Generator, counts: NDArray[np.int_]) -> list[NDArray]:
    """Latents of each recording, float32 [shape=(N, 16)]."""
    scale = np.geomspace(1.0, 0.05, 16)
    instruments = generator.normal(size=(len(INSTRUMENTS), 16)) * scale
    performers = generator.normal(size=(PERFORMERS, 16)) * scale * 0.6
    pieces = generator.normal(size=(PIECES, 16)) * scale * 0.4
    drawn = []
    for number, count in enumerate(counts):
        performer = number % PERFORMERS
        place = instruments[performer % len(INSTRUMENTS)] + performers[performer]
        walk = generator.normal(size=(count, 16)).cumsum(axis=0) * scale * 0.08
        drawn.append((place + pieces[number % PIECES] + walk).astype(np.float32))
    return drawn


def _positions(generator: np.random.Generator, latents: NDArray[np.float32]) -> NDArray[np.float32]:
    """Places on the map, float32 [shape=(n, 2)]."""
    centred = latents - latents.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    places = centred @ axes[:2].T
    noise = generator.normal(size=places.shape) * places.std() * 0.05
    return (30 * (places + noise)).astype(np.float32)
