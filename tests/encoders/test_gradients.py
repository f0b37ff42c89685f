"""The gradients written out by hand are those of autograd."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, mse_loss

from encoders import lstm_gradients
from encoders.gradients import BatchGradients, NoteHalf
from encoders.lstm_gradients import SegmentHalf
from encoders.models import NoteAutoencoder, SegmentAutoencoder


def by_autograd(model: nn.Module, batch: Tensor) -> tuple[Tensor, list[Tensor]]:
    loss = mse_loss(model(batch), batch)
    return loss.detach(), list(torch.autograd.grad(loss, list(model.parameters())))


def assert_same(model: nn.Module, loss: Tensor, expected: tuple[Tensor, list[Tensor]]) -> None:
    torch.testing.assert_close(loss, expected[0], rtol=1e-5, atol=0)
    for (name, parameter), gradient in zip(model.named_parameters(), expected[1], strict=True):
        assert parameter.grad is not None
        assert torch.allclose(parameter.grad, gradient, rtol=1e-3, atol=1e-7), name


@pytest.mark.parametrize("size", [64, 9, 1])
def test_note_gradients(size: int) -> None:
    torch.manual_seed(0)
    model, data = NoteAutoencoder(), torch.rand(200, 501)
    rows = torch.randperm(200)[:size]
    with BatchGradients(model, NoteHalf) as gradients:
        gradients.fill(data, torch.arange(64))  # leftovers of another batch must not show
        assert_same(model, gradients.fill(data, rows), by_autograd(model, data[rows]))


@pytest.mark.parametrize("size", [32, 5, 1])
def test_segment_gradients_without_dropout(size: int) -> None:
    torch.manual_seed(0)
    model, data = SegmentAutoencoder(dropout=0.0), torch.randn(100, 4, 160)
    rows = torch.randperm(100)[:size]
    with BatchGradients(model, SegmentHalf) as gradients:
        gradients.fill(data, torch.arange(32))
        assert_same(model, gradients.fill(data, rows), by_autograd(model, data[rows]))


def test_segment_gradients_with_dropout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are given the same masks: by hand first, then replayed under autograd."""
    torch.manual_seed(0)
    model, data = SegmentAutoencoder(dropout=0.5), torch.randn(100, 4, 160)
    masks: list[Tensor] = []

    def recording(ones: Tensor, share: float) -> Tensor:
        masks.append(dropout(ones, share))
        return masks[-1]

    monkeypatch.setattr(lstm_gradients, "dropout", recording)
    rows = torch.arange(20)
    with BatchGradients(model, SegmentHalf) as gradients:
        loss = gradients.fill(data, rows)
    assert all(set(mask.unique().tolist()) == {0.0, 2.0} for mask in masks)
    replay = iter(masks)
    monkeypatch.setattr(
        model.dropout, "forward", lambda outputs: outputs * next(replay).transpose(0, 1)
    )
    assert_same(model, loss, by_autograd(model, data[rows]))
