"""Time of a training by the paper's recipe, beside a plain DataLoader loop.

Both train the same networks on the same samples with the same batches and optimizer
settings; epochs of each are timed in turn and scaled to the recipe's 500 and 300.

* *plain*: ``DataLoader(TensorDataset(...), shuffle=True)``, ``nn.LSTM``, autograd and
  ``Adam`` as torch's tutorials write it, torch's own number of threads;
* *this project*: :func:`encoders.training.train_epoch`.

Gate: the project is at least 2 times as fast.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

from data.catalogue import Recording
from data.files import sha256_of
from encoders.gradients import BatchGradients, NoteHalf
from encoders.lstm_gradients import SegmentHalf
from encoders.models import NoteAutoencoder, SegmentAutoencoder
from encoders.recipes import RECIPES, Role
from encoders.training import (
    divided_cores,
    load_columns,
    load_slices,
    normalisation_of,
    train_epoch,
)
from jobs.engine import Engine
from jobs.training import sample
from settings import Settings

GATE = 2.0
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo" / "recordings"
RECIPE = RECIPES["paper"]


def load(folder: Path) -> tuple[Tensor, Tensor]:
    """Training columns [n, 501] and standardised steps [m, 4, 160] of a folder's recordings."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in {".ogg", ".opus"}]
    recordings = [
        Recording(root=str(file.parent), path=file.name, sha256=sha256_of(file)) for file in files
    ]
    with tempfile.TemporaryDirectory() as scratch, Engine(Settings()) as engine:
        roles: list[Role] = ["training" for _ in recordings]
        samples, _ = sample(recordings, roles, engine, RECIPE, 0, Path(scratch), False)
        normalisation = normalisation_of(samples)
        columns = load_columns(samples, "training", normalisation)
        # How the notes were learned makes no difference to the time that segments take.
        notes = load_slices(samples, "training", normalisation, NoteAutoencoder(), RECIPE)
    model = SegmentAutoencoder()
    model.note_mean.copy_(notes.mean(dim=(0, 1)))
    model.note_scale.copy_(notes.std())
    return columns, model.standardise(notes).detach()


def plain_epoch(model: nn.Module, data: Tensor, batch: int) -> Callable[[], None]:
    """Prepare an epoch as torch's tutorials write it."""
    optimizer = Adam(model.parameters(), lr=RECIPE.learning_rate)
    loader = DataLoader(TensorDataset(data), batch_size=batch, shuffle=True)
    model.train()

    def epoch() -> None:
        for (rows,) in loader:
            optimizer.zero_grad()
            mse_loss(model(rows), rows).backward()
            optimizer.step()

    return epoch


def our_epoch(
    model: nn.Module, gradients: BatchGradients, data: Tensor, batch: int
) -> Callable[[], None]:
    """Prepare an epoch as `musiclatentvis train` runs it."""
    optimizer = Adam(model.parameters(), lr=RECIPE.learning_rate, fused=True)

    def epoch() -> None:
        with divided_cores():
            train_epoch(model, gradients, optimizer, data, batch)

    return epoch


def best_seconds(contenders: dict[str, Callable[[], None]], repeats: int) -> dict[str, float]:
    """Shortest time of each over rounds that alternate between them, after a warm-up."""
    best = dict.fromkeys(contenders, float("inf"))
    for number in range(repeats + 1):
        for name, epoch in contenders.items():
            start = time.perf_counter()
            epoch()
            if number:
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def compare(columns: Tensor, steps: Tensor, repeats: int) -> dict[str, dict[str, float]]:
    """Seconds of an epoch by autoencoder and contender."""
    note, segment = NoteAutoencoder(), SegmentAutoencoder(dropout=RECIPE.dropout)
    stages: dict[str, tuple[nn.Module, nn.Module, Any, Tensor, int]] = {
        "note": (note, NoteAutoencoder(), NoteHalf, columns, RECIPE.note_batch),
        "segment": (
            segment,
            SegmentAutoencoder(dropout=RECIPE.dropout),
            SegmentHalf,
            steps,
            RECIPE.segment_batch,
        ),
    }
    seconds = {}
    for stage, (ours, plain, half, data, batch) in stages.items():
        with BatchGradients(ours, half) as gradients:
            contenders = {
                "plain": plain_epoch(plain, data, batch),
                "this project": our_epoch(ours, gradients, data, batch),
            }
            seconds[stage] = best_seconds(contenders, repeats)
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEMO, help="folder of Ogg files")
    parser.add_argument("--repeats", type=int, default=5, help="epochs timed; the best counts")
    arguments = parser.parse_args()
    columns, steps = load(arguments.folder.resolve())
    seconds = compare(columns, steps, arguments.repeats)
    epochs = {"note": RECIPE.note_epochs, "segment": RECIPE.segment_epochs}
    total = dict.fromkeys(("plain", "this project"), 0.0)
    print(f"{len(columns)} columns, {len(steps)} slices, {torch.get_num_threads()} threads")
    print(f"{'seconds an epoch':20}{'plain':>12}{'this project':>14}{'times':>8}")
    for stage, of in seconds.items():
        plain, ours = of["plain"], of["this project"]
        print(f"{stage:20}{plain:12.3f}{ours:14.3f}{plain / ours:8.2f}")
        for name in total:
            total[name] += of[name] * epochs[stage]
    ratio = total["plain"] / total["this project"]
    print(f"{'recipe, seconds':20}{total['plain']:12.0f}{total['this project']:14.0f}{ratio:8.2f}")
    print(f"gate {GATE:.2f}")
    return 0 if ratio >= GATE else 1


if __name__ == "__main__":
    sys.exit(main())
