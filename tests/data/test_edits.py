"""Edits, retirements and their undoing: rows change, files and older labels do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.catalogue import Recording
from data.edits import LONGEST_LABEL, Changes
from data.library import Library
from errors import UserError


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.save_recordings(
            Recording("/r", f"{n}.ogg", sha256=str(n), title=f"T{n}", performer="A")
            for n in range(3)
        )
        yield library


def _labels(library: Library, field: str = "performer") -> list[str]:
    return [getattr(row, field) for row in library.catalogue.recordings(state=None)]


def _ids(library: Library) -> list[int]:
    return [row.id for row in library.catalogue.recordings(state=None)]


def test_an_edit_lies_over_what_was_given_and_is_undone_and_redone(library: Library) -> None:
    changes, ids = Changes(library.catalogue), _ids(library)
    before = library.catalogue.revision()
    assert changes.edit(ids[:2], "performer", "  闵惠芬 ", who="Ma") == 2
    assert _labels(library) == ["闵惠芬", "闵惠芬", "A"]
    assert library.catalogue.revision() > before
    row = library.catalogue.recordings()[0]
    assert row.edits == {"performer": "闵惠芬"} and row.given["performer"] == "A"
    assert changes.edit(ids, "performer", "闵惠芬") == 1  # only who differs
    assert changes.undo() and _labels(library) == ["闵惠芬", "闵惠芬", "A"]
    assert changes.undo() and _labels(library) == ["A", "A", "A"]
    assert library.catalogue.recordings()[0].edits == {}
    assert changes.undo() is None
    assert changes.redo() and changes.redo() and changes.redo() is None
    assert _labels(library) == ["闵惠芬"] * 3
    assert [(c.kind, c.who) for c in changes.all()] == [("edit", ""), ("edit", "Ma")]


def test_a_new_edit_ends_what_could_be_redone(library: Library) -> None:
    changes, ids = Changes(library.catalogue), _ids(library)
    changes.edit(ids, "title", "X")
    changes.undo()
    changes.edit(ids[:1], "title", "Y")
    assert changes.redo() is None
    assert _labels(library, "title") == ["Y", "T1", "T2"]
    assert changes.undo() and _labels(library, "title") == ["T0", "T1", "T2"]
    # What was taken back before is not what undo finds next.
    assert changes.undo() is None


def test_an_empty_label_goes_back_to_what_was_given(library: Library) -> None:
    changes, ids = Changes(library.catalogue), _ids(library)
    changes.edit(ids, "instrument", "Erhu")
    assert changes.edit(ids[:1], "instrument", " ") == 1
    assert _labels(library, "instrument") == ["Unknown", "Erhu", "Erhu"]
    changes.undo()
    assert _labels(library, "instrument") == ["Erhu"] * 3


def test_what_is_edited_follows_when_what_is_given_changes(library: Library) -> None:
    changes, ids = Changes(library.catalogue), _ids(library)
    changes.edit(ids[:1], "title", "X")
    row = library.catalogue.recordings()[0]
    library.catalogue.save_recordings([replace(row, given={**row.given, "title": "from a table"})])
    changes.undo()
    assert _labels(library, "title")[0] == "from a table"


def test_retired_recordings_come_back_as_they_were(library: Library) -> None:
    changes, ids = Changes(library.catalogue), _ids(library)
    assert changes.retire(ids[:2]) == 2 and changes.retire(ids[:1]) == 0
    assert len(library.catalogue.recordings()) == 1
    assert changes.restore(ids) == 2
    assert len(library.catalogue.recordings()) == 3
    changes.undo()
    changes.undo()
    assert len(library.catalogue.recordings()) == 3
    assert changes.steps()[0] is None and changes.steps()[1] is not None


def test_many_recordings_are_edited_at_once(library: Library) -> None:
    library.catalogue.save_recordings(Recording("/many", f"{n:05d}.ogg") for n in range(3000))
    changes = Changes(library.catalogue)
    assert changes.edit(_ids(library), "performer", "All") == 3003
    assert set(_labels(library)) == {"All"}
    changes.undo()
    assert set(_labels(library)) == {"A", "Unknown"}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("path", "x", "no label “path”"), ("title", "x" * (LONGEST_LABEL + 1), "choose a shorter")],
)
def test_what_cannot_be_typed_is_a_sentence(
    library: Library, field: str, value: str, says: str
) -> None:
    with pytest.raises(UserError, match=says):
        Changes(library.catalogue).edit(_ids(library), field, value)
