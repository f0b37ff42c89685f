"""Variance of latent dimensions."""

import numpy as np
import pytest

from analysis.variance import descending_order, dimension_variance


def test_the_papers_example_is_sorted_from_the_highest():
    variance = np.zeros(16)
    variance[[12, 0, 5]] = 0.18058, 0.15348, 0.10123
    assert descending_order(variance)[:3].tolist() == [12, 0, 5]


def test_equal_variances_keep_the_order_of_dimensions():
    assert descending_order(np.ones(16)).tolist() == list(range(16))


def test_variance_does_not_depend_on_the_order_of_segments_nor_on_their_mean(rng):
    latents = rng.normal(size=(500, 16)).astype(np.float32)
    expected = dimension_variance(latents)
    assert np.allclose(dimension_variance(rng.permutation(latents)), expected)
    assert np.allclose(dimension_variance(latents.astype(np.float64) + 1000), expected)


def test_it_is_the_population_variance():
    assert dimension_variance([[0.0, 1.0], [2.0, 1.0]]).tolist() == [1.0, 0.0]


def test_small_variances_far_from_zero_survive_float32(rng):
    latents = (1000 + rng.normal(size=(10_000, 1))).astype(np.float32)
    assert dimension_variance(latents)[0] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_segments_have_no_variance(n):
    assert dimension_variance(np.ones((n, 16))).tolist() == [0.0] * 16


def test_a_single_vector_is_refused():
    with pytest.raises(ValueError, match="two axes"):
        dimension_variance(np.ones(16))
