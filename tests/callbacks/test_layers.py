"""What lies beside the points: from a map with two heaps whose labels are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from analysis.segments import SegmentTable
from callbacks.layers import compute_layers
from callbacks.services import Services
from layout.maps import CONTOURS, NAMES
from tests.callbacks.test_compute import made_services
from tests.figures.test_figures import decoded
from tests.tables import made_table


def heaps() -> SegmentTable:
    """Each performer's segments in a heap of their own, the titles mixed."""
    table = made_table(recordings=12, segments=20)
    performers, _ = table.labels("performer")
    offset = np.stack([60.0 * performers, 0.0 * performers], axis=1)
    return replace(table, positions=(table.positions + offset).astype(np.float32))


@pytest.fixture
def services() -> Iterator[Services]:
    app, made = made_services(heaps())
    with app.app_context():
        yield made


def test_regions_have_the_names_of_what_the_colours_stand_for(services: Services) -> None:
    found = compute_layers(services, heaps(), [NAMES], "performer", None)
    assert {name["text"] for name in found["names"]} == {"Style A", "Style B"}
    by_text = {name["text"]: name for name in found["names"]}
    assert by_text["Style A"]["x"] < 10 < 50 < by_text["Style B"]["x"]
    assert found["contours"] == []
    assert compute_layers(services, heaps(), [NAMES], "piece", None)["names"] == []


def test_colours_that_name_nothing_leave_the_names_of_labels(services: Services) -> None:
    found = compute_layers(services, heaps(), [NAMES], "kept", None)
    assert {"Style A", "Style B"} <= {name["text"] for name in found["names"]}


def test_contours_are_closed_lines_of_five_levels(services: Services) -> None:
    found = compute_layers(services, heaps(), [CONTOURS], "performer", None)
    assert found["names"] == []
    pieces = [decoded(level).reshape(-1, 4) for level in found["contours"]]
    assert len(pieces) == 5
    assert all(len(level) > 20 and np.isfinite(level).all() for level in pieces)


def test_a_map_without_extent_has_none(services: Services) -> None:
    nowhere = replace(heaps(), positions=np.zeros((240, 2), np.float32), map_id="nowhere")
    found = compute_layers(services, nowhere, [CONTOURS, NAMES], "performer", None)
    assert found == {"contours": [], "names": []}
