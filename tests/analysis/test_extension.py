"""Placing new segments on a map that stays."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.extension import extend
from analysis.projection import Projection, project
from benchmarks.extending import trust_of
from benchmarks.tsne import drawn_latents
from errors import UserError

METHODS = ("tsne", "umap", "pca")


@pytest.fixture(scope="module")
def latents() -> np.ndarray:
    return drawn_latents(400, seed=2).astype(np.float64)


@pytest.mark.parametrize("method", METHODS)
def test_new_segments_stand_among_their_neighbours(latents: np.ndarray, method: str) -> None:
    projection = Projection.of(method, perplexity=15)
    base = project(latents[:360], projection)
    placed = extend(latents[:360], base, latents[360:], projection)
    assert placed.dtype == np.float32 and placed.shape == (40, 2)
    again = extend(latents[:360], base, latents[360:], projection)
    np.testing.assert_array_equal(placed, again)
    kept = trust_of(latents, np.concatenate([base, placed]), np.arange(360, 400))
    on_base = trust_of(latents[:360], base, np.arange(0, 360, 10))
    assert kept > on_base - 0.15


@pytest.mark.parametrize("method", METHODS[::2])
def test_places_depend_on_neither_order_nor_number(latents: np.ndarray, method: str) -> None:
    projection = Projection.of(method, perplexity=15)
    base = project(latents[:360], projection)
    together = extend(latents[:360], base, latents[360:], projection)
    turned = extend(latents[:360], base, latents[:359:-1], projection)
    alone = extend(latents[:360], base, latents[365:366], projection)
    np.testing.assert_allclose(turned[::-1], together, atol=1e-4)
    np.testing.assert_allclose(alone[0], together[5], atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("known", [1, 2, 7, 8, 12])
def test_few_segments_and_equal_ones_have_a_place(
    latents: np.ndarray, method: str, known: int
) -> None:
    projection = Projection.of(method)
    old = latents[:known]
    base = project(old, projection)
    new = np.concatenate([latents[known : known + 3], old[:1], old[:1]])
    placed = extend(old, base, new, projection)
    assert placed.shape == (5, 2) and np.isfinite(placed).all()
    np.testing.assert_array_equal(placed[3], placed[4])
    same = np.repeat(old[:1], known, axis=0)
    assert np.isfinite(extend(same, project(same, projection), new, projection)).all()


def test_nothing_new_and_nothing_finite() -> None:
    one = np.ones((3, 16))
    assert extend(one, np.zeros((3, 2)), np.empty((0, 16)), Projection.of()).shape == (0, 2)
    with pytest.raises(UserError, match="not numbers"):
        extend(one, np.zeros((3, 2)), np.full((1, 16), np.nan), Projection.of())
    with pytest.raises(ValueError, match="0 places"):
        extend(one, np.zeros((0, 2)), one, Projection.of())
