"""Train the networks of the recipe ``contrast``, without labels.  Imports torch.

Stages, each resumable after any epoch::

    sample files -> normalisation -> columns [n, 501] beside their features [n, 32]
                 -> note autoencoder
    note latents of every recording (workers) -> features of stretches of ten seconds
                 -> segment encoder: stretches of one recording close, others apart
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from analysis.segments import SEGMENT_COLUMNS
from data.decoding import decode
from data.files import write_atomically
from data.sources import Source
from encoders.checkpoint import derived_seed
from encoders.column_features import column_features
from encoders.contrast import ContrastSegmentEncoder, segment_statistics
from encoders.models import NOTE_DIMENSIONS, NOTES_PER_SEGMENT, NoteAutoencoder
from encoders.optimisation import Optimisation
from encoders.spectrogram import BINS, Normalisation, power_chunks
from encoders.training import (
    Run,
    Sample,
    all_cores,
    fit,
    load_columns,
    normalisation_of,
    seeded,
    train_epoch,
)
from errors import UserError

HIDDEN = 192
# The features, in units of their deviation, against the drawing of the column.
_DRAWING_WEIGHT = 20.0
STRETCH_HOP = 200  # columns from one stretch of a recording to the next
STRETCHES_TOGETHER = 4
RECORDINGS_TOGETHER = 48
STEPS_AN_EPOCH = 50
TEMPERATURE = 0.2
WEIGHT_DECAY = 0.01


@dataclass(frozen=True)
class Stretches:
    """Stretches of ten seconds of some recordings.

    Attributes
    ----------
    rows : float32 [shape=(n, f + 640)]
        Standardised features, then the 20 note latents to be drawn from them.
    recording : int64 [shape=(n,)]
        Ascending.
    """

    rows: Tensor
    recording: Tensor

    def draw(self) -> Tensor:
        """Rows of a batch: groups of four of one recording, of up to 48 recordings."""
        names, first, counts = self._recordings
        chosen = torch.randperm(len(names))[:RECORDINGS_TOGETHER]
        within = torch.rand(len(chosen), STRETCHES_TOGETHER) * counts[chosen, None]
        return self.rows[(first[chosen, None] + within.long()).flatten()]

    @property
    def _recordings(self) -> tuple[Tensor, Tensor, Tensor]:
        names, counts = self.recording.unique_consecutive(return_counts=True)
        return names, counts.cumsum(0) - counts, counts


def fit_note(samples: Sequence[Sample], run: Run) -> tuple[NoteAutoencoder, Normalisation]:
    """Train the note autoencoder to describe columns and to draw them from the description.

    Raises
    ------
    UserError
        If the recordings are silent.
    Stopped
        If `run.stopped` said so.
    """
    with all_cores():
        normalisation = normalisation_of(samples)
        columns = _described(load_columns(samples, "training", normalisation), normalisation)
        held_out = _described(load_columns(samples, "validation", normalisation), normalisation)
        with seeded(derived_seed(run.seed, "note", "weights")):
            model = NoteAutoencoder(hidden=HIDDEN)
        scale = columns[:, BINS:].std(dim=0).clamp(min=1e-3)
        optimisation = Optimisation(
            model, lambda working: DescribingGradients(working, scale), run.recipe.learning_rate
        )
        data = columns.to(optimisation.dtype)
        fit(
            run,
            "note",
            optimisation,
            lambda: train_epoch(optimisation, data, run.recipe.note_batch),
            lambda: _describing_validation(model, held_out, scale),
        )
    return model.eval(), normalisation


def _describing_validation(model: NoteAutoencoder, held_out: Tensor, scale: Tensor) -> float | None:
    if not len(held_out):
        return None
    with torch.inference_mode():
        return float(describing_loss(model, held_out, scale))


class DescribingGradients:
    """Gradients of :func:`describing_loss` by autograd."""

    def __init__(self, model: nn.Module, scale: Tensor) -> None:
        assert isinstance(model, NoteAutoencoder)
        self._model = model
        self._scale = scale.to(next(model.parameters()).dtype)

    def fill(self, batch: Tensor) -> Tensor:
        """Overwrite the gradients; returns the loss."""
        return _backward(self._model, describing_loss(self._model, batch, self._scale))


def describing_loss(model: NoteAutoencoder, described: Tensor, scale: Tensor) -> Tensor:
    """How far note latents are from the features, and the drawing from the column.

    Parameters
    ----------
    model : NoteAutoencoder
    described : [shape=(n, 501 + 32)]
        Columns and their features.
    scale : [shape=(32,)]
        Deviation of each feature.
    """
    columns, features = described.split([BINS, NOTE_DIMENSIONS], dim=1)
    latents = model.encode(columns)
    drawn = model.decode(latents)
    return ((latents - features) / scale).float().square().mean() + _DRAWING_WEIGHT * mse_loss(
        drawn.float(), columns.float()
    )


def keep_stretches(
    audio: Source | str, model_file: str, hidden: int, normalisation: dict[str, float], target: str
) -> None:
    """Write the features and note latents of a recording's stretches; runs in a worker.

    Parameters
    ----------
    audio : Source or str
    model_file : str
        Weights of the note autoencoder, safetensors.
    hidden : int
    normalisation : dict
    target : str
        Gets ``features`` [n, f] and ``notes`` [n, 640]; n is 0 under ten seconds.

    Raises
    ------
    UserError
        If the file cannot be decoded.
    """
    torch.set_num_threads(1)
    if Path(target).exists():
        return
    model = NoteAutoencoder(hidden=hidden)
    model.load_state_dict(load_file(model_file))
    scale = Normalisation(**normalisation)
    with torch.inference_mode():
        pieces = [model.encode(scale.apply_(p)) for p in power_chunks(decode(audio).samples)]
        notes = torch.cat([*pieces, torch.zeros(0, NOTE_DIMENSIONS)]).half().float()
        starts = range(0, len(notes) - SEGMENT_COLUMNS + 1, STRETCH_HOP)
        stretches = torch.stack(
            [notes[start : start + SEGMENT_COLUMNS] for start in starts]
            or [torch.zeros(SEGMENT_COLUMNS, NOTE_DIMENSIONS)]
        )[: len(starts)]
        step = SEGMENT_COLUMNS // NOTES_PER_SEGMENT
        tensors = {
            "features": segment_statistics(stretches),
            "notes": stretches[:, ::step].flatten(1).contiguous(),
        }
    write_atomically(Path(target), save(tensors))


def fit_segment(
    training: Sequence[Path], held_out: Sequence[Path], run: Run
) -> ContrastSegmentEncoder:
    """Train the segment encoder on the files of :func:`keep_stretches`.

    Raises
    ------
    UserError
        If no recording lasts ten seconds, or there is only one.
    Stopped
        If `run.stopped` said so.
    """
    with all_cores():
        parts = [load_file(path) for path in training]
        parts = [part for part in parts if len(part["features"])]
        if len(parts) < 2:
            raise UserError(
                "Two recordings of ten seconds or more are needed to learn what tells them "
                "apart: add longer recordings to the library."
            )
        features = torch.cat([part["features"] for part in parts])
        with seeded(derived_seed(run.seed, "segment", "weights")):
            model = ContrastSegmentEncoder()
        model.feature_mean.copy_(features.mean(dim=0))
        model.feature_scale.copy_(features.std(dim=0).clamp(min=1e-4))
        stretches = _stretches(model, parts)
        unknown = [part for path in held_out if len((part := load_file(path))["features"])]
        validation = _stretches(model, unknown) if len(unknown) > 1 else None
        optimisation = Optimisation(
            model,
            ContrastGradients,
            run.recipe.learning_rate,
            dtype=torch.float32,
            weight_decay=WEIGHT_DECAY,
        )

        def epoch() -> float:
            losses = [float(optimisation.step(stretches.draw())) for _ in range(STEPS_AN_EPOCH)]
            return float(np.mean(losses))

        def validate() -> float | None:
            return None if validation is None else _validation_loss(model, validation)

        fit(run, "segment", optimisation, epoch, validate)
    return model.eval()


def facts(
    samples: Sequence[Sample], normalisation: Normalisation, note: NoteAutoencoder
) -> dict[str, Any]:
    """Sizes of the data, and how well unknown columns are drawn, for the model card."""
    columns = load_columns(samples, "training", normalisation)
    held_out = load_columns(samples, "validation", normalisation)
    drawing = None
    if len(held_out):
        with torch.inference_mode():
            drawing = float(mse_loss(note(held_out), held_out))
    return {
        "training_columns": len(columns),
        "validation_columns": len(held_out),
        "drawing": drawing,
    }


class ContrastGradients:
    """Gradients of :func:`contrast_loss` by autograd."""

    def __init__(self, model: nn.Module) -> None:
        assert isinstance(model, ContrastSegmentEncoder)
        self._model = model

    def fill(self, batch: Tensor) -> Tensor:
        """Overwrite the gradients; returns the loss."""
        return _backward(self._model, contrast_loss(self._model, batch))


def contrast_loss(model: ContrastSegmentEncoder, batch: Tensor) -> Tensor:
    """Stretches of one recording are to be closer than those of others.

    The decoder learns beside it and has no say in what the latents are.

    Parameters
    ----------
    model : ContrastSegmentEncoder
    batch : float32 [shape=(4 * recordings, f + 640)]
        Groups of four rows of one recording, as :meth:`Stretches.draw` gives them.
    """
    features, notes = batch.split([batch.shape[1] - _NOTES, _NOTES], dim=1)
    sound, melody = model.heads(features)
    drawn = model.decode(model.join(sound, melody).detach()).flatten(1)
    return _contrast(sound) + _contrast(melody) + mse_loss(drawn, notes)


_NOTES = NOTES_PER_SEGMENT * NOTE_DIMENSIONS


def _contrast(latents: Tensor) -> Tensor:
    """Supervised contrastive loss (Khosla et al., 2020), with recordings for classes."""
    count = len(latents)
    group = torch.arange(count) // STRETCHES_TOGETHER
    itself = torch.eye(count, dtype=torch.bool)
    likeness = (latents @ latents.t() / TEMPERATURE).masked_fill(itself, -torch.inf)
    logarithm = likeness - likeness.logsumexp(dim=1, keepdim=True)
    same = (group[:, None] == group) & ~itself
    return -logarithm[same].mean()


def _validation_loss(model: ContrastSegmentEncoder, stretches: Stretches) -> float:
    """The loss on the same few batches of unknown recordings each time."""
    model.eval()
    with torch.inference_mode(), seeded(0):
        losses = [float(contrast_loss(model, stretches.draw())) for _ in range(8)]
    return float(np.mean(losses))


def _stretches(model: ContrastSegmentEncoder, parts: list[dict[str, Tensor]]) -> Stretches:
    rows = [torch.cat([model.standardise(p["features"]), p["notes"]], dim=1) for p in parts]
    counts = torch.tensor([len(part) for part in rows])
    return Stretches(torch.cat(rows), torch.arange(len(parts)).repeat_interleave(counts))


def _described(columns: Tensor, normalisation: Normalisation) -> Tensor:
    """Columns [n, 501] beside their features [n, 32]."""
    features = [column_features(part, normalisation) for part in columns.split(4096)]
    return torch.cat([columns, torch.cat([*features, torch.zeros(0, NOTE_DIMENSIONS)])], dim=1)


def _backward(model: nn.Module, loss: Tensor) -> Tensor:
    for parameter in model.parameters():
        assert parameter.grad is not None
        parameter.grad.zero_()
    loss.backward()
    return loss.detach()
