"""Clusters keep their colours and names while they stay more or less the same."""

import numpy as np
import pytest

from analysis.cluster_identity import (
    carried_colours,
    carried_names,
    continued,
    member_keys,
    typical_rows,
)
from analysis.clustering import cluster

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, -1], dtype=np.int32)


def colours_after(labels, previous, used):
    return carried_colours(continued(labels, previous)[0], used)


@pytest.mark.parametrize("k", range(2, 19))
def test_one_cluster_more_or_less_changes_one_colour_of_a_tree(rng, k):
    latents = rng.normal(size=(150, 16))
    fewer, more = (cluster(latents, "hierarchical", k=number) for number in (k, k + 1))
    used = list(rng.permutation(k + 3)[:k])
    up = np.array(colours_after(more, fewer, used))
    assert sorted(set(used) & set(up)) == sorted(used) and len(set(up)) == k + 1
    # Going up, only segments of one cluster change their colour, and not all of them.
    moved = up[more] != np.array(used)[fewer]
    assert len(np.unique(fewer[moved])) == 1
    assert moved.sum() <= (fewer == fewer[moved][0]).sum() / 2
    down = np.array(colours_after(fewer, more, list(up)))
    assert (down[fewer] == np.array(used)[fewer]).mean() > 0.5
    assert len(set(down)) == k and set(down) <= set(up)


def test_equal_partitions_keep_every_colour_whatever_their_numbers():
    swapped = np.array([2, 0, 1, -1], dtype=np.int32)[LABELS]
    assert colours_after(swapped, LABELS, [5, 7, 9]) == [7, 9, 5]
    partners, shares = continued(swapped, LABELS)
    assert partners.tolist() == [1, 2, 0] and shares.tolist() == [1, 1, 1]


def test_clusters_of_other_segments_take_free_colours():
    elsewhere = np.full(10, -2, dtype=np.int32)
    elsewhere[9] = 0
    assert continued(elsewhere, LABELS)[0].tolist() == [-1]
    assert colours_after(elsewhere, LABELS, [0, 1, 2]) == [0]
    assert continued(np.full(10, -1, dtype=np.int32), LABELS)[0].tolist() == []


def test_a_name_goes_with_its_members_and_comes_back_with_them(rng):
    latents = rng.normal(size=(150, 16))
    few, many = (cluster(latents, "hierarchical", k=k) for k in (3, 12))
    names = {key: f"name {place}" for place, key in enumerate(member_keys(many))}
    at_few = carried_names(few, many, names)
    assert names.items() <= at_few.items()
    back = carried_names(many, few, at_few)
    assert [back[key] for key in member_keys(many)] == [f"name {place}" for place in range(12)]


def test_a_name_stays_where_more_than_half_is_shared_and_only_there():
    names = {member_keys(LABELS)[0]: "slow erhu"}
    grown = np.array([0, 0, 0, 0, 0, 1, 1, 2, 2, -1], dtype=np.int32)
    assert carried_names(grown, LABELS, names)[member_keys(grown)[0]] == "slow erhu"
    split = np.array([0, 1, 2, 2, 0, 0, 0, 0, 0, 0], dtype=np.int32)
    assert set(carried_names(split, LABELS, names)) == set(names)
    assert carried_names(grown, LABELS, {}) == {}


def test_keys_say_who_the_members_are():
    keys = member_keys(LABELS)
    assert len(set(keys)) == 3
    swapped = np.array([2, 0, 1, -1], dtype=np.int32)[LABELS]
    assert member_keys(swapped) == [keys[1], keys[2], keys[0]]
    assert member_keys(np.full(4, -1, dtype=np.int32)) == []


def test_the_typical_segment_has_the_smallest_sum_of_squared_distances(rng):
    latents = rng.normal(size=(80, 16))
    labels = cluster(latents, "kmeans", k=4, seed=1)
    rows = typical_rows(latents, labels)
    for label, row in enumerate(rows):
        members = np.flatnonzero(labels == label)
        squared = ((latents[members, None] - latents[None, members]) ** 2).sum(axis=2)
        assert row == members[squared.sum(axis=1).argmin()]
    assert typical_rows(latents, np.full(80, -1, dtype=np.int32)).tolist() == []
