"""Room that a text takes, where the server has to know: a Chinese character is two letters."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

#: Between words, and after any Chinese character.
_BREAKS = re.compile(r"(?<= )|(?<=[\u2e80-\uffef])")


def letters(text: str) -> int:
    """Width of a text, in Latin letters."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def shortened(text: str, room: int, least: int) -> str:
    """As much of a text as `room` letters hold; nothing where that is less than `least`."""
    if letters(text) <= room:
        return text
    if room < least:
        return ""
    kept = ""
    for character in text:
        if letters(kept + character) >= room:
            break
        kept += character
    return f"{kept.rstrip()}…"


def lines(text: str, room: int) -> list[str]:
    """A text in lines of at most `room` letters, where no single word is longer."""
    found = [""]
    for word in _BREAKS.split(text):
        if found[-1] and letters(found[-1] + word.rstrip()) > room:
            found.append("")
        found[-1] += word
    return [line.rstrip() for line in found]
