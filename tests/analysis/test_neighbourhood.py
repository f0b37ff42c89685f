"""How well a map keeps neighbours, against maps whose answer is known."""

import numpy as np
from sklearn.neighbors import kneighbors_graph

from analysis.neighbourhood import neighbours_kept


def test_a_map_that_changes_nothing_keeps_all(rng):
    latents = rng.normal(size=(60, 2))
    assert neighbours_kept(latents, 3 * latents + 1).tolist() == [15] * 60


def test_it_is_the_overlap_of_both_neighbourhoods(rng):
    latents, positions = rng.normal(size=(80, 16)), rng.normal(size=(80, 2))
    near = [kneighbors_graph(points, 6).toarray() for points in (latents, positions)]
    expected = (near[0] * near[1]).sum(axis=1)
    assert np.array_equal(neighbours_kept(latents, positions, k=6), expected)
    assert 0 < expected.mean() < 2  # of a map by chance: k² / n


def test_only_the_segments_that_were_moved_lose_theirs(rng):
    plane = rng.uniform(size=(300, 2))
    moved = plane.copy()
    away = np.flatnonzero((plane < 0.2).all(axis=1))
    moved[away] = rng.permutation(moved[away]) + 5
    kept = neighbours_kept(plane, moved, k=5)
    far = (plane > 0.5).any(axis=1)
    assert (kept[far] == 5).all()
    assert kept[away].mean() < 4


def test_segments_that_are_not_on_the_map_are_nobodys_neighbours(rng):
    latents = rng.normal(size=(40, 2))
    positions = latents.copy()
    positions[::4] = np.nan
    kept = neighbours_kept(latents, positions, k=5)
    assert (kept[::4] == -1).all()
    assert (np.delete(kept, np.s_[::4]) == 5).all()


def test_few_segments_have_few_neighbours_or_none(rng):
    points = rng.normal(size=(4, 2))
    assert neighbours_kept(points, points).tolist() == [3] * 4
    assert neighbours_kept(points[:2], points[:2]).tolist() == [-1] * 2
    assert neighbours_kept(points[:0], points[:0]).tolist() == []
