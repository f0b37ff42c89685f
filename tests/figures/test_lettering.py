"""Texts where the server has to know how much room there is."""

from __future__ import annotations

import pytest

from figures.lettering import letters, lines, shortened


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Erhu", 4), ("二胡", 4), ("二胡 Erhu", 9)])
def test_a_chinese_character_is_two_letters_wide(text: str, width: int) -> None:
    assert letters(text) == width


def test_a_name_is_cut_where_the_room_ends_and_left_out_where_nothing_would_be_left() -> None:
    assert shortened("Liang Xiao", 10, 5) == "Liang Xiao"
    assert shortened("Liang Xiao", 8, 5) == "Liang X…"
    assert shortened("二泉映月", 6, 5) == "二泉…"
    assert shortened("Liang Xiao", 4, 5) == ""


@pytest.mark.parametrize(
    "text", ["高山流水——为民族管弦乐队而作" * 3, "a long title of many words " * 4]
)
def test_lines_hold_the_whole_text_and_no_more_than_they_can(text: str) -> None:
    found = lines(text, 24)
    assert len(found) > 2
    assert all(letters(line) <= 24 for line in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
