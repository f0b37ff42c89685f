"""Gradients that are written out are those of autograd; mixed precision learns as float32 does."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.optim import Adam

from encoders.gradients import AutogradGradients, Gradients, NoteGradients
from encoders.models import Dropout, NoteAutoencoder, SegmentAutoencoder
from encoders.optimisation import Optimisation

MAKERS = [
    pytest.param(lambda: NoteAutoencoder(), NoteGradients, (501,), id="note"),
    pytest.param(
        lambda: SegmentAutoencoder(dropout=0.0), AutogradGradients, (4, 160), id="segment"
    ),
]
Maker = Callable[[nn.Module], Gradients]


@pytest.mark.parametrize(("make_model", "make_gradients", "shape"), MAKERS)
@pytest.mark.parametrize("size", [64, 9, 1])
def test_gradients_are_those_of_autograd(
    make_model: Callable[[], nn.Module], make_gradients: Maker, shape: tuple[int, ...], size: int
) -> None:
    torch.manual_seed(0)
    model, batch = make_model(), torch.rand(size, *shape)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)  # leftovers must not show
    gradients = make_gradients(model)
    gradients.fill(torch.rand(32, *shape))
    loss = gradients.fill(batch)
    expected = mse_loss(model(batch), batch)
    torch.testing.assert_close(loss, expected.detach(), rtol=1e-5, atol=0)
    of_autograd = torch.autograd.grad(expected, list(model.parameters()))
    for (name, parameter), gradient in zip(model.named_parameters(), of_autograd, strict=True):
        assert parameter.grad is not None
        assert torch.allclose(parameter.grad, gradient, rtol=1e-3, atol=1e-7), name


@pytest.mark.parametrize(("make_model", "make_gradients", "shape"), MAKERS)
def test_float32_steps_are_those_of_torch(
    make_model: Callable[[], nn.Module], make_gradients: Maker, shape: tuple[int, ...]
) -> None:
    torch.manual_seed(0)
    model, batches = make_model(), torch.rand(5, 16, *shape)
    rival = make_model()
    rival.load_state_dict(model.state_dict())
    optimisation = Optimisation(model, make_gradients, 1e-3, torch.float32)
    adam = Adam(rival.parameters(), lr=1e-3)
    for batch in batches:
        optimisation.step(batch)
        adam.zero_grad()
        mse_loss(rival(batch), batch).backward()
        adam.step()
    optimisation.write_back()
    for (name, mine), other in zip(model.named_parameters(), rival.parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-3, atol=1e-5, msg=name)


@pytest.mark.parametrize(("make_model", "make_gradients", "shape"), MAKERS)
def test_bfloat16_learns_as_well_as_float32(
    make_model: Callable[[], nn.Module], make_gradients: Maker, shape: tuple[int, ...]
) -> None:
    torch.manual_seed(0)
    # Few directions: something that 16 or 32 numbers can learn.
    data = torch.sigmoid(torch.randn(512, 6) @ torch.randn(6, prod(shape))).view(512, *shape)
    losses = {}
    for dtype in (torch.float32, torch.bfloat16):
        torch.manual_seed(1)
        model = make_model()
        start = float(_loss(model, data))
        optimisation = Optimisation(model, make_gradients, 1e-3, dtype)
        for _ in range(40):
            for batch in data.to(dtype).split(64):
                optimisation.step(batch)
        optimisation.write_back()
        losses[dtype] = float(_loss(model, data))
        assert losses[dtype] < 0.5 * start
    assert losses[torch.bfloat16] < 1.1 * losses[torch.float32] + 1e-4


def test_restored_optimisation_goes_on_as_if_never_interrupted() -> None:
    torch.manual_seed(0)
    batches = torch.rand(6, 16, 501)
    whole, halted, resumed = (NoteAutoencoder() for _ in range(3))
    halted.load_state_dict(whole.state_dict())
    first = Optimisation(whole, NoteGradients, 1e-3)
    second = Optimisation(halted, NoteGradients, 1e-3)
    third = Optimisation(resumed, NoteGradients, 1e-3)
    for batch in batches.to(first.dtype):
        first.step(batch)
    for batch in batches[:3].to(first.dtype):
        second.step(batch)
    third.restore({name: tensor.clone() for name, tensor in second.tensors().items()})
    for batch in batches[3:].to(first.dtype):
        third.step(batch)
    first.write_back()
    third.write_back()
    for mine, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_dropout_keeps_its_share_and_the_mean_and_follows_the_seed() -> None:
    dropout, ones = Dropout(0.25), torch.ones(200, 500)
    torch.manual_seed(0)
    first = dropout(ones)
    assert float((first == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(first.mean()) == pytest.approx(1.0, abs=0.01)
    torch.manual_seed(0)
    assert torch.equal(dropout(ones), first)
    assert not torch.equal(dropout(ones), first)
    assert torch.equal(dropout.eval()(ones), ones)


def _loss(model: nn.Module, data: Tensor) -> Tensor:
    model.eval()
    with torch.inference_mode():
        loss = mse_loss(model(data), data)
    model.train()
    return loss
