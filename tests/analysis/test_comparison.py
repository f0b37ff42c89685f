"""Two selections side by side."""

import numpy as np
import pytest

from analysis.comparison import BINS, compare, contents


def test_the_dimension_that_was_moved_differs_most(make_table, rng):
    table = make_table(200)
    first, second = np.arange(0, 80), np.arange(80, 200)
    table.latents[first, 5] += 100
    table.latents[second, 2] += 0.8
    found = compare(table, first, second)
    assert found.order[0] == 5
    assert found.areas[5] == 1
    assert found.areas[2] < 0.5
    assert found.differences.min() >= 0.5
    assert sorted(found.order.tolist()) == list(range(16))
    np.testing.assert_allclose(found.densities.sum(axis=2), 1)
    np.testing.assert_allclose(found.medians[1], np.median(table.latents[second], axis=0))
    # All of one lies above all of the other on the common scale.
    assert np.flatnonzero(found.densities[0, 5]).min() > np.flatnonzero(found.densities[1, 5]).max()


def test_a_selection_does_not_differ_from_itself_and_shares_everything(make_table):
    table = make_table(50)
    rows = np.arange(10, 30)
    found = compare(table, rows, rows)
    assert found.areas == pytest.approx(np.full(16, 0.5))
    assert found.shared == 20
    assert compare(table, rows[:5], rows[5:]).shared == 0


def test_one_segment_against_one_and_a_dimension_without_spread(make_table):
    table = make_table(20)
    table.latents[:, 3] = 1.5
    found = compare(table, np.array([1]), np.array([2]))
    assert found.areas[3] == 0.5
    assert found.densities.shape == (2, 16, BINS)


def test_contents_are_counted_most_first(make_table):
    table = make_table()
    rows = np.arange(0, len(table), 2)
    counted = contents(table, rows, "performer")
    assert sum(count for _, count in counted) == len(rows)
    assert [count for _, count in counted] == sorted((c for _, c in counted), reverse=True)
    codes, vocabulary = table.labels("performer")
    assert dict(counted)[vocabulary[codes[rows[0]]]] == int((codes[rows] == codes[rows[0]]).sum())
