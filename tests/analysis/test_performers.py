"""Performers of one piece told apart by clusters and by single dimensions."""

import numpy as np
import pytest

from analysis.performers import matched_accuracy, separation


def test_performers_that_stand_apart_are_told_apart_completely(rng):
    performers = np.repeat([7, 3], [30, 20])
    latents = 0.1 * rng.normal(size=(50, 16))
    latents[:, 10] += np.where(performers == 7, 5, -5)
    latents[:, 1] -= np.where(performers == 7, 4, -4)
    result = separation(latents, performers)
    assert (result.performers, result.segments) == (2, 50)
    assert (result.ari, result.nmi, result.accuracy) == (1.0, 1.0, 1.0)
    assert set(result.dimensions[:2]) == {1, 10}
    assert result.auc[:2] == (1.0, 1.0)
    assert result.auc[2] < 0.8
    assert result.chance == 0.6


def test_performers_that_nothing_parts_are_not(rng):
    result = separation(rng.normal(size=(300, 16)), rng.integers(0, 2, 300))
    assert abs(result.ari) < 0.1
    assert result.accuracy < 0.65
    assert result.auc[0] < 0.65


def test_one_performer_cannot_be_told_apart(rng):
    with pytest.raises(ValueError, match="one performer"):
        separation(rng.normal(size=(10, 16)), np.zeros(10, int))


def test_clusters_may_have_any_number():
    assert matched_accuracy([5, 5, 2, 2, 9], [0, 0, 1, 1, 2]) == 1.0
    assert matched_accuracy([0, 0, 0, 1], [0, 0, 1, 1]) == 0.75
    assert matched_accuracy([0, 0, 0, 0], [0, 0, 1, 2]) == 0.5
