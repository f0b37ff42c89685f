"""What a training consists of, and which recordings it may learn from.  No torch here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from errors import UsageError

Role = Literal["training", "validation", "both"]
SPLITS = ("piece", "paper")
VALIDATION_SHARE = 0.2  # the paper's 1620 validation slices of 8100 (Section 5)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides on a training but the data and the seed (paper, Section 5).

    Attributes
    ----------
    columns : int
        Random spectrogram columns of each recording for the note autoencoder.
    training_slices, validation_slices : int
        Random ten-second slices of each recording for the segment autoencoder.
    note_batch, segment_batch, note_epochs, segment_epochs : int
    learning_rate : float
        Of Adam, for both.
    dropout : float
        Between the LSTM layers.
    """

    name: str
    columns: int = 160
    training_slices: int = 20
    validation_slices: int = 5
    note_batch: int = 512
    note_epochs: int = 500
    segment_batch: int = 128
    segment_epochs: int = 300
    learning_rate: float = 1e-3
    dropout: float = 0.5

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for encoder.json."""
        return asdict(self)


RECIPES = {
    "paper": Recipe("paper"),
    # Ten-second slices are not drawn beforehand: whole recordings are read.
    "contrast": Recipe(
        "contrast",
        columns=400,
        training_slices=0,
        validation_slices=0,
        note_epochs=60,
        segment_batch=192,
        segment_epochs=30,
        dropout=0.2,
    ),
}


def recipe_named(name: str, epochs: int | None = None) -> Recipe:
    """Return a recipe, shortened or lengthened to `epochs` of the note autoencoder.

    The segment encoder's epochs keep the recipe's proportion (300 to 500 in the paper's).

    Raises
    ------
    UsageError
        If there is no such recipe, or `epochs` is not positive.
    """
    if name not in RECIPES:
        raise UsageError(f"There is no recipe {name!r}; there are: {', '.join(RECIPES)}.")
    recipe = RECIPES[name]
    if epochs is None:
        return recipe
    if epochs < 1:
        raise UsageError(f"--epochs must be at least 1, not {epochs}.")
    shorter = max(1, round(epochs * recipe.segment_epochs / recipe.note_epochs))
    return Recipe(**recipe.to_dict() | {"note_epochs": epochs, "segment_epochs": shorter})


def assign_roles(titles: Sequence[str], split: str, seed: int) -> list[Role]:
    """Decide for each recording whether it is learned from.

    ``"piece"`` keeps whole pieces apart: every recording of a title, whoever plays it,
    is on one side, and at least a fifth of the recordings are for validation.  Which
    titles depends on `seed` and the titles alone, not on their order.  ``"paper"`` uses
    every recording for both, from different random slices: its validation loss tells
    less, since neighbours of each slice were trained on.

    Parameters
    ----------
    titles : sequence of str
        The piece of each recording.
    split : str
        ``"piece"`` or ``"paper"``.
    seed : int

    Returns
    -------
    roles : list of str
        All ``"training"`` where there is only one piece.

    Raises
    ------
    UsageError
        If `split` is neither.
    """
    if split not in SPLITS:
        raise UsageError(f"There is no split {split!r}; there are: {', '.join(SPLITS)}.")
    if split == "paper":
        return ["both"] * len(titles)
    pieces = [title.strip().casefold() for title in titles]
    held_out: set[str] = set()
    for piece in _shuffled(set(pieces), seed)[:-1]:
        if sum(one in held_out for one in pieces) >= VALIDATION_SHARE * len(pieces):
            break
        held_out.add(piece)
    return ["validation" if piece in held_out else "training" for piece in pieces]


def _shuffled(pieces: set[str], seed: int) -> list[str]:
    return sorted(pieces, key=lambda piece: hashlib.sha256(f"{seed}:{piece}".encode()).digest())
