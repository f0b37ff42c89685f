"""What a dimension means, on numbers whose answer is known."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from analysis.dimension import (
    LEAST_OF_GROUP,
    LEAST_SEGMENTS,
    MOST_GROUPS,
    chance_correlation,
    compare_groups,
    ends,
    rank_correlations,
)


def test_correlations_are_spearmans_of_the_segments_that_have_the_descriptor(rng):
    values = rng.normal(size=80)
    table = np.stack([np.exp(values), -(values**3), rng.integers(0, 4, 80) + values], axis=1)
    table[::3, 2] = np.nan
    known = ~np.isnan(table[:, 2])
    found = rank_correlations(values, table)
    assert found[:2] == pytest.approx([1, -1])
    assert found[2] == pytest.approx(spearmanr(values[known], table[known, 2])[0])


def test_what_is_hardly_known_or_never_changes_has_no_correlation(rng):
    values = rng.normal(size=40)
    few = np.full(40, np.nan)
    few[: LEAST_SEGMENTS - 1] = values[: LEAST_SEGMENTS - 1]
    found = rank_correlations(values, np.stack([few, np.ones(40)], axis=1))
    assert np.isnan(found).all()
    assert np.isnan(rank_correlations([], np.empty((0, 2)))).all()


def test_chance_is_exceeded_about_one_time_in_twenty(rng):
    trials = [abs(rank_correlations(rng.normal(size=50), rng.normal(size=(50, 40)))) for _ in "123"]
    assert 0.01 < (np.concatenate(trials) > chance_correlation(50)).mean() < 0.11
    assert chance_correlation(1) == 1


def test_ends_are_the_outermost_of_different_recordings():
    values = np.arange(100.0)
    recordings = np.repeat(np.arange(25), 4)
    lowest, highest = ends(values, recordings)
    assert lowest.tolist() == [0, 4, 8]
    assert highest.tolist() == [99, 95, 91]


def test_ends_do_not_reach_for_a_recording_that_lies_elsewhere():
    recordings = np.repeat([0, 1], 50)
    lowest, highest = ends(np.arange(100.0), recordings)
    assert lowest.tolist() == [0, 1, 2]
    assert highest.tolist() == [99, 98, 97]


@pytest.mark.parametrize("count", range(9))
def test_no_segment_stands_at_both_ends(count):
    lowest, highest = ends(np.arange(count)[::-1], np.zeros(count))
    assert not set(lowest) & set(highest)
    assert len(lowest) == min(3, count // 2 if count > 1 else count)


def test_the_dimension_that_parts_two_groups_is_found(rng):
    latents = rng.normal(size=(60, 16))
    codes = np.repeat([4, 9], 30)
    latents[:, 10] += np.where(codes == 9, 20, 0)
    groups = compare_groups(latents, codes)
    assert groups.best_dimensions()[0] == (10, 1.0)
    assert groups.codes.tolist() == [4, 9]
    assert groups.pairs(10) == [(0, 1, 1.0)]  # the lower one first
    assert groups.against_rest(10).tolist() == [0, 1]


def test_pairs_come_best_first_and_of_equals_the_larger(rng):
    latents = np.concatenate([np.full(5, 0.0), np.full(20, 1.0), np.full(20, 2.0)])[:, None]
    latents += 0.01 * rng.normal(size=latents.shape)
    groups = compare_groups(-latents, np.repeat([0, 1, 2], [5, 20, 20]))
    assert groups.pairs(0)[0] == (2, 1, 1.0)
    assert {pair[2] for pair in groups.pairs(0)} == {1.0}


def test_groups_too_small_and_too_many_are_left_out(rng):
    small = np.repeat([0, 1, 2], [10, 10, LEAST_OF_GROUP - 1])
    groups = compare_groups(rng.normal(size=(len(small), 2)), small)
    assert (groups.codes.tolist(), groups.left_out) == ([0, 1], 1)
    many = np.arange(5 * (MOST_GROUPS + 6)) // 5
    groups = compare_groups(rng.normal(size=(len(many), 2)), many)
    assert (len(groups.codes), groups.left_out) == (MOST_GROUPS, 6)


def test_one_group_and_none_are_not_compared(rng):
    latents = rng.normal(size=(20, 16))
    assert compare_groups(latents, np.zeros(20, int)) is None
    assert compare_groups(latents, np.full(20, -1)) is None
    assert compare_groups(latents[:0], np.zeros(0, int)) is None
