"""Loss and gradients of one batch."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import mse_loss

from encoders.models import NoteAutoencoder, SegmentAutoencoder


class NoteGradients:
    """Fills the gradients of a note autoencoder."""

    def __init__(self, model: NoteAutoencoder, batch: int) -> None:
        self._model = model

    def fill(self, data: Tensor, rows: Tensor) -> Tensor:
        """Fill the gradients for some rows of `data`; return the loss."""
        batch = data[rows]
        self._model.zero_grad()
        loss = mse_loss(self._model(batch), batch)
        loss.backward()
        return loss.detach()


class SegmentGradients:
    """Fills the gradients of a segment autoencoder."""

    def __init__(self, model: SegmentAutoencoder) -> None:
        self._model = model

    def fill(self, data: Tensor, rows: Tensor) -> Tensor:
        """Fill the gradients for some rows of `data`; return the loss."""
        batch = data[rows]
        self._model.zero_grad()
        loss = mse_loss(self._model(batch), batch)
        loss.backward()
        return loss.detach()
