"""Loss and gradients of a batch, written out by hand and computed in two threads.

The networks are small.  Of a training step by autograd on two cores, a good part goes
into recording the graph, into fresh memory for every intermediate, and into waiting:
each of some hundred small operations is divided among the cores on its own.  Here the
products are written out, go into buffers made once, and the *batch* is divided: each
thread takes half of the rows from the first product to the last, and they meet once
a step.  The halves are always two, so that the sums do not depend on the machine.

This module has the division and the note autoencoder, :mod:`encoders.lstm_gradients`
the segment autoencoder; ``tests/encoders/test_gradients.py`` holds both against autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu_

from encoders.models import NEGATIVE_SLOPE, NoteAutoencoder

HALVES = 2

# aten's own derivative kernels: one pass over memory each, into a given buffer.
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
leaky_relu_backward = torch.ops.aten.leaky_relu_backward.grad_input


class Buffers:
    """One tensor for all gradients of a model, and a view of it for each parameter."""

    def __init__(self, model: nn.Module) -> None:
        self._parameters = list(model.parameters())
        self.flat = torch.zeros(
            sum(parameter.numel() for parameter in self._parameters),
            device=self._parameters[0].device,
        )
        parts = self.flat.split([parameter.numel() for parameter in self._parameters])
        self._views = [
            part.view_as(parameter) for part, parameter in zip(parts, self._parameters, strict=True)
        ]
        self._view_of = {id(p): view for p, view in zip(self._parameters, self._views, strict=True)}

    def of(self, parameter: Tensor) -> Tensor:
        """Where a parameter's gradient is written."""
        return self._view_of[id(parameter)]

    def attach(self) -> None:
        """Make the views the parameters' ``.grad``, where the optimizer finds them."""
        for parameter, view in zip(self._parameters, self._views, strict=True):
            parameter.grad = view


class Half(Protocol):
    """Computes the part that some rows of a batch have in its loss and gradients."""

    def draw(self, count: int) -> Sequence[Tensor]:
        """Random tensors for a batch of `count` rows, rows along dimension 1."""

    def fill(self, data: Tensor, rows: Tensor, count: int, drawn: Sequence[Tensor]) -> Tensor:
        """Overwrite the buffers with the gradients of `rows`, of a batch of `count` rows."""


class BatchGradients:
    """Fills the ``.grad`` of a model's parameters under the mean squared error.

    Parameters
    ----------
    model : nn.Module
    make : callable
        ``make(model, buffers) -> Half``.
    """

    def __init__(self, model: nn.Module, make: Callable[[nn.Module, Buffers], Half]) -> None:
        buffers = [Buffers(model)]
        if buffers[0].flat.device.type == "cpu":
            buffers += [Buffers(model) for _ in range(HALVES - 1)]
        self._buffers = buffers
        self._halves = [make(model, one) for one in buffers]
        buffers[0].attach()
        self._pool = ThreadPoolExecutor(max(1, len(buffers) - 1))

    def __enter__(self) -> BatchGradients:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown()

    @torch.no_grad()
    def fill(self, data: Tensor, rows: Tensor) -> Tensor:
        """Replace all gradients by those of some rows of `data`.

        Parameters
        ----------
        data : float32 [shape=(n, ...)]
        rows : int64 [shape=(m,)]

        Returns
        -------
        loss : float32 scalar
        """
        parts = rows.chunk(len(self._halves))
        # Random numbers are drawn here: two threads would share one generator.
        drawn = [
            one.split([len(part) for part in parts], dim=1)
            for one in self._halves[0].draw(len(rows))
        ]

        def fill_half(index: int) -> Tensor:
            random = [one[index] for one in drawn]
            return self._halves[index].fill(data, parts[index], len(rows), random)

        others = [self._pool.submit(fill_half, index) for index in range(1, len(parts))]
        loss = fill_half(0)
        for other, buffer in zip(others, self._buffers[1:], strict=False):
            loss = loss + other.result()
            self._buffers[0].flat.add_(buffer.flat)
        return loss


class NoteHalf:
    """The note autoencoder's part of :class:`BatchGradients`."""

    def __init__(self, model: nn.Module, buffers: Buffers) -> None:
        assert isinstance(model, NoteAutoencoder)
        self._layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
        self._gradients = buffers
        self._sizes = [layer.out_features for layer in self._layers]
        self._make_room(0)

    def draw(self, count: int) -> Sequence[Tensor]:
        """Nothing is random here."""
        return ()

    @torch.no_grad()
    def fill(self, data: Tensor, rows: Tensor, count: int, drawn: Sequence[Tensor]) -> Tensor:
        """Overwrite the gradients; `data` is float32 [n, 501] in [0, 1]."""
        size = len(rows)
        if size > len(self._batch):
            self._make_room(size)
        inputs = self._forward(torch.index_select(data, 0, rows, out=self._batch[:size]))
        output, target = inputs[-1], inputs[0]
        error = torch.sub(output, target, out=self._errors[-1][:size])
        elements = count * target.shape[1]
        loss = error.view(-1).dot(error.view(-1)) / elements
        sigmoid_backward(error.mul_(2 / elements), output, grad_input=error)
        self._backward(error, inputs)
        return loss

    def _make_room(self, size: int) -> None:
        weight = self._layers[0].weight
        self._batch = weight.new_empty(size, weight.shape[1])
        self._outputs = [weight.new_empty(size, one) for one in self._sizes]
        self._errors = [weight.new_empty(size, one) for one in self._sizes]

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
            torch.mm(error.t(), entered, out=self._gradients.of(layer.weight))
            torch.sum(error, dim=0, out=self._gradients.of(layer.bias))
            if index == 0:
                break
            error = torch.mm(error, layer.weight, out=self._errors[index - 1][: len(error)])
            if index != 2:  # the code itself, which enters layer 2, is not activated
                leaky_relu_backward(error, entered, NEGATIVE_SLOPE, True, grad_input=error)


def _affine(layer: nn.Linear, inputs: Tensor, out: Tensor) -> Tensor:
    return torch.addmm(layer.bias, inputs, layer.weight.t(), out=out)
