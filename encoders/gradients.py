"""Loss and gradients of a batch under the mean squared error.

Both classes write into the ``.grad`` that the model's parameters have already.  The
segment autoencoder's come from autograd.  The note autoencoder's are written out: its
operations are so short that recording a graph, and fresh memory for every intermediate,
take as long as some of the products; ``tests/encoders/test_gradients.py`` holds them
against autograd.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu_

from encoders.models import NEGATIVE_SLOPE, NoteAutoencoder

# aten's own derivative kernels: one pass over memory each, into a given buffer.
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
leaky_relu_backward = torch.ops.aten.leaky_relu_backward.grad_input


class Gradients(Protocol):
    """Overwrites the gradients of the model that it was made for."""

    def fill(self, batch: Tensor) -> Tensor:
        """Gradients of the mean squared error of `batch` [m, ...]; returns the loss, float32."""


class AutogradGradients:
    """Gradients of any autoencoder.

    Parameters
    ----------
    model : nn.Module
        Maps a batch to its reconstruction; its parameters have a ``.grad``.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = model

    def fill(self, batch: Tensor) -> Tensor:
        """Overwrite the gradients; returns the loss."""
        for parameter in self._model.parameters():
            assert parameter.grad is not None
            parameter.grad.zero_()
        output = self._model(batch)
        error = output.detach() - batch
        # The derivative of the mean squared error, without passing through mse_loss.
        output.backward(error * (2 / error.numel()))
        return _mean_square(error.float())


class NoteGradients:
    """Gradients of the note autoencoder, in buffers that are made once.

    Parameters
    ----------
    model : NoteAutoencoder
        Its parameters have a ``.grad``.
    """

    def __init__(self, model: nn.Module) -> None:
        assert isinstance(model, NoteAutoencoder)
        self._layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
        self._make_room(0)

    @torch.no_grad()
    def fill(self, batch: Tensor) -> Tensor:
        """Overwrite the gradients; `batch` is [m, 501] in [0, 1]."""
        if len(batch) > len(self._loss_terms):
            self._make_room(len(batch))
        inputs = self._forward(batch)
        output = inputs[-1]
        error = torch.sub(output, batch, out=self._errors[-1][: len(batch)])
        loss = _mean_square(self._loss_terms[: len(batch)].copy_(error))
        sigmoid_backward(error.mul_(2 / error.numel()), output, grad_input=error)
        self._backward(error, inputs)
        return loss

    def _make_room(self, size: int) -> None:
        weight = self._layers[0].weight
        sizes = [layer.out_features for layer in self._layers]
        self._outputs = [weight.new_empty(size, one) for one in sizes]
        self._errors = [weight.new_empty(size, one) for one in sizes]
        self._loss_terms = weight.new_empty(size, sizes[-1], dtype=torch.float32)

    def _forward(self, columns: Tensor) -> list[Tensor]:
        """What enters each layer, and the reconstruction at the end."""
        widen, code, unfold, restore = (out[: len(columns)] for out in self._outputs)
        first, second, third, last = self._layers
        leaky_relu_(_affine(first, columns, widen), NEGATIVE_SLOPE)
        _affine(second, widen, code)
        leaky_relu_(_affine(third, code, unfold), NEGATIVE_SLOPE)
        _affine(last, unfold, restore).sigmoid_()
        return [columns, widen, code, unfold, restore]

    def _backward(self, error: Tensor, inputs: list[Tensor]) -> None:
        for index in (3, 2, 1, 0):
            layer, entered = self._layers[index], inputs[index]
            assert layer.weight.grad is not None and layer.bias.grad is not None
            torch.mm(error.t(), entered, out=layer.weight.grad)
            torch.sum(error, dim=0, out=layer.bias.grad)
            if index == 0:
                break
            error = torch.mm(error, layer.weight, out=self._errors[index - 1][: len(error)])
            if index != 2:  # the code itself, which enters layer 2, is not activated
                leaky_relu_backward(error, entered, NEGATIVE_SLOPE, True, grad_input=error)


def _affine(layer: nn.Linear, inputs: Tensor, out: Tensor) -> Tensor:
    return torch.addmm(layer.bias, inputs, layer.weight.t(), out=out)


def _mean_square(error: Tensor) -> Tensor:
    flat = error.flatten()
    return flat.dot(flat) / flat.numel()
