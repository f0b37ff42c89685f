"""The tree: its cuts, and its top laid out so that it can be drawn."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import dendrogram as scipy_dendrogram

from analysis.clustering import LINKAGES, by_falling_size, cluster
from analysis.dendrogram import cut, dendrogram, merge


@pytest.mark.parametrize("linkage", LINKAGES)
def test_merges_rise_and_are_the_same_twice(rng, linkage):
    latents = rng.normal(size=(90, 16))
    merges = merge(latents, linkage)
    assert merges.shape == (89, 4)
    assert (np.diff(merges[:, 2]) >= 0).all()
    assert np.array_equal(merges, merge(latents, linkage))


def test_kept_merges_give_what_clustering_anew_gives(rng):
    latents = rng.normal(size=(90, 16))
    merges = merge(latents, "ward")
    for k in (1, 2, 7, 90):
        anew = cluster(latents, "hierarchical", k=k)
        assert np.array_equal(anew, cluster(latents, "hierarchical", merges=merges, k=k))
        assert np.array_equal(anew, by_falling_size(cut(merges, k)))


def test_the_whole_tree_has_scipys_brackets(rng):
    merges = merge(rng.normal(size=(30, 16)), "average")
    tree = dendrogram(merges, limit=100)
    assert tree.is_whole and tree.merges == 29
    assert sorted(tree.foot_rows) == list(range(30)) and set(tree.foot_sizes) == {1}
    theirs = scipy_dendrogram(merges, no_plot=True)
    ours = np.sort(np.column_stack([tree.bases.min(axis=1), tree.bases.max(axis=1)]), axis=0)
    low = np.sort([sorted((d[0], d[3])) for d in theirs["dcoord"]], axis=0)
    assert np.allclose(ours, low)
    assert np.allclose(tree.heights, np.sort([d[1] for d in theirs["dcoord"]]))


def test_the_top_stands_for_every_segment_and_its_feet_are_the_clusters_of_a_cut(rng):
    merges = merge(rng.normal(size=(200, 16)), "ward")
    tree = dendrogram(merges, limit=12)
    assert not tree.is_whole and len(tree.heights) == 12
    assert tree.foot_sizes.sum() == 200
    labels = cut(merges, 13)
    assert sorted(tree.foot_sizes) == sorted(np.bincount(labels))
    assert len(set(labels[tree.foot_rows])) == 13


@pytest.mark.parametrize("linkage", LINKAGES)
def test_no_branch_crosses_another(rng, linkage):
    merges = merge(rng.normal(size=(120, 16)), linkage)
    tree = dendrogram(merges, limit=60)
    assert (tree.spans[:, 0] < tree.spans[:, 1]).all()
    # The clusters of any cut are neighbours among the feet.
    for k in (2, 5, 20):
        codes = cut(merges, k)[tree.foot_rows]
        assert (np.diff(codes) != 0).sum() == k - 1


def test_a_chain_deeper_than_the_stack_can_be_laid_out():
    merges = merge(np.cumsum(np.arange(3000.0))[:, None], "single")
    assert len(dendrogram(merges, limit=5000).foot_rows) == 3000


def test_one_segment_is_a_foot_without_a_merge():
    tree = dendrogram(merge(np.ones((1, 16)), "ward"), limit=60)
    assert tree.foot_rows.tolist() == [0] and not len(tree.heights)
