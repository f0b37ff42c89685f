"""Gradients of the segment autoencoder, written out: its four LSTM layers, forwards and backwards.

Four steps of a batch of 128 are so short that recording a graph, and what oneDNN prepares for
each call of an LSTM, take as long as the products.  Here the inputs of all steps go through one
product, and so do the weights' gradients; what stays constant over the steps (the latent that
the decoder is given) goes through one step's.

Conventions
-----------
* Steps come first: ``[4, m, size]``.
* Gates stand in torch's order: input, forget, cell, output.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from encoders.gradients import mean_square, sigmoid_backward
from encoders.models import STEPS, SegmentAutoencoder

tanh_backward = torch.ops.aten.tanh_backward.grad_input


class SegmentGradients:
    """Gradients of the segment autoencoder.

    Parameters
    ----------
    model : SegmentAutoencoder
        Its parameters have a ``.grad``.
    """

    def __init__(self, model: nn.Module) -> None:
        assert isinstance(model, SegmentAutoencoder)
        self._dropout = model.dropout
        self._output = model.output
        self._widen, self._narrow = _Layer(model.widen), _Layer(model.narrow)
        self._unfold, self._restore = _Layer(model.unfold), _Layer(model.restore)

    @torch.no_grad()
    def fill(self, batch: Tensor) -> Tensor:
        """Overwrite the gradients; `batch` is [m, 4, 160], standardised."""
        steps = batch.transpose(0, 1).contiguous()
        wide = self._widen.forward(steps)
        kept_wide = self._dropout.mask(wide)
        latents = self._narrow.forward(wide * kept_wide)[-1]
        unfolded = self._unfold.forward(latents)
        kept_unfolded = self._dropout.mask(unfolded)
        restored = self._restore.forward(unfolded * kept_unfolded).flatten(0, 1)
        bias, weight = self._output.bias, self._output.weight
        error = torch.addmm(bias, restored, weight.t()).sub_(steps.flatten(0, 1))
        loss = mean_square(error.float())

        error.mul_(2 / error.numel())
        _write(self._output, error, restored)
        of_restored = (error @ weight).view(STEPS, len(batch), -1)
        of_unfolded = self._restore.backward(of_restored).mul_(kept_unfolded)
        of_latents = self._unfold.backward(of_unfolded)
        of_narrow = of_latents.new_zeros(STEPS, *of_latents.shape)
        of_narrow[-1] = of_latents
        of_wide = self._narrow.backward(of_narrow).mul_(kept_wide)
        self._widen.backward(of_wide, inputs_too=False)
        return loss


class _Layer:
    """One LSTM layer; :meth:`backward` is of the last :meth:`forward`."""

    def __init__(self, layer: nn.LSTM) -> None:
        parameters = dict(layer.named_parameters())
        self._input_weight = parameters["weight_ih_l0"]
        self._weight = parameters["weight_hh_l0"]
        self._input_bias, self._bias = parameters["bias_ih_l0"], parameters["bias_hh_l0"]
        self._size = layer.hidden_size

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs [4, m, n], or [m, n] where all steps have the same, -> outputs [4, m, size]."""
        count = inputs.shape[-2]
        self._inputs = inputs
        bias = self._input_bias + self._bias
        first = torch.addmm(bias, inputs.flatten(0, -2), self._input_weight.t())
        self._gates = first.view(-1, count, 4 * self._size).expand(STEPS, -1, -1).contiguous()
        self._cells, self._squashed, self._outputs = first.new_empty(
            3, STEPS, count, self._size
        ).unbind()
        for step in range(STEPS):
            self._step(step)
        return self._outputs

    def _step(self, step: int) -> None:
        gates, cell = self._gates[step], self._cells[step]
        if step:
            gates.addmm_(self._outputs[step - 1], self._weight.t())
        _sigmoids(gates, self._size)[0].sigmoid_()
        _sigmoids(gates, self._size)[1].sigmoid_()
        admit, forget, proposed, emit = gates.chunk(4, dim=1)
        torch.mul(admit, proposed.tanh_(), out=cell)
        if step:
            cell.addcmul_(forget, self._cells[step - 1])
        torch.mul(emit, torch.tanh(cell, out=self._squashed[step]), out=self._outputs[step])

    def backward(self, of_outputs: Tensor, inputs_too: bool = True) -> Tensor:
        """Write the parameters' gradients; returns those of the inputs, in their shape."""
        of_gates = torch.empty_like(self._gates)
        of_cell: Tensor | None = None
        for step in reversed(range(STEPS)):
            of_output = of_outputs[step]
            if step < STEPS - 1:
                of_output = torch.addmm(of_output, of_gates[step + 1], self._weight)
            of_cell = self._step_back(step, of_output, of_cell, of_gates[step])
        return self._collect(of_gates, inputs_too)

    def _step_back(
        self, step: int, of_output: Tensor, of_cell: Tensor | None, of_gates: Tensor
    ) -> Tensor:
        """Gradients of a step's gates before they are squashed; returns the earlier cell's."""
        gates, squashed = self._gates[step], self._squashed[step]
        admit, forget, proposed, emit = gates.chunk(4, dim=1)
        of_admit, of_forget, of_proposed, of_emit = of_gates.chunk(4, dim=1)
        torch.mul(of_output, squashed, out=of_emit)
        here = of_output * emit
        tanh_backward(here, squashed, grad_input=here)
        if of_cell is not None:
            here += of_cell
        torch.mul(here, proposed, out=of_admit)
        torch.mul(here, admit, out=of_proposed)
        if step:
            torch.mul(here, self._cells[step - 1], out=of_forget)
        else:
            of_forget.zero_()
        for of_part, part in zip(
            _sigmoids(of_gates, self._size), _sigmoids(gates, self._size), strict=True
        ):
            sigmoid_backward(of_part, part, grad_input=of_part)
        tanh_backward(of_proposed, proposed, grad_input=of_proposed)
        return here.mul_(forget)

    def _collect(self, of_gates: Tensor, inputs_too: bool) -> Tensor:
        later, before = of_gates[1:].flatten(0, 1), self._outputs[:-1].flatten(0, 1)
        torch.mm(later.t(), before, out=self._weight.grad)
        same = self._inputs.dim() == 2
        into = of_gates.sum(dim=0) if same else of_gates.flatten(0, 1)
        torch.mm(into.t(), self._inputs.flatten(0, -2), out=self._input_weight.grad)
        for bias in (self._input_bias, self._bias):
            torch.sum(into, dim=0, out=bias.grad)
        return (into @ self._input_weight).view_as(self._inputs) if inputs_too else into


def _sigmoids(gates: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """The gates that are squashed by a sigmoid: input and forget, and output."""
    return gates[:, : 2 * size], gates[:, 3 * size :]


def _write(layer: nn.Linear, error: Tensor, entered: Tensor) -> None:
    torch.mm(error.t(), entered, out=layer.weight.grad)
    torch.sum(error, dim=0, out=layer.bias.grad)
