"""T1's figures and clusters of pitch, on points whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.notes import QUESTIONS, note_figures, pitch_clusters


def test_neighbours_come_from_other_notes_and_across_from_other_instruments() -> None:
    # Two instruments; each note is one tight cluster, the pitch alone decides where.
    random = np.random.default_rng(0)
    pitch = np.repeat([0, 1, 2, 0, 1, 2], 10)
    instrument = np.repeat([0, 0, 0, 1, 1, 1], 10)
    note = np.repeat(np.arange(6), 10)
    values = np.stack([10.0 * pitch, np.zeros(60)], axis=1) + random.normal(0, 0.1, (60, 2))
    figures = note_figures(values, values, pitch, np.ones(60, int), instrument, note)
    assert set(figures) == {"trustworthiness", *QUESTIONS}
    assert figures["trustworthiness"] == pytest.approx(1)
    assert figures["pitch"]["accuracy"] == 1
    assert figures["pitch across instruments"]["accuracy"] == 1
    # The nearest other note is always the other instrument's.
    assert figures["instrument"]["accuracy"] == 0
    assert figures["loudness"] == {"accuracy": None, "chance": None}


def test_an_own_place_for_each_instrument_does_not_help_across_instruments() -> None:
    random = np.random.default_rng(1)
    pitch = np.repeat([0, 1, 0, 1, 0, 1, 0, 1], 10)
    instrument = np.repeat([0, 0, 0, 0, 1, 1, 1, 1], 10)
    note = np.repeat(np.arange(8), 10)
    # The second instrument's pitches lie the other way round.
    x = np.where(instrument == 0, pitch, 1 - pitch) * 10.0
    values = np.stack([x, 100.0 * instrument], axis=1) + random.normal(0, 0.1, (80, 2))
    figures = note_figures(values, values, pitch, np.ones(80, int), instrument, note)
    assert figures["pitch"]["accuracy"] == 1
    assert figures["pitch across instruments"]["accuracy"] == pytest.approx(0, abs=0.2)


def test_a_cluster_is_named_at_one_of_its_points_and_stray_points_are_not() -> None:
    random = np.random.default_rng(2)
    heaps = [random.normal(centre, 0.1, (60, 2)) for centre in ((0, 0), (10, 0), (0, 10))]
    stray = np.array([[5.0, 5.0]])
    positions = np.concatenate([*heaps, stray]).astype(np.float32)
    pitches = ["La4"] * 120 + ["Do5"] * 60 + ["La4"]
    clusters = pitch_clusters(positions, pitches)
    assert sorted(cluster.pitch for cluster in clusters) == ["Do5", "La4", "La4"]
    for cluster in clusters:
        assert cluster.size == pytest.approx(60, abs=3)
        assert (positions == np.array([cluster.x, cluster.y], np.float32)).all(axis=1).any()
    assert pitch_clusters(np.zeros((0, 2), np.float32), []) == []
