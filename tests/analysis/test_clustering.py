"""Clustering of latents: partitions, never particular labels of an algorithm."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis import clustering, dendrogram
from analysis.clustering import LINKAGES, NOISE, by_falling_size, check_settings, cluster
from errors import UserError

CASES = [
    *(("hierarchical", {"linkage": linkage, "k": 3}) for linkage in LINKAGES),
    ("kmeans", {"k": 3, "seed": 0}),
    ("dbscan", {"eps": 3.0, "min_samples": 4}),
]


@pytest.mark.parametrize(("method", "settings"), CASES)
def test_separated_groups_are_found_and_numbered_by_falling_size(blobs, method, settings):
    latents, groups = blobs
    labels = cluster(latents, method, **settings)
    assert labels.dtype == np.int32
    assert np.array_equal(labels, groups)


@pytest.mark.parametrize(("method", "settings"), CASES)
def test_the_partition_does_not_depend_on_the_order_of_segments(rng, blobs, method, settings):
    latents, _ = blobs
    order = rng.permutation(len(latents))
    shuffled = cluster(latents[order], method, **settings)
    assert adjusted_rand_score(cluster(latents, method, **settings)[order], shuffled) == 1.0


@pytest.mark.parametrize("linkage", LINKAGES)
def test_hierarchical_clusters_are_nested(rng, linkage):
    latents = rng.normal(size=(80, 16))
    coarse = cluster(latents, "hierarchical", linkage=linkage, k=4)
    fine = cluster(latents, "hierarchical", linkage=linkage, k=9)
    assert [len(np.unique(coarse[fine == label])) for label in range(9)] == [1] * 9


@pytest.mark.parametrize("linkage", LINKAGES)
@pytest.mark.parametrize("k", [1, 2, 5, 30])
def test_hierarchical_gives_exactly_k_clusters_even_of_equal_segments(linkage, k):
    labels = cluster(np.ones((30, 16)), "hierarchical", linkage=linkage, k=k)
    assert sorted(set(labels)) == list(range(k))


def test_hierarchical_agrees_with_scipys_cut(rng):
    from scipy.cluster.hierarchy import fcluster, linkage

    latents = rng.normal(size=(150, 16))
    expected = fcluster(linkage(latents, "ward"), 7, criterion="maxclust")
    assert adjusted_rand_score(expected, cluster(latents, "hierarchical", k=7)) == 1.0


def test_a_single_segment_is_a_cluster():
    assert cluster(np.ones((1, 16)), "hierarchical", k=1).tolist() == [0]
    assert cluster(np.ones((1, 16)), "kmeans", k=1).tolist() == [0]
    assert cluster(np.ones((1, 16)), "dbscan", min_samples=2).tolist() == [NOISE]


def test_kmeans_repeats_itself_and_takes_equal_segments(rng):
    latents = rng.normal(size=(200, 16))
    first = cluster(latents, "kmeans", k=6, seed=3)
    assert np.array_equal(first, cluster(latents, "kmeans", k=6, seed=3))
    assert cluster(np.ones((10, 16)), "kmeans", k=3).tolist() == [0] * 10


def test_dbscan_leaves_lonely_segments_out(blobs):
    latents, groups = blobs
    latents[5] = 100.0
    labels = cluster(latents, "dbscan", eps=3.0, min_samples=4)
    assert labels[5] == NOISE
    assert np.array_equal(np.delete(labels, 5), np.delete(groups, 5))


def test_an_eps_that_joins_too_many_pairs_is_refused_before_memory_fills(rng, monkeypatch):
    monkeypatch.setattr(clustering, "MAX_NEIGHBOUR_PAIRS", 1000)
    with pytest.raises(UserError, match="smaller eps"):
        cluster(rng.normal(size=(100, 16)), "dbscan", eps=100.0)


def test_pairwise_linkage_of_too_many_segments_is_refused(rng, monkeypatch):
    monkeypatch.setattr(dendrogram, "MAX_PAIRWISE_SEGMENTS", 99)
    latents = rng.normal(size=(100, 16))
    with pytest.raises(UserError, match="choose ward or single"):
        cluster(latents, "hierarchical", linkage="average")
    assert len(cluster(latents, "hierarchical", linkage="ward")) == 100


@pytest.mark.parametrize(
    ("method", "settings", "sentence"),
    [
        ("ward", {}, "no clustering method"),
        ("kmeans", {"linkage": "ward"}, "no setting 'linkage'"),
        ("hierarchical", {"linkage": "centroid"}, "no linkage"),
        ("kmeans", {"k": 0}, "k must be a whole number"),
        ("kmeans", {"k": 2.5}, "k must be a whole number"),
        ("kmeans", {"k": float("nan")}, "k must be a whole number"),
        ("kmeans", {"k": True}, "k must be a whole number"),
        ("kmeans", {"k": "3"}, "k must be a whole number"),
        ("kmeans", {"seed": -1}, "seed must be"),
        ("dbscan", {"eps": 0}, "eps must be a distance"),
        ("dbscan", {"eps": float("inf")}, "eps must be a distance"),
        ("dbscan", {"min_samples": 0}, "min_samples must be"),
    ],
)
def test_settings_out_of_range_are_refused_in_a_sentence(method, settings, sentence):
    with pytest.raises(UserError, match=sentence):
        check_settings(method, settings)


def test_empty_settings_mean_the_defaults():
    assert check_settings("kmeans", {"k": None}) == {"k": 2, "seed": 0}
    assert check_settings("hierarchical", {"k": 3.0}) == {"linkage": "ward", "k": 3}


@pytest.mark.parametrize("n", [0, 3])
def test_too_few_segments_for_k_are_refused_in_a_sentence(n):
    with pytest.raises(UserError, match="segments"):
        cluster(np.ones((n, 16)), "kmeans", k=5)


def test_equal_sizes_stand_in_the_order_of_their_first_segment():
    assert by_falling_size([7, 7, 2, 2, -1, 5]).tolist() == [0, 0, 1, 1, -1, 2]
    assert by_falling_size(np.array([], dtype=int)).tolist() == []
