"""What the menu gives out of a selection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from analysis.stretches import runs
from callbacks import views
from callbacks.takeaway import playlist, python_lines
from data.library import Library
from data.maps import segment_table
from tests.tables import made_table


def test_the_playlist_joins_segments_that_follow_each_other() -> None:
    table = made_table()
    rows = np.array([0, 1, 2, 5, 7, 8], dtype=np.int32)
    view = views.Selected(table, {"map": "made", "all_of": []}, rows, False)
    lines = playlist(view, "http://lab:8050").splitlines()
    assert lines[0] == "#EXTM3U"
    assert [line for line in lines if line.startswith("http")] == [
        "http://lab:8050/media/10/audio#t=0,30",
        "http://lab:8050/media/10/audio#t=50,60",
        "http://lab:8050/media/11/audio#t=0,20",
    ]
    assert "#EXTINF:30,Mo Li Hua – Style A, 0:00–0:30" in lines
    assert runs(table, rows)[1] == (10, 50.0, 60.0)


def test_the_lines_for_a_notebook_load_the_same_segments(demo_library: Path) -> None:
    with Library.open(demo_library) as library:
        table = segment_table(library)
        assert table is not None
        name = table.labels("title")[1][0]
        box = [*table.positions.min(axis=0).tolist(), *np.median(table.positions, axis=0).tolist()]
        recipe = {"map": table.map_id, "all_of": [{"not": {"title": [name]}}, {"box": box}]}
        rows = views.selection.evaluate(recipe, table)
        view = views.Selected(table, recipe, rows, False)
        found: dict[str, Any] = {}
        exec(python_lines(str(library.folder), view), found)
        found["library"].close()
    assert found["rows"].tolist() == rows.tolist()
    np.testing.assert_array_equal(found["latents"], table.latents[rows])
    assert len(found["where"]) == len(rows) > 0
