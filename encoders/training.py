"""Train both autoencoders by a recipe (paper, Sections 3.2 and 5).  Imports torch.

Stages, each resumable after any epoch::

    sample files -> normalisation -> columns [n, 501] -> note autoencoder
                 -> slices [m, 20, 501] -> note latents [m, 20, 32] -> segment autoencoder

The same samples, recipe and seed give the same weights, bit for bit, on the same
machine with the same number of threads, interrupted or not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import mse_loss

from encoders.checkpoint import derived_seed, load_checkpoint, save_checkpoint
from encoders.contrast import ContrastSegmentEncoder
from encoders.gradients import AutogradGradients, NoteGradients
from encoders.models import NoteAutoencoder, SegmentAutoencoder
from encoders.optimisation import Optimisation
from encoders.recipes import Recipe, Role
from encoders.registry import LossCurves
from encoders.sampling import read_summary
from encoders.spectrogram import Normalisation
from errors import UserError

_SAVE_EVERY_S = 30.0
_EVALUATION_BATCH = 4096


@dataclass(frozen=True)
class Sample:
    """One sampled recording: the file of :func:`encoders.sampling.sample_recording`."""

    path: Path
    role: Role


@dataclass(frozen=True)
class Progress:
    """Said after each epoch; losses are mean squared errors."""

    stage: str
    epoch: int
    epochs: int
    training: float
    validation: float | None


@dataclass(frozen=True)
class Trained:
    """What a training gives.

    Attributes
    ----------
    curves : dict
        Losses by model, kind and epoch, as :func:`encoders.registry.loss_curves` reads them.
    facts : dict
        Sizes of the training and validation data, and what the losses compare with.
    """

    note: NoteAutoencoder
    segment: SegmentAutoencoder | ContrastSegmentEncoder
    normalisation: Normalisation
    curves: LossCurves
    facts: dict[str, Any]


class Stopped(UserError):
    """The training was asked to stop; its checkpoint is written."""


@dataclass
class Run:
    """One training: where it keeps its checkpoint, whom it tells, whether it shall stop.

    Attributes
    ----------
    identity : str
        Of recordings, roles and seed; a checkpoint of another one is refused.
    """

    recipe: Recipe
    seed: int
    identity: str
    checkpoint: Path
    report: Callable[[Progress], None] = lambda progress: None
    stopped: Callable[[], bool] = lambda: False
    device: torch.device = field(default_factory=lambda: best_device())
    curves: LossCurves = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def resume(self) -> None:
        """Take up the checkpoint.

        Raises
        ------
        UserError
            If there is none, it is damaged, or it belongs to other data.
        """
        self.tensors, state = load_checkpoint(self.checkpoint)
        if state["identity"] != self.identity:
            raise UserError(
                "The interrupted training learned from other recordings or another seed, split "
                "or recipe: start again without --resume."
            )
        self.curves = state["curves"]

    def save(self, stage_tensors: dict[str, Tensor]) -> None:
        """Write the checkpoint."""
        self.tensors = self.tensors | stage_tensors
        state = {"identity": self.identity, "curves": self.curves}
        save_checkpoint(self.checkpoint, self.tensors, state)


def best_device() -> torch.device:
    """Return the graphics processor where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train(samples: Sequence[Sample], run: Run) -> Trained:
    """Train both autoencoders.

    Raises
    ------
    UserError
        If nothing can be learned from the samples: silent, or all under ten seconds.
    Stopped
        If `run.stopped` said so; the checkpoint holds all whole epochs.
    """
    with all_cores():
        return _train(samples, run)


def _train(samples: Sequence[Sample], run: Run) -> Trained:
    normalisation = normalisation_of(samples)
    columns = load_columns(samples, "training", normalisation)
    held_out = load_columns(samples, "validation", normalisation)
    note = _fit_note(run, columns.to(run.device), held_out.to(run.device))
    notes = load_slices(samples, "training", normalisation, note, run.recipe)
    notes_held_out = load_slices(samples, "validation", normalisation, note, run.recipe)
    if not len(notes):
        raise UserError(
            "No recording to learn from lasts ten seconds: add longer recordings to the library."
        )
    segment = _fit_segment(run, notes, notes_held_out)
    paper = load_slices(samples, "paper validation", normalisation, note, run.recipe)
    facts = {
        "training_columns": len(columns),
        "validation_columns": len(held_out),
        "training_slices": len(notes),
        "validation_slices": len(notes_held_out),
        "paper_validation": _loss(segment, segment.standardise(paper)) if len(paper) else None,
        **_scales(notes),
    }
    return Trained(note.cpu(), segment.cpu(), normalisation, run.curves, facts)


def _fit_note(run: Run, columns: Tensor, held_out: Tensor) -> NoteAutoencoder:
    with seeded(derived_seed(run.seed, "note", "weights")):
        model = NoteAutoencoder().to(run.device)
    optimisation = Optimisation(model, NoteGradients, run.recipe.learning_rate)
    _fit_reconstruction(run, "note", model, optimisation, columns, held_out)
    return model


def _fit_segment(run: Run, notes: Tensor, held_out: Tensor) -> SegmentAutoencoder:
    with seeded(derived_seed(run.seed, "segment", "weights")):
        model = SegmentAutoencoder(dropout=run.recipe.dropout).to(run.device)
    model.note_mean.copy_(notes.mean(dim=(0, 1)))
    model.note_scale.copy_((notes - model.note_mean).square().mean().sqrt().clamp(min=1e-6))
    steps, steps_held_out = model.standardise(notes), model.standardise(held_out)
    optimisation = Optimisation(model, AutogradGradients, run.recipe.learning_rate)
    _fit_reconstruction(run, "segment", model, optimisation, steps, steps_held_out)
    return model


def _fit_reconstruction(
    run: Run,
    stage: str,
    model: NoteAutoencoder | SegmentAutoencoder,
    optimisation: Optimisation,
    data: Tensor,
    held_out: Tensor,
) -> None:
    batch = getattr(run.recipe, f"{stage}_batch")
    working = data.to(optimisation.dtype)
    fit(
        run,
        stage,
        optimisation,
        lambda: train_epoch(optimisation, working, batch),
        lambda: _loss(model, held_out) if len(held_out) else None,
    )
    model.eval()


def fit(
    run: Run,
    stage: str,
    optimisation: Optimisation,
    epoch: Callable[[], float],
    validate: Callable[[], float | None],
) -> None:
    """Run the epochs of a stage that are still to come, with losses and checkpoints.

    Parameters
    ----------
    run : Run
    stage : str
        ``"note"`` or ``"segment"``.
    optimisation : Optimisation
    epoch : callable
        Trains for one epoch and returns the mean loss; random numbers are seeded.
    validate : callable
        Returns the loss on what is not trained on, or None where there is nothing.

    Raises
    ------
    Stopped
        If `run.stopped` said so; the checkpoint holds all whole epochs.
    """
    epochs = getattr(run.recipe, f"{stage}_epochs")
    losses = run.curves.setdefault(stage, {"training": [], "validation": []})
    if losses["training"]:
        optimisation.restore(_of_stage(run.tensors, stage))
    saved = time.monotonic()
    for number in range(len(losses["training"]), epochs):
        with seeded(derived_seed(run.seed, stage, number)):
            training = epoch()
        optimisation.write_back()
        validation = validate()
        losses["training"].append(training)
        if validation is not None:
            losses["validation"].append(validation)
        run.report(Progress(stage, number + 1, epochs, training, validation))
        stop = run.stopped()
        if stop or number + 1 == epochs or time.monotonic() - saved > _SAVE_EVERY_S:
            tensors = optimisation.tensors()
            run.save({f"{stage}.{name}": tensor for name, tensor in tensors.items()})
            saved = time.monotonic()
        if stop:
            raise Stopped(
                f"Stopped after epoch {number + 1} of {epochs} of the {stage} encoder; "
                "`musiclatentvis train --resume` goes on from there."
            )


def train_epoch(optimisation: Optimisation, data: Tensor, batch: int) -> float:
    """Take one step for each batch of shuffled rows; return the mean loss."""
    # Drawn on the CPU on every device, so that a GPU sees the batches in the same order.
    order = torch.randperm(len(data)).to(data.device)
    total = torch.zeros((), device=data.device)
    room = data.new_empty(batch, *data.shape[1:])
    for rows in order.split(batch):
        drawn = torch.index_select(data, 0, rows, out=room[: len(rows)])
        total += optimisation.step(drawn) * len(rows)
    return float(total) / len(data)


def _of_stage(tensors: dict[str, Tensor], stage: str) -> dict[str, Tensor]:
    prefix = f"{stage}."
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def _loss(model: torch.nn.Module, data: Tensor) -> float:
    model.eval()
    with torch.inference_mode():
        total = sum(
            float(mse_loss(model(part), part)) * len(part) for part in data.split(_EVALUATION_BATCH)
        )
    return total / len(data)


@contextmanager
def all_cores() -> Iterator[None]:
    """Use every core inside the block, whatever the process was set to.

    Sums over several threads are rounded in another order, so that their number has to
    be the same for a seed to give the same weights.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from one seed inside the block, and leave the process' own numbers alone."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def normalisation_of(samples: Sequence[Sample]) -> Normalisation:
    """Find the range of the recordings that are trained on.

    Raises
    ------
    UserError
        If they are silent.
    """
    # Validation pieces have no say: their levels are as unknown as their notes.
    summaries = [read_summary(one.path) for one in samples if one.role != "validation"]
    known = [summary for summary in summaries if summary is not None]
    if not known or max(summary.largest for summary in known) <= 0:
        raise UserError("The recordings are silent: there is nothing to learn from them.")
    return Normalisation.of_collection(
        min(summary.smallest for summary in known), max(summary.largest for summary in known)
    )


def load_columns(samples: Sequence[Sample], role: Role, normalisation: Normalisation) -> Tensor:
    """Normalised columns [n, 501] of the recordings that have only this role, or both.

    With the paper's split every column is trained on and none is left to validate with.
    """
    roles = {"training", "both"} if role == "training" else {"validation"}
    parts = [_read(one.path, "columns") for one in samples if one.role in roles]
    return normalisation.apply_(torch.cat(parts)) if parts else torch.zeros(0, 501)


def load_slices(
    samples: Sequence[Sample],
    purpose: str,
    normalisation: Normalisation,
    note: NoteAutoencoder,
    recipe: Recipe,
) -> Tensor:
    """Note latents [m, 20, 32] of the ten-second slices drawn for one purpose.

    ``"paper validation"`` takes the validation slices of recordings that are trained on,
    whichever the split.
    """
    roles = {
        "training": ("training", "both"),
        "validation": ("validation", "both"),
        "paper validation": ("training", "both"),
    }[purpose]
    drawn = recipe.training_slices
    device = next(note.parameters()).device
    kept = slice(drawn) if purpose == "training" else slice(drawn, None)
    parts = []
    for one in samples:
        if one.role in roles:
            slices = normalisation.apply_(_read(one.path, "slices")[kept])
            with torch.no_grad():
                parts.append(note.encode(slices.to(device)))
    return torch.cat(parts) if parts else torch.zeros(0, 20, 32, device=device)


def _read(path: Path, name: str) -> Tensor:
    with safe_open(path, framework="pt") as file:
        tensor: Tensor = file.get_tensor(name)
    return tensor


def _scales(notes: Tensor) -> dict[str, float]:
    """Give the factors that bring the segment loss to other units, for the model card.

    The loss is of standardised latents.  Times `note_variance` it is of the latents as
    they are; times `note_unit_variance`, of latents brought to [0, 1] by one min-max.
    """
    variance = float((notes - notes.mean(dim=(0, 1))).square().mean())
    extent = float(notes.max() - notes.min())
    return {"note_variance": variance, "note_unit_variance": variance / max(extent, 1e-12) ** 2}
