"""Room that a text takes, where the server has to know: a Chinese character is two letters."""

from __future__ import annotations

from unicodedata import east_asian_width


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
