"""Novelty finds a made boundary, stripes find a made repeat; both are scored fairly."""

import numpy as np
import pytest

from analysis.similarity import cosine_similarity
from analysis.structure import Repeat, boundaries, novelty, repeats
from analysis.structure_scores import (
    Section,
    boundary_score,
    random_score,
    repeat_score,
    uniform_boundaries,
)

SECTIONS = (
    Section(0.3, 40.0, "A"),
    Section(40.0, 80.0, "B"),
    Section(80.0, 120.0, "A loud"),
)


def made_latents(rng, *lengths):
    """Windows that turn around one direction for each section."""
    centres = rng.normal(size=(len(lengths), 16))
    return np.repeat(centres, lengths, axis=0) + 0.2 * rng.normal(size=(sum(lengths), 16))


def test_novelty_peaks_where_the_music_changes(rng):
    similarity = cosine_similarity(made_latents(rng, 40, 30, 50))
    times = boundaries(novelty(similarity))
    assert times.tolist() == pytest.approx([40 + 4.5, 70 + 4.5], abs=1.01)


def test_the_ends_of_a_recording_are_no_boundaries(rng):
    similarity = cosine_similarity(np.ones((60, 16)) + 1e-4 * rng.normal(size=(60, 16)))
    curve = novelty(similarity)
    assert np.abs(curve).max() < 1e-6
    assert boundaries(novelty(np.ones((40, 40)))).tolist() == []
    assert boundaries(novelty(np.ones((1, 1)))).tolist() == []
    assert boundaries(novelty(np.ones((0, 0)))).tolist() == []


def test_a_passage_that_comes_back_is_found_with_its_length(rng):
    latents = rng.normal(size=(120, 16))
    latents[80:100] = latents[20:40] + 0.1 * rng.normal(size=(20, 16))
    found = repeats(cosine_similarity(latents))
    assert found[0].start_a == pytest.approx(20, abs=1)
    assert found[0].start_b == pytest.approx(80, abs=1)
    assert found[0].duration == pytest.approx(29, abs=2)
    assert found[0].similarity > 0.95
    assert len(found) == 1


def test_shadows_of_a_repeat_are_not_told_again(rng):
    smooth = np.cumsum(rng.normal(size=(60, 16)), axis=0)
    latents = np.concatenate([smooth, rng.normal(size=(30, 16)) * 5, smooth])
    found = [r for r in repeats(cosine_similarity(latents)) if abs(r.start_b - r.start_a - 90) < 5]
    assert len(found) == 1
    assert found[0].duration > 60


def test_what_is_too_short_has_no_repeats():
    assert repeats(np.ones((9, 9))) == []
    assert repeats(np.ones((0, 0))) == []


def test_perfect_boundaries_score_one_and_the_ends_do_not_count():
    assert boundary_score(SECTIONS, [40, 80], 121, 3.0) == (1.0, 1.0, 1.0)
    assert boundary_score(SECTIONS, [0, 40, 80, 121], 121, 3.0).f == 1.0
    assert boundary_score(SECTIONS, [60], 121, 3.0).f == 0.0
    assert boundary_score(SECTIONS, [], 121, 3.0).f == 0.0
    half = boundary_score(SECTIONS, [41, 60], 121, 3.0)
    assert half == (0.5, 0.5, 0.5)
    assert boundary_score(SECTIONS, [45, 75], 121, 10.0).f == 1.0


def test_uniform_and_random_boundaries_have_the_same_count():
    assert uniform_boundaries(3, 80).tolist() == [20, 40, 60]
    assert 0 < random_score(SECTIONS, 2, 121, 3.0).f < 0.3
    assert random_score(SECTIONS, 2, 121, 3.0) == random_score(SECTIONS, 2, 121, 3.0)


def test_repeats_are_scored_by_the_names_of_their_sections():
    perfect = repeat_score(SECTIONS, [Repeat(0, 80, 38, 0.9)], 120)
    assert perfect.precision == pytest.approx(1, abs=0.03)
    assert (perfect.recall, perfect.pairs) == (1.0, 1)
    assert perfect.chance is not None
    assert 0.3 < perfect.chance < 0.6
    wrong = repeat_score(SECTIONS, [Repeat(5, 45, 30, 0.9)], 120)
    assert (wrong.precision, wrong.recall) == (0.0, 0.0)


def test_nothing_found_and_nothing_that_returns():
    nothing = repeat_score(SECTIONS, [], 120)
    assert (nothing.precision, nothing.recall) == (None, 0.0)
    once = repeat_score(SECTIONS[:2], [], 80)
    assert (once.recall, once.pairs) == (None, 0)
