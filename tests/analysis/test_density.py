"""Contours and regions of maps whose shape is known."""

import numpy as np
import pytest

from analysis.density import ENCLOSED, contour_segments, density, levels, regions
from analysis.selection import inside_polygon


@pytest.fixture
def three_heaps(rng):
    """Three round heaps of 200, apart from each other, and which heap each point is of."""
    heaps = np.repeat([0, 1, 2], 200)
    centres = np.array([[0.0, 0.0], [40.0, 0.0], [0.0, 90.0]])
    return (rng.normal(size=(600, 2)) * 3 + centres[heaps]).astype(np.float32), heaps


def test_lines_enclose_the_shares_that_they_are_named_by(rng):
    points = rng.normal(size=(3000, 2)) * [1, 8]
    found = density(points)
    assert found is not None
    radius = np.linalg.norm(points / [1, 8], axis=1)
    for share, level in zip(ENCLOSED, levels(found), strict=True):
        line = contour_segments(found, level).reshape(-1, 2, 2)
        # Of one normal distribution each line is an ellipse, with a known radius.
        outer = line[np.linalg.norm(line[:, 0] / [1, 8], axis=1).argsort()[len(line) // 2], 0]
        inside = (radius < np.linalg.norm(outer / [1, 8])).mean()
        assert inside == pytest.approx(share, abs=0.08)


def test_the_pieces_of_a_line_join_and_go_round(three_heaps):
    points, heaps = three_heaps
    found = density(points)
    assert found is not None
    pieces = contour_segments(found, levels(found)[-1]).reshape(-1, 2, 2)
    ends, counts = np.unique(pieces.reshape(-1, 2).round(3), axis=0, return_counts=True)
    assert len(pieces) > 60
    assert (counts == 2).all()  # every end is the beginning of another piece
    for heap in range(3):
        at = points[heaps == heap]
        centre, near = at.mean(axis=0), 15
        own = ends[np.linalg.norm(ends - centre, axis=1) < near]
        around = np.arctan2(*(own - centre).T)
        polygon = own[np.argsort(around)]
        assert inside_polygon(at, polygon).mean() > 0.75


def test_a_region_is_named_by_the_label_that_fills_it(three_heaps, rng):
    points, heaps = three_heaps
    labels = np.array([5, 3, 0])[heaps]
    mixed = heaps == 2
    labels[mixed] = rng.integers(10, 20, size=mixed.sum())  # ten labels in one heap: no name
    found = density(points)
    assert found is not None
    named = {region.code: region for region in regions(found, labels)}
    assert set(named) == {5, 3}
    for code, heap in ((5, 0), (3, 1)):
        region = named[code]
        assert region.share == 1.0
        assert 150 <= region.count <= 200
        centre = points[heaps == heap].mean(axis=0)
        assert np.linalg.norm([region.x, region.y] - centre) < 3
        assert region.y < region.top < centre[1] + 12


@pytest.mark.parametrize(("share", "named"), [(0.75, True), (0.45, False)])
def test_six_tenths_are_needed(three_heaps, rng, share, named):
    points, heaps = three_heaps
    labels = np.where(rng.uniform(size=600) < share, 1, rng.integers(2, 40, size=600))
    labels[heaps != 0] = -1
    found = density(points)
    assert found is not None
    shares = [region.share for region in regions(found, labels)]
    assert bool(shares) == named
    assert all(value >= 0.6 for value in shares)


def test_what_has_no_density_has_no_layers():
    assert density(np.zeros((0, 2))) is None
    assert density(np.zeros((9, 2))) is None
    assert density(np.full((9, 2), np.nan)) is None
    assert density(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])) is None


def test_segments_that_are_not_on_the_map_count_nowhere(three_heaps):
    points, heaps = three_heaps
    without = points.copy()
    without[heaps == 1] = np.nan
    found, rest = density(without), density(points[heaps != 1])
    assert found is not None and rest is not None
    assert np.allclose(found.values, rest.values)
    assert {region.code for region in regions(found, heaps)} == {0, 2}
