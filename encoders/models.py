"""The two autoencoders of the paper's Section 3.2.

::

    column 501 -> 128 -> [32 note latent] -> 128 -> 501
    10 s: 20 note latents = 4 steps x 160
          160 -> LSTM 64 -> LSTM 16, last step = [16 segment latent]
          the latent at each of 4 steps -> LSTM 64 -> LSTM 160 -> linear 160
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

NOTE_DIMENSIONS = 32
SEGMENT_DIMENSIONS = 16
NOTES_PER_SEGMENT = 20
STEPS = 4
STEP_SIZE = NOTES_PER_SEGMENT // STEPS * NOTE_DIMENSIONS
NEGATIVE_SLOPE = 0.01


class NoteAutoencoder(nn.Module):
    """Fully-connected autoencoder of one spectrogram column (paper, Section 3.2.1).

    LeakyReLU stands between the layers, with a real slope (0.01): without it four
    layers would be one matrix.  The 32 numbers of the code itself are *not*
    activated.  A rectified code would squeeze half of its space a hundredfold, so
    that dimensions die and cosine similarity loses the sign; a linear one uses all
    32 dimensions, and the layers on both sides of it are not linear anyway.

    Input and output are in [0, 1]; hence the sigmoid at the end.
    """

    def __init__(self, bins: int = 501, hidden: int = 128, code: int = NOTE_DIMENSIONS) -> None:
        super().__init__()
        self.hyperparameters = {"bins": bins, "hidden": hidden, "code": code}
        self.encoder = nn.Sequential(
            nn.Linear(bins, hidden), nn.LeakyReLU(NEGATIVE_SLOPE), nn.Linear(hidden, code)
        )
        self.decoder = nn.Sequential(
            nn.Linear(code, hidden),
            nn.LeakyReLU(NEGATIVE_SLOPE),
            nn.Linear(hidden, bins),
            nn.Sigmoid(),
        )

    def encode(self, columns: Tensor) -> Tensor:
        """[n, 501] -> note latents [n, 32]."""
        latents: Tensor = self.encoder(columns)
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """[n, 32] -> [n, 501] in [0, 1]."""
        columns: Tensor = self.decoder(latents)
        return columns

    def forward(self, columns: Tensor) -> Tensor:
        """Reconstruct [n, 501]."""
        return self.decode(self.encode(columns))


class Dropout(nn.Dropout):
    """Dropout that draws bytes: torch's own draws take a tenth of a training step on a CPU.

    The share is rounded to 1/256; torch's generator seeds the bytes.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Zero a share `p` of the elements while training, and scale up the others."""
        if not self.training or self.p == 0 or input.device.type != "cpu":
            return super().forward(input)
        seed = int(torch.randint(2**62, ()))
        drawn = np.random.Generator(np.random.SFC64(seed)).integers(
            256, size=tuple(input.shape), dtype=np.uint8
        )
        dropped = round(256 * self.p)
        kept = torch.from_numpy(drawn >= dropped).to(input.dtype)
        return input * kept.mul_(256 / (256 - dropped))


class SegmentAutoencoder(nn.Module):
    """Stacked LSTM autoencoder of ten seconds (paper, Section 3.2.2).

    Note latents are unbounded while an LSTM's output lies in (-1, 1), so that each
    dimension is centred and all are divided by one number (dimensions keep their
    weight against each other) before they enter, and the output is brought back.
    The last step's output of the encoder is the segment latent: in (-1, 1).

    Parameters
    ----------
    hidden : int
        Width of the LSTM layers between a step and the latent.
    dropout : float
        Between the stacked layers, while training (paper, Section 5).
    """

    #: Of the columns of ten seconds, each 20th is read.
    column_step = 20

    note_mean: Tensor
    note_scale: Tensor

    def __init__(
        self, hidden: int = 64, code: int = SEGMENT_DIMENSIONS, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.hyperparameters = {"hidden": hidden, "code": code, "dropout": dropout}
        self.widen = nn.LSTM(STEP_SIZE, hidden, batch_first=True)
        self.narrow = nn.LSTM(hidden, code, batch_first=True)
        self.unfold = nn.LSTM(code, hidden, batch_first=True)
        self.restore = nn.LSTM(hidden, STEP_SIZE, batch_first=True)
        self.output = nn.Linear(STEP_SIZE, STEP_SIZE)
        self.dropout = Dropout(dropout)
        self.register_buffer("note_mean", torch.zeros(NOTE_DIMENSIONS))
        self.register_buffer("note_scale", torch.ones(()))

    def standardise(self, notes: Tensor) -> Tensor:
        """Note latents [n, 20, 32] -> what the LSTM reads, [n, 4, 160]."""
        return ((notes - self.note_mean) / self.note_scale).reshape(-1, STEPS, STEP_SIZE)

    def encode_steps(self, steps: Tensor) -> Tensor:
        """[n, 4, 160] -> segment latents [n, 16]."""
        wide, _ = self.widen(steps)
        narrow, _ = self.narrow(self.dropout(wide))
        latents: Tensor = narrow[:, -1]
        return latents

    def decode_steps(self, latents: Tensor) -> Tensor:
        """[n, 16] -> [n, 4, 160]; the latent is given at every step."""
        repeated = latents.unsqueeze(1).expand(-1, STEPS, -1)
        unfolded, _ = self.unfold(repeated)
        restored, _ = self.restore(self.dropout(unfolded))
        steps: Tensor = self.output(restored)
        return steps

    def encode(self, notes: Tensor) -> Tensor:
        """Note latents [n, 20, 32] -> segment latents [n, 16]."""
        return self.encode_steps(self.standardise(notes))

    def decode(self, latents: Tensor) -> Tensor:
        """[n, 16] -> note latents [n, 20, 32]."""
        notes = self.decode_steps(latents).reshape(-1, NOTES_PER_SEGMENT, NOTE_DIMENSIONS)
        return notes * self.note_scale + self.note_mean

    def forward(self, steps: Tensor) -> Tensor:
        """Reconstruct standardised steps [n, 4, 160]."""
        return self.decode_steps(self.encode_steps(steps))
