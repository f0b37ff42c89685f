"""The networks of the recipe ``contrast``: the paper's sizes, other objectives.

::

    column 501 -> 192 -> [32 note latent: chroma, height, loudness, timbre] -> 192 -> 501
    10 s: 400 note latents
          timbre and loudness: mean, deviation, how they move    -> 256 -> 12 }
          melody: intervals between notes, whatever the key      -> 128 ->  4 } segment latent
          the latent -> 256 -> 20 note latents, one each half second

The note latent is trained to be :mod:`encoders.column_features` and to draw the column
again.  The segment latent is trained without labels: two stretches of one recording are
to lie close, those of other recordings apart (docs/adr/0014-contrast-recipe.md).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from encoders.column_features import CHROMA
from encoders.intervals import MELODY_FEATURES, melody_features
from encoders.models import (
    NEGATIVE_SLOPE,
    NOTE_DIMENSIONS,
    NOTES_PER_SEGMENT,
    SEGMENT_DIMENSIONS,
)

MELODY_DIMENSIONS = 4
_UNPITCHED = NOTE_DIMENSIONS - CHROMA.stop
SOUND_FEATURES = 4 * _UNPITCHED


class ContrastSegmentEncoder(nn.Module):
    """Ten seconds of note latents to 16 numbers of length 1, and back to 20 note latents.

    Parameters
    ----------
    hidden : int
    dropout : float
        Of the hidden layers, while training.
    melody_weight : float
        How far the melody moves a segment, beside its sound: figures in the ADR.
    """

    #: Every column of ten seconds is read.
    column_step = 1

    feature_mean: Tensor
    feature_scale: Tensor

    def __init__(self, hidden: int = 256, dropout: float = 0.2, melody_weight: float = 0.3) -> None:
        super().__init__()
        self.hyperparameters = {
            "hidden": hidden,
            "dropout": dropout,
            "melody_weight": melody_weight,
        }
        self.melody_weight = melody_weight
        sound = SEGMENT_DIMENSIONS - MELODY_DIMENSIONS
        self.sound = _head(SOUND_FEATURES, hidden, sound, dropout)
        self.melody = _head(MELODY_FEATURES, hidden // 2, MELODY_DIMENSIONS, dropout)
        self.decoder = nn.Sequential(
            nn.Linear(SEGMENT_DIMENSIONS, hidden),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Linear(hidden, NOTES_PER_SEGMENT * NOTE_DIMENSIONS),
        )
        self.register_buffer("feature_mean", torch.zeros(SOUND_FEATURES + MELODY_FEATURES))
        self.register_buffer("feature_scale", torch.ones(SOUND_FEATURES + MELODY_FEATURES))

    def encode(self, notes: Tensor) -> Tensor:
        """Note latents [n, 400, 32] -> segment latents [n, 16] of length 1."""
        return self.join(*self.heads(self.standardise(segment_statistics(notes))))

    def standardise(self, features: Tensor) -> Tensor:
        """Features [n, f] in units of their deviation, none of them far out."""
        return ((features - self.feature_mean) / self.feature_scale).clamp(-4, 4)

    def heads(self, standard: Tensor) -> tuple[Tensor, Tensor]:
        """Standardised features [n, f] -> sound [n, 12] and melody [n, 4], of length 1 each."""
        sound, melody = standard.split([SOUND_FEATURES, MELODY_FEATURES], dim=1)
        return normalize(self.sound(sound), dim=1), normalize(self.melody(melody), dim=1)

    def join(self, sound: Tensor, melody: Tensor) -> Tensor:
        """Both parts side by side, [n, 16] of length 1."""
        parts = torch.cat([sound, self.melody_weight * melody], dim=1)
        return parts / (1 + self.melody_weight**2) ** 0.5

    def decode(self, latents: Tensor) -> Tensor:
        """[n, 16] -> note latents [n, 20, 32], one each half second."""
        notes: Tensor = self.decoder(latents)
        return notes.view(-1, NOTES_PER_SEGMENT, NOTE_DIMENSIONS)


def segment_statistics(notes: Tensor) -> Tensor:
    """Statistics of ten seconds.

    Parameters
    ----------
    notes : float32 [shape=(n, 400, 32)]
        Note latents, one each 25 ms.

    Returns
    -------
    features : float32 [shape=(n, f)]
        Of the sound: mean and deviation of height, loudness and timbre, how much they
        move from column to column, and how evenly; then of the melody.
    """
    rest = notes[:, :, CHROMA.stop :]
    moves = rest.diff(dim=1)
    deviation = rest.std(dim=1)
    jumps = moves.square().mean(dim=1).sqrt()
    mean = rest.mean(dim=1)
    sound = [
        mean,
        (deviation + 1e-3).log(),
        (moves.abs().mean(dim=1) + 1e-4).log(),
        ((jumps + 1e-4) / (deviation + 1e-3)).log(),
    ]
    return torch.cat([*sound, melody_features(notes[:, :, CHROMA])], dim=1)


def _head(features: int, hidden: int, out: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(features, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, out)
    )
