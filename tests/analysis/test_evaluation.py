"""Figures about latents: perfect input scores 1, labels of chance score chance."""

import numpy as np
import pytest

from analysis.evaluation import (
    dead_dimensions,
    map_faithfulness,
    separability,
)


def test_separated_labels_on_several_recordings_score_one(blobs):
    latents, groups = blobs
    recordings = np.arange(len(groups)) % 4
    result = separability(latents, groups, recordings)
    assert result.accuracy == 1.0
    assert result.balanced_accuracy == 1.0
    assert result.chance == 0.5
    assert (result.segments, result.labels, result.groups, result.remark) == (120, 3, 4, "")


def test_labels_of_chance_score_chance(rng):
    latents, codes = rng.normal(size=(1500, 16)), rng.integers(0, 3, size=1500)
    result = separability(latents, codes, np.arange(1500) // 10)
    assert result.accuracy == pytest.approx(1 / 3, abs=0.05)


def test_a_recordings_own_segments_never_vote(rng):
    # Each recording is a tight group of its own; labels are spread over them by chance.
    recordings = np.repeat(np.arange(60), 10)
    latents = rng.normal(size=(60, 16))[recordings] * 10 + 0.01 * rng.normal(size=(600, 16))
    codes = rng.integers(0, 2, size=60)[recordings]
    result = separability(latents, codes, recordings)
    assert result.accuracy is not None
    assert 0.2 < result.accuracy < 0.8


def test_it_agrees_with_a_brute_force_vote(rng):
    latents = rng.normal(size=(80, 4))
    codes, recordings = np.arange(80) // 4 % 3, np.arange(80) // 4
    right = 0
    for row in range(80):
        others = np.flatnonzero(recordings != recordings[row])
        distances = np.linalg.norm(latents[others] - latents[row], axis=1)
        nearest = list(codes[others[np.argsort(distances)[:5]]])
        right += (
            max(nearest, key=lambda code: (nearest.count(code), -nearest.index(code)))
            == (codes[row])
        )
    assert separability(latents, codes, recordings).accuracy == right / 80


def test_a_split_by_piece_or_performer_really_keeps_them_apart(rng):
    # Every label sits in two pieces far from each other: only the own piece would give it away.
    pieces = np.repeat(np.arange(8), 30)
    codes = pieces % 4
    latents = 20 * np.eye(8, 16)[pieces] + rng.normal(size=(240, 16))
    recordings = np.arange(240) // 10
    assert separability(latents, codes, recordings).accuracy == 1.0
    apart = separability(latents, codes, pieces, unit="piece")
    assert apart.accuracy is not None
    assert apart.accuracy < 0.7
    assert apart.groups == 8


def test_rows_of_an_unknown_group_are_left_out(blobs):
    latents, labels = blobs
    groups = np.where(np.arange(120) < 30, -1, np.arange(120) % 4)
    result = separability(latents, labels, groups, unit="piece")
    assert result.segments == 90
    assert "30 of 120 segments" in result.remark
    assert "in one piece only" in result.remark


def test_labels_that_stand_on_one_recording_are_left_out_and_said(blobs):
    latents, groups = blobs
    recordings = np.where(groups == 2, 99, np.arange(len(groups)) % 3)
    result = separability(latents, groups, recordings)
    assert result.segments == 100
    assert "20 of 120 segments are left out" in result.remark


@pytest.mark.parametrize("codes", [np.zeros(120, int), np.full(120, -1)])
def test_labels_that_do_not_allow_it_give_a_sentence(blobs, codes):
    result = separability(blobs[0], codes, np.arange(120) % 4)
    assert result.accuracy is None
    assert "Needs two labels" in result.remark


def test_no_segments_give_a_sentence():
    assert "Needs two labels" in separability(np.empty((0, 16)), [], []).remark


def test_dead_dimensions_hardly_move(rng):
    latents = rng.normal(size=(100, 16))
    latents[:, 3] = 7.0
    latents[:, 9] *= 1e-4
    assert dead_dimensions(latents) == [3, 9]
    assert dead_dimensions(np.empty((0, 16))) == []


def test_a_map_that_is_the_plane_itself_is_faithful_and_a_random_one_is_not(rng):
    plane = rng.normal(size=(200, 2))
    assert map_faithfulness(np.pad(plane, ((0, 0), (0, 14))), plane) == (1.0, 1.0, 200)
    trust, continuity, rows = map_faithfulness(
        np.pad(plane, ((0, 0), (0, 14))), rng.normal(size=(200, 2)), limit=150
    )
    assert rows == 150
    assert trust is not None
    assert continuity is not None
    assert max(trust, continuity) < 0.7


def test_a_few_points_have_no_faithfulness():
    assert map_faithfulness(np.ones((11, 16)), np.ones((11, 2))) == (None, None, 11)
