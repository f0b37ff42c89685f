"""The form of made recordings: cells stand at their times, blocks are exact, returns are found."""

import numpy as np
import pytest

from analysis.form import Form, form_of
from analysis.similarity import cosine_similarity


def made_windows(rng, *directions, seconds=20, hop_s=1):
    """Windows that turn around one of a few directions for `seconds` each."""
    centres = 4 * np.eye(16)[list(directions)]
    each = seconds // hop_s
    latents = np.repeat(centres, each, axis=0)
    return latents + 0.3 * rng.normal(size=latents.shape)


@pytest.mark.parametrize("hop_s", [10, 5, 1])
def test_a_section_that_is_unlike_the_rest_begins_and_ends_at_its_times(rng, hop_s):
    latents = made_windows(rng, 0, 1, 0, seconds=60, hop_s=hop_s)
    form = form_of(latents, None, hop_s)
    # Windows, not sound, were made: the change lies between the middles of two of them.
    edges = [60 + 5 - hop_s / 2, 120 + 5 - hop_s / 2]
    assert form.across.boundaries == pytest.approx(edges, abs=hop_s)
    starts_and_ends = form.across.sections(190.0)
    assert starts_and_ends[0][0] == 0
    assert starts_and_ends[-1][1] == 190.0
    assert form.down is form.across


def test_at_ten_seconds_a_cell_lies_where_its_segment_does(rng):
    latents = rng.normal(size=(32, 16))
    form = form_of(latents, None, 10)
    assert (form.first_s, form.step_s, form.length_s) == (0, 10, 10)
    np.testing.assert_array_equal(form.matrix, cosine_similarity(latents))


def test_at_one_second_a_cell_lies_about_the_middle_of_its_window(rng):
    form = form_of(rng.normal(size=(50, 16)), None, 1)
    assert form.first_s + form.step_s / 2 == 5
    assert form.length_s == 10


@pytest.mark.parametrize(("hop_s", "least_s"), [(10, 20), (5, 15), (1, 14)])
def test_a_passage_that_returns_is_told_with_both_its_times(rng, hop_s, least_s):
    latents = rng.normal(size=(200 // hop_s, 16))
    first, second, length = 20 // hop_s, 140 // hop_s, 40 // hop_s
    played = latents[first : first + length]
    latents[second : second + length] = played + 0.1 * rng.normal(size=played.shape)
    best = form_of(latents, None, hop_s).passages[0]
    assert (best.start_a, best.start_b) == pytest.approx((20, 140), abs=hop_s)
    assert best.duration == pytest.approx(40 + 10 - hop_s, abs=2 * hop_s)
    assert best.duration >= least_s
    assert best.similarity > 0.9


def test_a_passage_of_two_recordings_is_found_in_each_wherever_it_stands(rng):
    one, other = rng.normal(size=(120, 16)), rng.normal(size=(90, 16))
    other[5:35] = one[70:100] + 0.1 * rng.normal(size=(30, 16))
    form = form_of(one, other, 1)
    assert form.matrix.shape == (90, 120)
    (best, *_) = form.passages
    assert (best.start_a, best.start_b) == pytest.approx((70, 5), abs=1)
    # Seen from the other one it is the same passage.
    mirrored = form_of(other, one, 1)
    np.testing.assert_array_equal(mirrored.matrix, form.matrix.T)
    assert (mirrored.passages[0].start_a, mirrored.passages[0].start_b) == (
        best.start_b,
        best.start_a,
    )


def test_what_two_recordings_do_not_share_is_no_common_passage(rng):
    one = made_windows(rng, 0, 1, seconds=40)
    other = made_windows(rng, 2, 3, seconds=40)
    assert form_of(one, other, 1).passages == ()


def test_levelled_it_is_the_music_that_is_compared_and_not_the_instruments(rng):
    melody = np.cumsum(rng.normal(size=(80, 16)), axis=0) / 3
    erhu, pipa = 20 * np.eye(16)[0], 20 * np.eye(16)[1]
    plain = form_of(melody + erhu, melody + pipa, 1)
    levelled = form_of(melody + erhu, melody + pipa, 1, levelled=True)
    assert plain.passages == ()
    assert np.diagonal(levelled.matrix).min() > 0.99
    assert levelled.passages[0].start_a == levelled.passages[0].start_b
    assert levelled.passages[0].duration == pytest.approx(89, abs=5)


def test_more_cells_than_anybody_sees_are_exact_means_over_blocks(rng):
    latents = rng.normal(size=(103, 16))
    form = form_of(latents, None, 1, limit=25)
    whole = cosine_similarity(latents)
    assert (form.block, form.step_s, form.hop_s) == (5, 5, 1)
    assert form.matrix.shape == (21, 21)  # the last of three windows
    assert form.matrix[2, 7] == pytest.approx(whole[10:15, 35:40].mean(), abs=1e-6)
    assert form.matrix[20, 0] == pytest.approx(whole[100:, :5].mean(), abs=1e-6)
    # The first block lies about the middle of its five windows.
    assert form.first_s + form.step_s / 2 == pytest.approx((0 + 4 + 10) / 2)
    assert form.length_s == 14


def test_two_recordings_share_the_size_of_a_block(rng):
    form = form_of(rng.normal(size=(60, 16)), rng.normal(size=(20, 16)), 1, limit=30)
    assert (form.block, form.matrix.shape) == (2, (10, 30))


def test_without_a_window_there_is_no_form(rng):
    with pytest.raises(ValueError, match="window"):
        form_of(np.empty((0, 16)), None, 1)
    single: Form = form_of(rng.normal(size=(1, 16)), None, 10)
    assert single.matrix.shape == (1, 1)
    assert single.passages == ()
    assert single.across.sections(12.0) == [(0.0, 12.0)]
