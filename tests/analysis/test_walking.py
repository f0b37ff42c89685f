"""Ways from a segment, on a table whose answer can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.segments import SegmentTable
from analysis.similarity import cosine_similarity
from analysis.walking import DIRECTIONS, neighbours, similarities, towards
from tests.tables import made_table


@pytest.fixture
def table() -> SegmentTable:
    return made_table()


def test_similarities_are_a_row_of_the_cosine_matrix(table: SegmentTable) -> None:
    matrix = cosine_similarity(table.latents)
    np.testing.assert_allclose(similarities(table, 11), matrix[11], atol=1e-6)


def test_a_row_that_is_not_there_is_refused(table: SegmentTable) -> None:
    for row in (-1, len(table)):
        with pytest.raises(IndexError, match="row"):
            similarities(table, row)


def test_neighbours_are_the_best_of_each_other_recording(table: SegmentTable) -> None:
    similarity = similarities(table, 11)
    found = neighbours(table, 11, similarity, 10)
    own = table.recording_index[11]
    expected = {}
    for recording in set(table.recording_index.tolist()) - {int(own)}:
        rows = np.flatnonzero(table.recording_index == recording)
        expected[int(rows[np.argmax(similarity[rows])])] = float(similarity[rows].max())
    assert dict(found) == pytest.approx(expected)
    values = [way.similarity for way in found]
    assert values == sorted(values, reverse=True)
    assert neighbours(table, 11, similarity, 2) == found[:2]


def test_one_recording_has_no_neighbours() -> None:
    alone = made_table(recordings=1)
    assert neighbours(alone, 0, similarities(alone, 0), 10) == []


def test_every_direction_leads_within_45_degrees(table: SegmentTable) -> None:
    for row in range(len(table)):
        for name, way in towards(table, row, similarities(table, row)).items():
            offset = (table.positions[way.row] - table.positions[row]).astype(float)
            along = float(offset @ np.asarray(DIRECTIONS[name]))
            assert along >= np.linalg.norm(offset) * np.sqrt(0.5) - 1e-9


def test_of_two_equally_near_the_one_that_sounds_alike_is_taken(table: SegmentTable) -> None:
    places = np.full((len(table), 2), np.nan, dtype=np.float32)
    places[0], places[1], places[2] = (0, 0), (1, 0.2), (1, -0.2)
    latents = table.latents.copy()
    latents[2] = latents[0] + 0.01
    latents[1] = -latents[0]
    moved = replace(table, positions=places, latents=latents)
    assert towards(moved, 0, similarities(moved, 0))["right"].row == 2


def test_where_the_map_ends_there_is_no_way(table: SegmentTable) -> None:
    rightmost = int(np.argmax(table.positions[:, 0]))
    highest = int(np.argmax(table.positions[:, 1]))
    assert "right" not in towards(table, rightmost, similarities(table, rightmost))
    assert "up" not in towards(table, highest, similarities(table, highest))
