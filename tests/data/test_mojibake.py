from __future__ import annotations

from pathlib import Path

import pytest

from data.mojibake import repair
from data.tags import choose_tags, read_tags
from tests.making import melody, write_audio

SIMPLIFIED = (
    "良宵", "二胡", "光明行", "陈", "陈耀星", "闵惠芬", "琵琶", "春江花月夜", "笛子",
    "古筝独奏 渔舟唱晚", "王国潼", "塞上曲",
    "刘天华《病中吟》", "Erhu 二胡",
)  # fmt: skip
TRADITIONAL = (
    "良宵", "二胡獨奏", "廣陵散", "陳耀星", "閔惠芬", "瀟湘水雲", "陽春白雪", "王國潼", "古箏",
    "笛子", "賽馬", "江河水",
    "劉天華",
)  # fmt: skip
WESTERN = (
    "Béla Bartók", "Größe", "Émilie", "Ærøskøbing", "Dvořák", "Ünal Ölmez",
    "Café del Mar", "« Été »", "Op. 3 · nº 2", "© 1999", "Don’t – stop", "naïve",
    "Á la carte", "Noël", "20 °C", "光明行", "Erhu & 古筝",
)  # fmt: skip


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_gbk_in_latin_1_or_utf_8_fields_is_read_again(text: str) -> None:
    raw = text.encode("gb18030")
    for read in (raw.decode("latin-1"), raw.decode("utf-8", "surrogateescape")):
        found = repair(read)
        assert (found.after, found.encoding) == (text, "gb18030")


@pytest.mark.parametrize("text", TRADITIONAL)
def test_big5_is_told_from_gbk(text: str) -> None:
    raw = text.encode("big5")
    for read in (raw.decode("latin-1"), raw.decode("utf-8", "surrogateescape")):
        assert repair(read).after == text


@pytest.mark.parametrize("text", [*SIMPLIFIED, *TRADITIONAL])
def test_utf_8_in_latin_1_fields_is_read_again(text: str) -> None:
    for encoding in ("latin-1", "cp1252"):
        try:
            read = text.encode().decode(encoding)
        except UnicodeDecodeError:
            continue
        assert (repair(read).after, repair(read).encoding) == (text, "utf-8")


@pytest.mark.parametrize("text", WESTERN)
def test_sound_fields_are_left_alone(text: str) -> None:
    assert repair(text).after == text
    assert not repair(text).encoding


def test_western_bytes_in_a_utf_8_field_are_no_chinese() -> None:
    for name in ("Müller", "Café", "Große Fuge", "Señor Núñez"):
        read = name.encode("latin-1").decode("utf-8", "surrogateescape")
        assert (repair(read).after, repair(read).encoding) == (name, "latin-1")


def test_a_field_that_ends_within_a_character_loses_only_that() -> None:
    raw = "春江花月夜".encode("gb18030")[:-1]
    assert repair(raw.decode("latin-1")).after == "春江花月"


def test_the_fields_of_one_file_may_differ(tmp_path: Path) -> None:
    tags = {
        "title": "良宵".encode("gb18030").decode("latin-1"),
        "artist": "陳耀星".encode("big5").decode("latin-1"),
        "album": "名曲",
    }
    chosen = choose_tags({**tags, "instrument": "二胡"})
    assert chosen.fields == {"title": "良宵", "performer": "陳耀星", "instrument": "二胡"}
    assert {name: one.encoding for name, one in chosen.repairs.items()} == {
        "title": "gb18030",
        "performer": "big5",
    }
    assert chosen.repairs["title"].before == "Á¼Ïü"
    path = write_audio(tmp_path / "a.mp3", melody(1), tags=tags)
    assert read_tags(path).fields == {"title": "良宵", "performer": "陳耀星"}
