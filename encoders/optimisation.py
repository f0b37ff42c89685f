"""Adam in mixed precision: float32 weights, products in bfloat16 where that is faster.

The weights that Adam moves are float32.  A working copy of the model multiplies in
bfloat16 on processors that do so natively (half the bytes, twice the products), and is
refreshed from the float32 weights after every step.  bfloat16 has float32's range of
exponents, so that gradients need no scaling.

References
----------
* P. Micikevicius et al., "Mixed Precision Training", 2018.
* D. Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn

from encoders.gradients import Gradients

_NATIVE_BFLOAT16 = ("avx512_bf16", "amx_bf16")
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")

# The update of torch's own AdamW in one pass.  What torch.optim does around it takes twice as
# long for one small tensor, a twelfth of a step of the note autoencoder.
fused_adamw = torch.ops.aten._fused_adamw_.default
_BETA1, _BETA2, _EPS = 0.9, 0.999, 1e-8


def product_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 on processors that multiply it natively, else float32."""
    capabilities = torch.cpu.get_capabilities()
    native = device.type == "cpu" and any(capabilities.get(name) for name in _NATIVE_BFLOAT16)
    return torch.bfloat16 if native else torch.float32


class Optimisation:
    """The weights of a model on their way.

    All weights are one tensor, and so are all gradients: a step is one update, whatever
    the number of layers.

    Parameters
    ----------
    model : nn.Module
        Where the weights start; :meth:`write_back` brings them back to it.
    make_gradients : callable
        ``make_gradients(working_copy) -> Gradients``.
    learning_rate : float
    dtype : torch.dtype, optional
        Of the products; see :func:`product_dtype`.
    weight_decay : float
    """

    def __init__(
        self,
        model: nn.Module,
        make_gradients: Callable[[nn.Module], Gradients],
        learning_rate: float,
        dtype: torch.dtype | None = None,
        weight_decay: float = 0.0,
    ) -> None:
        self._model = model
        parameters = list(model.parameters())
        self.dtype = dtype or product_dtype(parameters[0].device)
        flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
        self._weights = flat
        self._weight_gradients = torch.zeros_like(flat)
        self._moments = {
            "step": flat.new_zeros(()),
            "exp_avg": torch.zeros_like(flat),
            "exp_avg_sq": torch.zeros_like(flat),
        }
        self._learning_rate, self._weight_decay = learning_rate, weight_decay
        self._working_weights = flat.to(self.dtype, copy=True)
        self._working_gradients = torch.zeros_like(self._working_weights)
        working = deepcopy(model).to(self.dtype).train()
        pairs = zip(
            working.parameters(),
            _parts(self._working_weights, parameters),
            _parts(self._working_gradients, parameters),
            strict=True,
        )
        for parameter, weights, gradients in pairs:
            parameter.data, parameter.grad = weights, gradients
        self._gradients = make_gradients(working)

    def step(self, batch: Tensor) -> Tensor:
        """Move the weights once.

        Parameters
        ----------
        batch : [shape=(m, ...)]
            Of `self.dtype`.

        Returns
        -------
        loss : float32 scalar
            Before the step.
        """
        loss = self._gradients.fill(batch)
        self._weight_gradients.copy_(self._working_gradients)
        self._update()
        self._working_weights.copy_(self._weights)
        return loss

    def _update(self) -> None:
        step, mean, square = (self._moments[name] for name in _MOMENTS)
        step += 1
        fused_adamw(
            [self._weights],
            [self._weight_gradients],
            [mean],
            [square],
            [],
            [step],
            lr=self._learning_rate,
            beta1=_BETA1,
            beta2=_BETA2,
            weight_decay=self._weight_decay,
            eps=_EPS,
            amsgrad=False,
            maximize=False,
        )

    def write_back(self) -> None:
        """Give the model the weights as they are now."""
        parameters = list(self._model.parameters())
        with torch.no_grad():
            for parameter, weights in zip(
                parameters, _parts(self._weights, parameters), strict=True
            ):
                parameter.copy_(weights)

    def tensors(self) -> dict[str, Tensor]:
        """Weights and Adam's moments, for a checkpoint."""
        return {"weights": self._weights} | self._moments

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Put back what :meth:`tensors` gave, and write the weights to the model."""
        self._weights.copy_(tensors["weights"])
        self._working_weights.copy_(self._weights)
        for name, moment in self._moments.items():
            moment.copy_(tensors[name])
        self.write_back()


def _parts(flat: Tensor, parameters: list[nn.Parameter]) -> list[Tensor]:
    """Views of one tensor in the shapes of the parameters."""
    parts = flat.split([parameter.numel() for parameter in parameters])
    return [part.view_as(one) for part, one in zip(parts, parameters, strict=True)]
