from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.catalogue import Catalogue, Recording
from data.library import Library
from data.titles import alike, keep_apart, merge_titles, merged_titles, piece_key, pieces


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Library.open(tmp_path / "library", create=True) as library:
        yield library.catalogue


def _save(catalogue: Catalogue, *titles: str) -> None:
    catalogue.save_recordings(
        Recording("/music", f"{place}.ogg", sha256=f"{place:064}", title=title)
        for place, title in enumerate(titles)
    )


def test_ways_of_writing_a_title_are_one_piece() -> None:
    for same in (
        (
            "广陵散",
            "廣陵散",
            "《广陵散》",
            "廣陵散（古琴独奏）",
            "广 陵 散",
            "广陵散(2)",
            "「廣陵散」",
        ),
        ("Guang Ming Xing", "GUANG MING XING", "Guang-Ming Xing", "Guang Ming Xing (Live)"),
        ("春江花月夜", "春江花月夜【现场版】", "春江花月夜　"),
    ):
        assert len({piece_key(title) for title in same}) == 1
    for other in ("梅花三弄 第一段", "梅花三弄 第二段", "光明行", "Guang Ming Xing", "(1)", "？"):
        assert piece_key(other)
    assert piece_key("梅花三弄 第一段") != piece_key("梅花三弄 第二段")


def test_near_titles_are_offered_and_nothing_is_merged_in_silence(catalogue: Catalogue) -> None:
    _save(
        catalogue,
        *("二泉映月", "二泉印月", "光明行", "Guang Ming Xing", "光明曲", "Guangming Xing"),
        *("梅花三弄第一段", "梅花三弄第二段", "Unknown", "江河水"),
    )
    offers = {frozenset((pair.first, pair.second)): pair for pair in alike(catalogue)}
    assert set(offers) == {
        frozenset(("二泉映月", "二泉印月")),
        frozenset(("光明行", "Guang Ming Xing")),
        frozenset(("光明行", "Guangming Xing")),
        frozenset(("Guang Ming Xing", "Guangming Xing")),
    }
    assert offers[frozenset(("光明行", "Guang Ming Xing"))].same_sound
    found = pieces(catalogue, ("光明行", "Guang Ming Xing", "二泉映月", "二泉印月"))
    assert len(set(found.values())) == 4


def test_answers_are_remembered_and_can_be_taken_back(catalogue: Catalogue) -> None:
    _save(catalogue, "二泉映月", "二泉印月", "光明行", "Guang Ming Xing")
    revision = catalogue.revision()
    merge_titles(catalogue, "光明行", "Guang Ming Xing")
    keep_apart(catalogue, "二泉映月", "二泉印月")
    assert catalogue.revision() > revision
    assert alike(catalogue) == []
    assert merged_titles(catalogue) == [("光明行", "Guang Ming Xing")]
    found = pieces(catalogue, ("光明行", "Guang Ming Xing", "二泉映月", "二泉印月"))
    assert len(set(found.values())) == 3
    # As typed, they stay.
    assert {r.title for r in catalogue.recordings()} >= {"光明行", "Guang Ming Xing"}
    keep_apart(catalogue, "光明行", "Guang Ming Xing")
    assert len(set(pieces(catalogue, found).values())) == 4
    merge_titles(catalogue, "二泉映月", "二泉印月")
    assert pieces(catalogue, found)["二泉映月"] == pieces(catalogue, found)["二泉印月"]
