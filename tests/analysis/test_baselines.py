"""Standardised features and principal components."""

import numpy as np

from analysis.baselines import (
    mean_and_deviation,
    principal_axes,
    principal_components,
    standardise,
)


def test_standardised_features_have_mean_zero_and_deviation_one(rng):
    features = rng.normal(size=(200, 5)) * [1e-6, 1, 10, 1e6, 3] + [0, 5, -7, 1e7, 0]
    values = standardise(features)
    assert np.allclose(values.mean(axis=0), 0)
    assert np.allclose(values.std(axis=0), 1)


def test_a_feature_that_never_moves_becomes_zero(rng):
    features = np.column_stack([rng.normal(size=50), np.full(50, 0.1)])
    assert np.array_equal(standardise(features)[:, 1], np.zeros(50))
    assert standardise(np.full((1, 3), 2.0)).tolist() == [[0, 0, 0]]


def test_principal_components_keep_distances_when_all_are_kept(rng):
    features = rng.normal(size=(50, 8))
    kept = principal_components(features, 8)
    expected = np.linalg.norm(features[:25] - features[25:], axis=1)
    assert np.allclose(np.linalg.norm(kept[:25] - kept[25:], axis=1), expected)
    assert principal_components(features, 3).shape == (50, 3)
    assert principal_components(features).shape == (50, 8)


def test_the_first_component_is_the_widest_direction(rng):
    direction = np.array([3.0, 4.0]) / 5
    features = rng.normal(size=(400, 1)) * 10 * direction + 0.1 * rng.normal(size=(400, 2))
    axes = principal_axes(np.cov(features.T), 1)
    assert np.allclose(axes[:, 0], direction, atol=0.01)


def test_mean_and_deviation_of_the_frames_of_a_segment(rng):
    frames = rng.normal(size=(4, 20, 3)).astype(np.float16)
    features = mean_and_deviation(frames)
    assert features.shape == (4, 6)
    assert np.allclose(features[:, :3], frames.astype(float).mean(axis=1), atol=1e-6)
    assert np.allclose(features[:, 3:], frames.astype(float).std(axis=1), atol=1e-6)
