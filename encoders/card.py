"""Write a trained encoder's folder: weights, description, loss curves, model card."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from data.files import temporary_prefix
from encoders.encoder import encoder_id
from encoders.registry import FORMAT, LossCurves
from encoders.training import Trained

PAPER_SEGMENT_LOSS = 0.00210

_INTRODUCTIONS = {
    "paper": """\
Two autoencoders by the recipe `paper` of "Visual Exploration of Latent Space for
Traditional Chinese Music" (Sections 3.2 and 5). A spectrogram column of 25 ms becomes 32
numbers (*note latent*), ten seconds become 16 (*segment latent*).
""",
    "contrast": """\
Two networks by the recipe `contrast` (docs/adr/0014-contrast-recipe.md), trained without labels.
A spectrogram column of 25 ms becomes 32 numbers (*note latent*: pitch, loudness, timbre),
ten seconds become 16 (*segment latent*, of length 1: 12 for the sound, 4 for the melody).
Two stretches of one recording are to lie close, those of other recordings apart.
""",
}

_DATA = """\
# {id}

{introduction}
## Data

{hours:.1f} hours, {recordings} recordings, {pieces} pieces, {performers} performers,
{instruments} instruments.
{origin}

{split_text}

Spectrogram: 20 kHz mono, Hann window 500, 501 bins, hop 500; natural logarithm of
magnitudes between {floor:.3g} (80 dB under the loudest) and {largest:.4g}, min-max to [0, 1].

"""

_TRAININGS = {
    "paper": """\
## Training

Seed {seed}; Adam, {learning_rate}; note autoencoder {note_epochs} epochs in batches of
{note_batch} over {training_columns} columns; segment autoencoder {segment_epochs} epochs in
batches of {segment_batch} over {training_slices} slices, dropout {dropout}.
torch {torch_version} on {device}.

## Losses (mean squared error, last epoch; all epochs are in `losses.csv`)

| model | unit | training | validation |
| --- | --- | --- | --- |
{loss_rows}

The training loss of the segment autoencoder is taken with dropout, the validation loss
without. A standardised unit of 1.0 is what always answering the mean would give. The
paper reports {paper_loss} for its segment autoencoder without naming the unit of its note
latents, so that only the row in [0, 1] can be held beside it, with care.
{comparison}
""",
    "contrast": """\
## Training

Seed {seed}; Adam, {learning_rate}; note autoencoder {note_epochs} epochs in batches of
{note_batch} over {training_columns} columns; segment encoder {segment_epochs} epochs of 50
batches of 48 recordings, four stretches each, dropout {dropout}, weight decay 0.01.
torch {torch_version} on {device}.

## Losses (last epoch; all epochs are in `losses.csv`)

| model | loss | training | validation |
| --- | --- | --- | --- |
{loss_rows}

The mean squared error of the drawn columns, in [0, 1], is {drawing_text} on the validation pieces.
""",
}

_LIMITS = """
## Limits

Trained as said above and on nothing else: sounds that are far from it (voices, noise,
other instruments) are mapped to what is nearest. Latents of two encoders cannot be
compared. {names_text}
"""
_NAMES = {
    "paper": "The learned dimensions have no names.",
    "contrast": "Dimensions 0 to 11 are about the sound, 12 to 15 about the melody.",
}


def write_encoder(parent: Path, trained: Trained, training: dict[str, Any]) -> Path:
    """Write the folder ``parent/<id>`` in one step.

    Parameters
    ----------
    parent : Path
    trained : Trained
    training : dict
        How it was trained: recipe (dict), seed, split, hours, recordings, pieces,
        performers, instruments, device; kept in encoder.json and told in the card.

    Returns
    -------
    folder : Path
    """
    parameters = {
        "note": trained.note.hyperparameters,
        "segment": trained.segment.hyperparameters,
    }
    normalisation = trained.normalisation.to_dict()
    recipe = training["recipe"]["name"]
    weights = {f"note.{name}": value for name, value in trained.note.state_dict().items()}
    weights |= {f"segment.{name}": value for name, value in trained.segment.state_dict().items()}
    name = encoder_id(recipe, parameters | {"normalisation": normalisation}, weights)
    description = {
        "format": FORMAT,
        "id": name,
        "recipe": recipe,
        "parameters": parameters,
        "normalisation": normalisation,
        "training": training | trained.facts | {"losses": _last(trained.curves)},
    }
    parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=temporary_prefix(name), dir=parent))
    try:
        save_file(trained.note.state_dict(), partial / "note.safetensors")
        save_file(trained.segment.state_dict(), partial / "segment.safetensors")
        _write(partial / "encoder.json", json.dumps(description, indent=2, ensure_ascii=False))
        _write(partial / "losses.csv", losses_csv(trained.curves))
        _write(partial / "MODEL_CARD.md", model_card(description))
        for file in partial.iterdir():
            with file.open("rb") as written:
                os.fsync(written.fileno())
            file.chmod(0o644)
        partial.chmod(0o755)
        target = parent / name
        if target.exists():
            shutil.rmtree(target)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def losses_csv(curves: LossCurves) -> str:
    """Write loss curves as CSV: model, epoch (from 1), training, validation."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["model", "epoch", "training", "validation"])
    for model, kinds in curves.items():
        validation: list[float | None] = [*kinds["validation"]] or [None] * len(kinds["training"])
        for epoch, losses in enumerate(zip(kinds["training"], validation, strict=True), start=1):
            writer.writerow([model, epoch, *("" if x is None else f"{x:.8g}" for x in losses)])
    return text.getvalue()


def model_card(description: dict[str, Any]) -> str:
    """Tell people how an encoder was made, from its description."""
    training = description["training"]
    normalisation = description["normalisation"]
    recipe = description["recipe"]
    values = {
        **training["recipe"],
        **training,
        "id": description["id"],
        "recipe": recipe,
        "introduction": _INTRODUCTIONS[recipe],
        "names_text": _NAMES[recipe],
        "floor": normalisation["floor"],
        "largest": 2.718281828459045 ** normalisation["maximum"],
        "torch_version": torch.__version__,
        "split_text": _split_text(training),
        "loss_rows": "\n".join(_LOSS_ROWS[recipe](training)),
        "paper_loss": f"{PAPER_SEGMENT_LOSS:.5f}",
        "comparison": _comparison(training) if recipe == "paper" else "",
        "drawing_text": _number(training.get("drawing"), 1.0),
    }
    return (_DATA + _TRAININGS[recipe] + _LIMITS).format(**values)


def _split_text(training: dict[str, Any]) -> str:
    if training["split"] == "paper":
        return (
            "Split as in the paper: every recording is trained on and validated with, from "
            "different random slices."
        )
    return (
        f"Split by piece: {training['validation_pieces']} pieces "
        f"({training['validation_recordings']} recordings)\nwere kept for validation and never "
        "trained on, whoever plays them."
    )


def _paper_losses(training: dict[str, Any]) -> list[str]:
    losses = training["losses"]
    units = [
        ("note", "spectrogram in [0, 1]", 1.0),
        ("segment", "note latents, standardised", 1.0),
        ("segment", "note latents as they are", training["note_variance"]),
        ("segment", "note latents in [0, 1]", training["note_unit_variance"]),
    ]
    return [_loss_row(losses, model, unit, factor) for model, unit, factor in units]


def _contrast_losses(training: dict[str, Any]) -> list[str]:
    losses = training["losses"]
    return [
        _loss_row(losses, "note", "features, standardised, and 20 x drawing", 1.0),
        _loss_row(losses, "segment", "contrast of sound and of melody, and drawing", 1.0),
    ]


_LOSS_ROWS = {"paper": _paper_losses, "contrast": _contrast_losses}


def _loss_row(losses: dict[str, Any], model: str, unit: str, factor: float) -> str:
    training, validation = (
        _number(losses[model][kind], factor) for kind in ("training", "validation")
    )
    return f"| {model} | {unit} | {training} | {validation} |"


def _comparison(training: dict[str, Any]) -> str:
    loss = training["paper_validation"]
    if training["split"] == "paper" or loss is None:
        return ""
    return (
        "\nThe paper validates with other slices of the recordings it trained on. On such slices"
        f"\nthe segment autoencoder's loss is {loss:.5f} standardised, "
        f"{loss * training['note_unit_variance']:.5f} in [0, 1].\n"
    )


def _number(loss: float | None, factor: float) -> str:
    return "-" if loss is None else f"{loss * factor:.5f}"


def _last(curves: LossCurves) -> dict[str, dict[str, float | None]]:
    return {
        model: {kind: values[-1] if values else None for kind, values in kinds.items()}
        for model, kinds in curves.items()
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
