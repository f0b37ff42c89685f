from __future__ import annotations

from pathlib import Path

import pytest

import language
from analysis.recipes import normalise
from data.catalogue import Recording
from data.library import Library
from language.instruments import (
    INSTRUMENTS,
    find,
    instrument_details,
    instrument_label,
    instrument_name,
)


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Bamboo Flute", "笛子 Dizi BambooFlute 曲笛 梆笛 bamboo_flute dízi"),
        ("Erhu", "二胡 erhu Èrhú Er-hu"),
        ("Pipa", "琵琶 PIPA pípá"),
        ("Zheng", "古筝 古箏 Zheng Guzheng gǔzhēng Gu-Zheng"),
        ("Guqin", "古琴 Qin 七弦琴"),
        ("Cello", "cello 大提琴 Violoncello"),
        ("Vocals", "Voice 人声 独唱"),
    ],
)
def test_spellings_of_one_instrument_are_one_instrument(name: str, spellings: str) -> None:
    assert {instrument_name(spelling) for spelling in spellings.split()} == {name}


def test_no_name_stands_for_two_instruments() -> None:
    for one in INSTRUMENTS:
        assert [find(name) for name in (one.name, one.characters, one.traditional)] == [one] * 3
    assert len({one.characters for one in INSTRUMENTS}) == len(INSTRUMENTS)


def test_an_unknown_instrument_stays_as_it_is() -> None:
    for name in ("Theremin", "Unknown", "", "未知"):
        assert instrument_name(name) == instrument_label(name) == instrument_details(name) == name


def test_the_language_of_the_page_comes_first() -> None:
    assert (instrument_label("Erhu"), instrument_details("Erhu")) == (
        "Erhu 二胡",
        "Erhu · 二胡 èrhú",
    )
    language.use("zh")
    try:
        assert instrument_label("Bamboo Flute") == "笛子 Bamboo Flute"
        assert instrument_details("Piano") == "钢琴 · Piano"
    finally:
        language.use("en")


def test_old_rows_and_links_have_the_name_of_today(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.save_recordings([Recording("/music", "a.ogg", instrument="Dizi")])
        assert library.catalogue.recordings()[0].instrument == "Bamboo Flute"
    recipe = {"map": "m", "all_of": [{"instrument": ["Dizi", "Bamboo Flute", "Guzheng"]}]}
    assert normalise(recipe)["all_of"] == [{"instrument": ["Bamboo Flute", "Zheng"]}]
