"""The order in which people look for a name: Chinese by pinyin, numbers by their value."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"(\d{1,18})")
_CHARACTERS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_Key = tuple[list[tuple[int, int, str]], str]


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Names as a register of them has them: *Style 2* before *Style 10*, 良宵 (liang xiao) at L."""
    return sorted(names, key=_key)


def _key(name: str) -> _Key:
    parts = [part for part in _NUMBER.split(in_letters(name).casefold()) if part.strip()]
    # Numbers before letters, as in a register; of what reads the same, each in its own place.
    return [
        (0, int(part), "") if _NUMBER.fullmatch(part) else (1, 0, part.strip()) for part in parts
    ], name


def in_letters(name: str) -> str:
    """A name with its Chinese characters in pinyin, without tones: ``liang xiao`` for 良宵."""
    if not _CHARACTERS.search(name):
        return name
    # It reads its dictionary when it is imported: only where there are characters.
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))
