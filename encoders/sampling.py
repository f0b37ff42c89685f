"""What one recording gives to a training: random columns and ten-second slices.

Done by workers; only what was drawn is kept, in a small file a recording, so that the
memory of a training does not grow with the hours of music and a resumed training need
not decode again.  Draws depend on (seed, content of the file) and on nothing else: not
on the order of the files, nor on which worker does it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from analysis.segments import SEGMENT_COLUMNS
from data.decoding import decode
from data.files import write_atomically
from data.sources import Source
from encoders.encoder import COLUMN_STEP
from encoders.models import NOTES_PER_SEGMENT
from encoders.recipes import Recipe
from encoders.spectrogram import BINS, column_count, power_chunks


@dataclass(frozen=True)
class SampleSummary:
    """What is known of a sampled recording.

    Attributes
    ----------
    duration_s : float
        Seconds that were decoded.
    smallest, largest : float
        Extremes of all its magnitudes.
    """

    duration_s: float
    smallest: float
    largest: float


def sample_recording(
    audio: Source | str, sha256: str, seed: int, recipe: Recipe, target: str
) -> SampleSummary:
    """Draw the columns and slices of one recording and keep them in the file `target`.

    The file holds squared magnitudes, float32: ``columns`` [n, 501] and ``slices``
    [m, 20, 501], the `Recipe.training_slices` first.  A recording under ten seconds
    has no slices, one under 160 columns gives all its columns.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    path = Path(target)
    known = read_summary(path)
    if known is not None:
        return known
    torch.set_num_threads(1)
    samples = decode(audio).samples
    columns, starts = draw(column_count(len(samples)), sha256, seed, recipe)
    slices = starts[:, None] + COLUMN_STEP * np.arange(NOTES_PER_SEGMENT)
    wanted = np.concatenate([columns, slices.ravel()])
    picked, smallest, largest = _pick(samples, wanted)
    summary = SampleSummary(len(samples) / 20_000, smallest, largest)
    tensors = {
        "columns": picked[: len(columns)],
        "slices": picked[len(columns) :].reshape(-1, NOTES_PER_SEGMENT, BINS),
    }
    write_atomically(path, save(tensors, {"summary": json.dumps(asdict(summary))}))
    return summary


def draw(
    n_columns: int, sha256: str, seed: int, recipe: Recipe
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw columns and first columns of slices for a recording of `n_columns`.

    Returns
    -------
    columns : int64 [shape=(min(160, n_columns),)]
        Without repeats, sorted.
    starts : int64 [shape=(25,) or (0,)]
    """
    generator = np.random.default_rng([seed, int(sha256, 16)])
    count = min(recipe.columns, n_columns)
    columns = np.sort(generator.choice(n_columns, count, replace=False))
    slices = recipe.training_slices + recipe.validation_slices
    if n_columns < SEGMENT_COLUMNS:
        slices = 0
    starts = generator.integers(0, max(1, n_columns - SEGMENT_COLUMNS + 1), slices)
    return columns, starts


def read_summary(path: Path) -> SampleSummary | None:
    """Read the summary of a sample file; None where there is no readable one."""
    try:
        with safe_open(path, framework="numpy") as file:
            return SampleSummary(**json.loads(file.metadata()["summary"]))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None


def _pick(
    samples: NDArray[np.float32], wanted: NDArray[np.int64]
) -> tuple[NDArray[np.float32], float, float]:
    """Squared magnitudes of some columns, and the extreme magnitudes of all."""
    picked = np.empty((len(wanted), BINS), np.float32)
    smallest, largest, first = np.inf, 0.0, 0
    for power in power_chunks(samples):
        here = np.flatnonzero((wanted >= first) & (wanted < first + len(power)))
        picked[here] = power.numpy()[wanted[here] - first]
        smallest = min(smallest, float(power.min()) ** 0.5)
        largest = max(largest, float(power.max()) ** 0.5)
        first += len(power)
    return picked, smallest if first else 0.0, largest
