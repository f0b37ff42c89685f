"""Which networks a recipe's encoder is made of."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from torch import Tensor

from encoders.contrast import ContrastSegmentEncoder
from encoders.models import NoteAutoencoder, SegmentAutoencoder
from errors import UserError


class SegmentModel(Protocol):
    """Ten seconds of note latents in, 16 numbers out, and back."""

    column_step: int
    hyperparameters: dict[str, Any]

    def encode(self, notes: Tensor) -> Tensor:
        """Note latents [n, 400 / column_step, 32] -> segment latents [n, 16]."""

    def decode(self, latents: Tensor) -> Tensor:
        """[n, 16] -> note latents [n, 20, 32], one each half second."""


class Architecture(NamedTuple):
    """The classes of both networks."""

    note: type[NoteAutoencoder]
    segment: type[SegmentAutoencoder] | type[ContrastSegmentEncoder]


ARCHITECTURES = {
    "paper": Architecture(NoteAutoencoder, SegmentAutoencoder),
    "contrast": Architecture(NoteAutoencoder, ContrastSegmentEncoder),
}


def architecture_of(recipe: str) -> Architecture:
    """Look up a recipe's networks.

    Raises
    ------
    UserError
        If this version does not know the recipe.
    """
    if recipe not in ARCHITECTURES:
        raise UserError(
            f"This version has no networks for encoders of the recipe {recipe!r}: update it."
        )
    return ARCHITECTURES[recipe]
