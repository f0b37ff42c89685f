"""Descriptors of a library: measured once, kept, and what fails is said."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from analysis.descriptors import DESCRIPTORS, DescriptorState
from analysis.segments import SegmentTable
from data import features
from data.features import FeatureStore
from data.library import Library
from data.maps import segment_table
from jobs import descriptors
from jobs.descriptors import DescriptorRunner
from jobs.importing import import_folder
from tests.serial_engine import SerialEngine, serial


def finished(runner: DescriptorRunner, table: SegmentTable) -> DescriptorState:
    """The state when nothing goes on any more."""
    for _ in range(600):
        state = runner.state(table)
        if not state.busy:
            return state
        time.sleep(0.05)
    raise AssertionError(state.sentence)


@pytest.fixture
def imported(library: Library, folder: Path) -> tuple[Library, SegmentTable]:
    import_folder(library, serial(), folder)
    table = segment_table(library)
    assert table is not None and len(table.recordings) == 3
    return library, table


def test_every_segment_is_measured_once_and_kept(imported: tuple[Library, SegmentTable]) -> None:
    library, table = imported
    state = finished(DescriptorRunner(library, serial()), table)
    assert state.values.shape == (len(table), len(DESCRIPTORS))
    assert state.known.all() and state.sentence == ""
    assert np.isfinite(state.values[:, [0, 3, 4]]).all()
    engine = SerialEngine()
    again = finished(DescriptorRunner(library, engine), table)  # type: ignore[arg-type]
    np.testing.assert_array_equal(again.values, state.values)
    assert engine.calls == 0


def test_rows_are_the_tables(imported: tuple[Library, SegmentTable]) -> None:
    library, table = imported
    state = finished(DescriptorRunner(library, serial()), table)
    by_id = {row.id: row for row in library.catalogue.recordings()}
    store = FeatureStore(library.features_folder)
    for row in range(len(table)):
        recording = by_id[table.recordings[table.recording_index[row]].id]
        kept = store.find(recording.sha256, features.DESCRIPTORS)
        assert kept is not None
        np.testing.assert_array_equal(
            kept["segments"][int(table.start_s[row] / 10)], state.values[row]
        )


def test_a_missing_and_a_changed_file_are_left_out_and_said(
    imported: tuple[Library, SegmentTable], folder: Path
) -> None:
    library, table = imported
    (folder / "Erhu/A/Guang Ming Xing.ogg").unlink()
    (folder / "Zheng/C/茉莉花.wav").write_bytes(b"RIFF")
    state = finished(DescriptorRunner(library, serial()), table)
    assert "2 recordings are left out: Guang Ming Xing.ogg cannot be opened" in state.sentence
    left = [info.path for info in table.recordings if "B" in info.path]
    measured = {table.recordings[i].path for i in table.recording_index[state.known]}
    assert measured == set(left)
    assert np.isnan(state.values[~state.known]).all()


def test_a_damaged_file_is_measured_again(imported: tuple[Library, SegmentTable]) -> None:
    library, table = imported
    first = finished(DescriptorRunner(library, serial()), table)
    for path in library.features_folder.glob("*"):
        path.write_bytes(b"half a file")
    again = finished(DescriptorRunner(library, serial()), table)
    np.testing.assert_array_equal(again.values, first.values)


def test_a_fault_of_ours_ends_in_a_sentence(
    imported: tuple[Library, SegmentTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: str) -> None:
        raise ZeroDivisionError

    library, table = imported
    monkeypatch.setattr(descriptors, "keep_descriptors", broken)
    state = finished(DescriptorRunner(library, serial()), table)
    assert "the log says why" in state.sentence
    assert not state.known.any()
