"""Texts where the server has to know how much room there is."""

from __future__ import annotations

import pytest

from figures.lettering import letters, shortened


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Erhu", 4), ("二胡", 4), ("二胡 Erhu", 9)])
def test_a_chinese_character_is_two_letters_wide(text: str, width: int) -> None:
    assert letters(text) == width


def test_a_name_is_cut_where_the_room_ends_and_left_out_where_nothing_would_be_left() -> None:
    assert shortened("Liang Xiao", 10, 5) == "Liang Xiao"
    assert shortened("Liang Xiao", 8, 5) == "Liang X…"
    assert shortened("二泉映月", 6, 5) == "二泉…"
    assert shortened("Liang Xiao", 4, 5) == ""
