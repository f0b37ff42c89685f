"""Which values are tried, and where the neighbour distances bend."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from analysis.choosing import eps_values, k_values, knee, neighbour_distances


@pytest.mark.parametrize(
    ("count", "values"),
    [(0, []), (2, []), (3, [2]), (6, [2, 3, 4, 5]), (397, list(range(2, 21)))],
)
def test_numbers_of_clusters_stay_below_the_number_of_segments(count, values):
    assert k_values(count) == values


@pytest.mark.parametrize("min_samples", [1, 2, 5])
def test_a_segment_is_a_core_where_its_distance_is_within_eps(rng, min_samples):
    latents = rng.normal(size=(80, 16))
    distances = neighbour_distances(latents, min_samples)
    eps = float(np.quantile(distances, 0.4)) + 1e-9
    cores = DBSCAN(eps=eps, min_samples=min_samples).fit(latents).core_sample_indices_
    assert len(cores) == (distances <= eps).sum()


def test_of_fewer_segments_the_farthest_counts(rng):
    latents = rng.normal(size=(7, 16))
    assert np.array_equal(neighbour_distances(latents, 500), neighbour_distances(latents, 7))


def test_the_knee_lies_between_the_groups_reach_and_their_outliers(rng, blobs):
    latents, _ = blobs
    outliers = 40 * rng.normal(size=(20, 16))
    distances = neighbour_distances(np.vstack([latents, outliers]), 5)
    bend = knee(distances)
    assert bend is not None
    assert np.quantile(distances[: len(latents)], 0.5) < bend < distances[-20]


def test_a_straight_line_and_equal_segments_have_no_knee():
    assert knee(np.linspace(1, 2, 50)) is None
    assert knee(np.ones(50)) is None
    assert knee(np.empty(0)) is None


def test_eps_runs_over_where_something_changes_and_takes_more(rng):
    distances = neighbour_distances(rng.normal(size=(300, 16)), 5)
    values = eps_values(distances, 3.21, None)
    assert 3.21 in values
    assert values == sorted(set(values)) and values[0] > 0
    assert distances[0] <= values[0] + 0.01 and values[-1] <= distances[-1] + 0.01
    assert eps_values(np.empty(0)) == []
    assert eps_values(np.zeros(9)) == []
