"""The segment autoencoder's part of :class:`encoders.gradients.BatchGradients`.

Of ``nn.LSTM`` every step multiplies small matrices on its own, forward and backward.
Here the inputs of all four steps are multiplied at once, so are the gradients of the
weights, and the products with the first step's state, which is zero, are left out.
Arrays are time-major: [4 steps, batch, features], so that a step is contiguous.

Gates are in torch's order: input, forget, cell, output.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

from encoders.gradients import Buffers, sigmoid_backward
from encoders.models import STEP_SIZE, STEPS, SegmentAutoencoder

tanh_backward = torch.ops.aten.tanh_backward.grad_input


class SegmentHalf:
    """Gradients of some rows of a batch by backpropagation through the four steps."""

    def __init__(self, model: nn.Module, buffers: Buffers) -> None:
        assert isinstance(model, SegmentAutoencoder)
        self._model, self._gradients = model, buffers
        self._widen, self._narrow = _Layer(model.widen, buffers), _Layer(model.narrow, buffers)
        self._unfold, self._restore = _Layer(model.unfold, buffers), _Layer(model.restore, buffers)

    def draw(self, count: int) -> Sequence[Tensor]:
        """Draw the two dropout masks [4, count, hidden]."""
        hidden, share = self._model.widen.hidden_size, self._model.dropout.p
        ones = self._model.output.weight.new_ones(STEPS, count, hidden)
        return dropout(ones, share), dropout(ones, share)

    @torch.no_grad()
    def fill(self, data: Tensor, rows: Tensor, count: int, drawn: Sequence[Tensor]) -> Tensor:
        """Overwrite the gradients; `data` is float32 [n, 4, 160], standardised steps."""
        wide_mask, unfolded_mask = drawn
        steps = data[rows].transpose(0, 1).contiguous()
        wide = self._widen.forward(steps)
        latents = self._narrow.forward(wide * wide_mask)[-1]
        unfolded = self._unfold.forward(latents[None])
        restored = self._restore.forward(unfolded * unfolded_mask)
        error, loss = self._output_error(restored, steps, count)
        unfolded_error = self._restore.backward(error).mul_(unfolded_mask)
        latent_error = self._unfold.backward(unfolded_error)[0]
        # Only the last step's output is the latent.
        narrow_error = torch.zeros_like(latent_error).repeat(STEPS, 1, 1)
        narrow_error[-1] = latent_error
        self._widen.backward(self._narrow.backward(narrow_error).mul_(wide_mask), inner=False)
        return loss

    def _output_error(self, restored: Tensor, steps: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Gradient of the last LSTM's outputs [4, m, 160], and the loss."""
        output = self._model.output
        flat = restored.flatten(0, 1)
        error = torch.addmm(output.bias, flat, output.weight.t()).sub_(steps.flatten(0, 1))
        elements = count * STEPS * STEP_SIZE
        loss = error.view(-1).dot(error.view(-1)) / elements
        error.mul_(2 / elements)
        torch.mm(error.t(), flat, out=self._gradients.of(output.weight))
        torch.sum(error, dim=0, out=self._gradients.of(output.bias))
        return torch.mm(error, output.weight).view_as(restored), loss


class _Layer:
    """Forward and backward pass of one LSTM layer over four steps, from a zero state.

    The input is [4, m, features], or [1, m, features] if it is the same at every step.
    """

    def __init__(self, lstm: nn.LSTM, buffers: Buffers) -> None:
        self._hidden = lstm.hidden_size
        parameters = dict(lstm.named_parameters())
        self._input_weight = parameters["weight_ih_l0"]
        self._state_weight = parameters["weight_hh_l0"]
        self._input_bias = parameters["bias_ih_l0"]
        self._state_bias = parameters["bias_hh_l0"]
        self._gradients = buffers

    def forward(self, inputs: Tensor) -> Tensor:
        """Outputs [4, m, hidden]."""
        entered, size = inputs.flatten(0, 1), inputs.shape[1]
        bias = self._input_bias + self._state_bias
        gates = torch.addmm(bias, entered, self._input_weight.t())
        gates = gates.view(-1, size, 4 * self._hidden)
        if len(inputs) == 1:
            gates = gates.repeat(STEPS, 1, 1)
        self._inputs, self._gates = inputs, gates
        self._cells = gates.new_empty(STEPS, size, self._hidden)
        self._tanh_cells = torch.empty_like(self._cells)
        self._outputs = torch.empty_like(self._cells)
        for step in range(STEPS):
            self._step(step)
        return self._outputs

    def _step(self, step: int) -> None:
        gates, hidden, cell = self._gates[step], self._hidden, self._cells[step]
        if step:
            gates.addmm_(self._outputs[step - 1], self._state_weight.t())
        gates[:, : 2 * hidden].sigmoid_()
        gates[:, 2 * hidden : 3 * hidden].tanh_()
        gates[:, 3 * hidden :].sigmoid_()
        admit, forget, candidate, emit = gates.chunk(4, dim=1)
        torch.mul(admit, candidate, out=cell)
        if step:
            cell.addcmul_(forget, self._cells[step - 1])
        torch.tanh(cell, out=self._tanh_cells[step])
        torch.mul(emit, self._tanh_cells[step], out=self._outputs[step])

    def backward(self, error: Tensor, inner: bool = True) -> Tensor:
        """Fill the weights' gradients from those of the outputs, [4, m, hidden], overwritten.

        Returns the inputs' gradients in the inputs' shape, or nothing of use unless `inner`.
        """
        gate_errors = torch.empty_like(self._gates)
        cell_error: Tensor | None = None
        for step in reversed(range(STEPS)):
            cell_error = self._step_back(step, error[step], cell_error, gate_errors[step])
            if step:
                error[step - 1].addmm_(gate_errors[step], self._state_weight)
        later, earlier = gate_errors[1:].flatten(0, 1), self._outputs[:-1].flatten(0, 1)
        torch.mm(later.t(), earlier, out=self._gradients.of(self._state_weight))
        if len(self._inputs) == 1:
            gate_errors = gate_errors.sum(dim=0, keepdim=True)
        flat = gate_errors.flatten(0, 1)
        torch.mm(flat.t(), self._inputs.flatten(0, 1), out=self._gradients.of(self._input_weight))
        bias_gradient = torch.sum(flat, dim=0, out=self._gradients.of(self._input_bias))
        self._gradients.of(self._state_bias).copy_(bias_gradient)
        return torch.mm(flat, self._input_weight).view_as(self._inputs) if inner else flat

    def _step_back(
        self, step: int, error: Tensor, cell_error: Tensor | None, gate_error: Tensor
    ) -> Tensor:
        """Fill one step's gate gradients; return the gradient of the cell before it."""
        admit, forget, candidate, emit = self._gates[step].chunk(4, dim=1)
        d_admit, d_forget, d_candidate, d_emit = gate_error.chunk(4, dim=1)
        tanh_cell = self._tanh_cells[step]
        sigmoid_backward(error * tanh_cell, emit, grad_input=d_emit)
        inner = error * emit
        tanh_backward(inner, tanh_cell, grad_input=inner)
        if cell_error is not None:
            inner += cell_error
        sigmoid_backward(inner * candidate, admit, grad_input=d_admit)
        tanh_backward(inner * admit, candidate, grad_input=d_candidate)
        if step == 0:
            d_forget.zero_()
            return inner
        sigmoid_backward(inner * self._cells[step - 1], forget, grad_input=d_forget)
        return inner.mul_(forget)
