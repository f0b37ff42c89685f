"""Areas under ROC curves, against counting every pair."""

import numpy as np

from analysis.roc import areas_against_rest, pair_areas, pairwise_auc


def counted(one, other):
    higher = (one[:, None] > other[None]).mean()
    return higher + (one[:, None] == other[None]).mean() / 2


def test_areas_are_the_share_of_pairs_that_one_group_wins(rng):
    values = rng.integers(0, 6, size=(60, 3)).astype(float)  # many are equal
    codes = rng.permutation(np.repeat([0, 1, 2], [30, 20, 10]))
    areas = pair_areas(values, codes)
    for dimension in range(3):
        for a in range(3):
            for b in range(3):
                expected = counted(values[codes == a, dimension], values[codes == b, dimension])
                assert np.isclose(areas[dimension, a, b], expected)


def test_against_the_rest_is_against_all_others_together(rng):
    values = rng.normal(size=(60, 2))
    codes = rng.permutation(np.repeat([0, 1, 2], [30, 20, 10]))
    against = areas_against_rest(pair_areas(values, codes), np.array([30, 20, 10]))
    for group in range(3):
        expected = counted(values[codes == group, 1], values[codes != group, 1])
        assert np.isclose(against[1, group], expected)


def test_a_group_between_two_others_is_told_apart_from_each():
    values = np.arange(9.0)[:, None]
    codes = np.repeat([0, 1, 2], 3)
    areas = pair_areas(values, codes)
    assert pairwise_auc(areas)[0] == 1
    assert areas_against_rest(areas, np.array([3, 3, 3]))[0, 1] == 0.5


def test_by_hand_and_in_either_direction():
    # Three pairs of four say that the second is higher.
    values = np.array([[1.0], [3.0], [2.0], [4.0]])
    for sign in (1, -1):
        assert pairwise_auc(pair_areas(sign * values, [0, 0, 1, 1]))[0] == 0.75
    assert pairwise_auc(pair_areas(np.ones((4, 1)), [0, 0, 1, 1]))[0] == 0.5
