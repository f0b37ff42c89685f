"""Cosine similarity and its exact block means."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from analysis.similarity import block_similarity, cosine_similarity


def test_it_is_one_minus_scipys_cosine_distance(rng):
    latents = rng.normal(size=(200, 16)).astype(np.float32)
    expected = 1 - cdist(latents.astype(np.float64), latents.astype(np.float64), "cosine")
    matrix = cosine_similarity(latents)
    assert matrix.dtype == np.float32
    assert np.abs(matrix - expected).max() < 1e-6


def test_it_does_not_depend_on_loudness_of_a_latent(rng):
    latents = rng.normal(size=(50, 16))
    scales = 10.0 ** rng.uniform(-200, 150, size=(50, 1))
    assert np.allclose(cosine_similarity(latents), cosine_similarity(latents * scales), atol=1e-6)


def test_permuting_the_segments_permutes_the_matrix(rng):
    latents, order = rng.normal(size=(40, 16)), rng.permutation(40)
    expected = cosine_similarity(latents)[np.ix_(order, order)]
    assert np.allclose(cosine_similarity(latents[order]), expected, atol=1e-6)


def test_a_zero_vector_is_similar_to_nothing(rng):
    latents = rng.normal(size=(5, 16))
    latents[2] = 0
    matrix = cosine_similarity(latents)
    assert not matrix[2].any()
    assert not matrix[:, 2].any()
    assert np.allclose(np.delete(np.diag(matrix), 2), 1)


@pytest.mark.parametrize(("n", "limit"), [(513, 512), (1000, 7), (1000, 512), (37, 36), (9, 1)])
def test_block_means_are_those_of_the_whole_matrix(rng, n, limit):
    latents = rng.normal(size=(n, 16)) + 0.5
    latents[::50] = 0
    whole = cosine_similarity(latents).astype(np.float64)
    blocks = block_similarity(latents, limit)
    spans = [slice(a, b) for a, b in zip(blocks.edges[:-1], blocks.edges[1:], strict=True)]
    expected = np.array([[whole[rows, columns].mean() for columns in spans] for rows in spans])
    assert blocks.matrix.shape == (limit, limit)
    assert np.abs(blocks.matrix - expected).max() < 1e-6
    assert not blocks.is_exact


def test_blocks_are_all_segments_in_nearly_equal_parts():
    edges = block_similarity(np.ones((1234, 16)), 512).edges
    assert edges[0] == 0
    assert edges[-1] == 1234
    assert set(np.diff(edges)) <= {2, 3}


@pytest.mark.parametrize("n", [0, 1, 2, 512])
def test_up_to_the_limit_every_segment_has_its_own_row(rng, n):
    latents = rng.normal(size=(n, 16))
    result = block_similarity(latents)
    assert result.is_exact
    assert result.edges.tolist() == list(range(n + 1))
    assert np.array_equal(result.matrix, cosine_similarity(latents))


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        block_similarity(np.ones((3, 16)), 0)
