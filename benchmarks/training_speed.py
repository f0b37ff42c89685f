"""Time of a training by the paper's recipe, beside a plain DataLoader loop.

Both train the same networks on the same samples with the same batches and optimizer
settings; epochs of each are timed in turn and scaled to the recipe's 500 and 300. There
are as many columns and slices as the paper has (324 recordings), real ones repeated.

* *plain*: ``DataLoader(TensorDataset(...), shuffle=True)``, float32, autograd and ``Adam``
  as torch's tutorials write it;
* *this project*: :func:`encoders.training.train_epoch`, which multiplies in bfloat16 where
  the processor does so natively. Both end at the same loss, which is printed too.

Gate: the project is at least 2 times as fast.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

from data.catalogue import Recording
from data.files import sha256_of
from encoders.gradients import AutogradGradients, NoteGradients
from encoders.models import NoteAutoencoder, SegmentAutoencoder
from encoders.optimisation import Optimisation, product_dtype
from encoders.recipes import RECIPES, Role
from encoders.training import (
    all_cores,
    load_columns,
    load_slices,
    normalisation_of,
    train_epoch,
)
from jobs.engine import Engine
from jobs.training import sample
from settings import Settings

GATE = 2.0
PAPER_RECORDINGS = 324
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo" / "recordings"
RECIPE = RECIPES["paper"]


class Timed(NamedTuple):
    """Seconds of the fastest epoch, and the loss after all of them."""

    seconds: float
    loss: float


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
    model: nn.Module, make_gradients: Any, data: Tensor, batch: int
) -> Callable[[], None]:
    """Prepare an epoch as `musiclatentvis train` runs it."""
    optimisation = Optimisation(model, make_gradients, RECIPE.learning_rate)
    working = data.to(optimisation.dtype)

    def epoch() -> None:
        with all_cores():
            train_epoch(optimisation, working, batch)
        optimisation.write_back()

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


def compare(columns: Tensor, steps: Tensor, repeats: int) -> dict[str, dict[str, Timed]]:
    """Time an epoch of each contender on each autoencoder."""
    of_torch = SegmentAutoencoder(dropout=RECIPE.dropout)
    of_torch.add_module("dropout", nn.Dropout(RECIPE.dropout))
    ours = SegmentAutoencoder(dropout=RECIPE.dropout)
    stages = (
        ("note", NoteAutoencoder(), NoteAutoencoder(), NoteGradients, columns, RECIPE.note_batch),
        ("segment", of_torch, ours, AutogradGradients, steps, RECIPE.segment_batch),
    )
    timed = {}
    for stage, plain, mine, make_gradients, data, batch in stages:
        mine.load_state_dict(plain.state_dict())
        contenders = {
            "plain": plain_epoch(plain, data, batch),
            "this project": our_epoch(mine, make_gradients, data, batch),
        }
        seconds = best_seconds(contenders, repeats)
        models = {"plain": plain, "this project": mine}
        timed[stage] = {
            name: Timed(seconds[name], reconstruction_loss(models[name], data)) for name in models
        }
    return timed


def reconstruction_loss(model: nn.Module, data: Tensor) -> float:
    """Mean squared error without dropout, float32, on some of the rows."""
    model.eval()
    with torch.inference_mode():
        return float(mse_loss(model(data[:4096]), data[:4096]))


def repeated(rows: Tensor, count: int) -> Tensor:
    """Rows over and over until there are `count`."""
    return rows.repeat(-(-count // len(rows)), *[1] * (rows.dim() - 1))[:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEMO, help="folder of Ogg files")
    parser.add_argument("--repeats", type=int, default=5, help="epochs timed; the best counts")
    arguments = parser.parse_args()
    columns, steps = load(arguments.folder.resolve())
    columns = repeated(columns, PAPER_RECORDINGS * RECIPE.columns)
    steps = repeated(steps, PAPER_RECORDINGS * RECIPE.training_slices)
    timed = compare(columns, steps, arguments.repeats)
    epochs = {"note": RECIPE.note_epochs, "segment": RECIPE.segment_epochs}
    total = dict.fromkeys(("plain", "this project"), 0.0)
    dtype = str(product_dtype(columns.device)).removeprefix("torch.")
    print(f"{len(columns):,} columns, {len(steps):,} slices; this project multiplies in {dtype}")
    print(f"{'seconds an epoch':20}{'plain':>12}{'this project':>14}{'times':>8}{'losses':>20}")
    for stage, of in timed.items():
        plain, ours = of["plain"], of["this project"]
        ratio = plain.seconds / ours.seconds
        losses = f"{plain.loss:.5f}, {ours.loss:.5f}"
        print(f"{stage:20}{plain.seconds:12.3f}{ours.seconds:14.3f}{ratio:8.2f}{losses:>20}")
        for name in total:
            total[name] += of[name].seconds * epochs[stage]
    ratio = total["plain"] / total["this project"]
    print(f"{'recipe, seconds':20}{total['plain']:12.0f}{total['this project']:14.0f}{ratio:8.2f}")
    print(f"gate {GATE:.2f}")
    return 0 if ratio >= GATE else 1


if __name__ == "__main__":
    sys.exit(main())
