"""Mean average precision: by hand, perfect, by chance, never from the own recording."""

import numpy as np
import pytest

from analysis.retrieval import average_precision, piece_retrieval, recording_means


def test_average_precision_by_hand():
    # Relevant ones on ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
    distances = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    relevant = np.array([True, False, True, True, False])
    assert average_precision(distances, relevant) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_equal_distances_do_not_flatter():
    relevant = np.array([True, False, False, False])
    assert average_precision(np.zeros(4), relevant) == 0.25


def test_a_tiny_case_by_hand():
    # On a line; recordings 0 and 1 play piece 0, recording 2 plays piece 1, recording 3 as well.
    vectors = np.array([[0.0], [1.0], [3.0], [1.5]])
    result = piece_retrieval(vectors, [0, 0, 1, 1], [0, 1, 2, 3])
    # 0 finds 1 first; 1 finds 3 before 0; 2 finds 3 first; 3 finds 1 and (as far) 0 and 2 last.
    assert result.value == pytest.approx((1 + 1 / 2 + 1 + 1 / 3) / 4)
    assert result.chance == pytest.approx(1 / 3)
    assert result.queries == 4


def test_pieces_that_stand_apart_score_one(blobs):
    vectors, pieces = blobs
    result = piece_retrieval(vectors, pieces, np.arange(120) % 7)
    assert result.value == 1.0
    assert result.remark == ""


def test_what_means_nothing_scores_near_chance(rng):
    recordings = np.arange(600) // 10
    result = piece_retrieval(rng.normal(size=(600, 16)), recordings % 5, recordings)
    assert result.value == pytest.approx(result.chance, abs=0.03)


def test_the_own_recording_is_never_ranked(rng):
    # Every recording is a tight group alone; its piece has one other recording, far away.
    recordings = np.arange(100) // 10
    vectors = 10 * np.eye(10, 16)[recordings] + 0.01 * rng.normal(size=(100, 16))
    result = piece_retrieval(vectors, recordings % 5, recordings)
    assert result.value is not None
    assert result.value < 0.6


def test_titles_that_stand_alone_or_are_unknown_give_a_sentence(rng):
    vectors = rng.normal(size=(30, 4))
    alone = piece_retrieval(vectors, np.arange(30) // 10, np.arange(30) // 10)
    unknown = piece_retrieval(vectors, np.full(30, -1), np.arange(30) // 10)
    for result in (alone, unknown, piece_retrieval(np.empty((0, 4)), [], [])):
        assert result.value is None
        assert "Needs a title with two recordings" in result.remark
    mixed = piece_retrieval(vectors, np.repeat([0, 0, -1], 10), np.arange(30) // 10)
    assert mixed.queries == 20
    assert "10 segments have no other recording" in mixed.remark


def test_recordings_are_the_means_of_their_standardised_segments(rng):
    vectors, recordings = rng.normal(size=(40, 3)) * [1, 100, 0.01], np.repeat([5, 2, 9, 4], 10)
    means, first = recording_means(vectors, recordings)
    assert recordings[first].tolist() == [2, 4, 5, 9]
    standard = (vectors - vectors.mean(axis=0)) / vectors.std(axis=0)
    assert np.allclose(means[0], standard[10:20].mean(axis=0))
