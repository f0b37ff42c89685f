"""Named selections in the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from data import schema
from data.library import Library
from errors import UserError

RECIPE = {"map": "m", "all_of": [{"performer": ["甲"]}, {"box": [0.0, 0.0, 1.0, 1.0]}]}


@pytest.fixture
def library(tmp_path: Path):
    with Library.open(tmp_path / "library", create=True) as library:
        yield library


def test_what_is_kept_comes_back_newest_first(library: Library) -> None:
    selections = library.catalogue.selections
    first = selections.keep(" 慢板 ", "Conductor", RECIPE)
    second = selections.keep("Fast", "", {"map": "m", "all_of": []})
    assert selections.all() == [second, first]
    assert (first.name, first.who, first.recipe) == ("慢板", "Conductor", RECIPE)
    assert first.made.endswith("+00:00")


def test_a_removed_selection_can_be_restored_and_its_name_is_free(library: Library) -> None:
    selections = library.catalogue.selections
    kept = selections.keep("Fast", "", RECIPE)
    selections.remove(kept.id)
    assert selections.all() == []
    again = selections.keep("Fast", "", RECIPE)
    selections.remove(again.id)
    selections.restore(kept.id)
    assert [one.id for one in selections.all()] == [kept.id]


@pytest.mark.parametrize(("name", "sentence"), [("  ", "name first"), ("x" * 201, "shorter")])
def test_a_name_that_cannot_be_is_refused(library: Library, name: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        library.catalogue.selections.keep(name, "", RECIPE)


def test_a_name_is_given_once(library: Library) -> None:
    library.catalogue.selections.keep("Fast", "", RECIPE)
    with pytest.raises(UserError, match="already"):
        library.catalogue.selections.keep("Fast ", "Somebody", RECIPE)


def test_a_library_from_before_there_were_selections_gets_their_table(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / 'library' / 'library.db'}")
    with engine.begin() as connection:
        config = schema.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()
    with Library.open(tmp_path / "library") as library:
        assert library.catalogue.selections.keep("Fast", "", RECIPE).id == 1
