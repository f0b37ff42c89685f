"""Text that was read with the wrong encoding, field by field.

Old taggers wrote the bytes of GB 18030 or Big5 into fields that are Latin-1 or UTF-8 by their
standard, and what reads them obeys the standard. Statistical detectors need more than a name of
two characters, so that this goes by exclusion: a field that is sound is left alone; else the bytes
are read as UTF-8, as GB 18030 and as Big5, and the reading whose characters are in common use wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from data.characters import commonness

#: Tried in this order; of two readings that are equally good the first counts.
ENCODINGS = ("utf-8", "gb18030", "big5")
#: How common a reading's characters must be on average.
_PLAUSIBLE = 0.6
# Signs that stand alone in Western names and titles: « © ° · » and the like.
_WESTERN_SIGNS = frozenset("\xa0¡£§©«®°²³·»¿×")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_TYPICAL = frozenset("，。、：；！？（）《》〈〉「」『』【】“”‘’…—～·　０１２３４５６７８９")


@dataclass(frozen=True)
class Repair:
    """A text before and after; `encoding` is empty where nothing was wrong with it."""

    before: str
    after: str
    encoding: str = ""


def repair(text: str) -> Repair:
    """Read a text again where it was read with the wrong encoding.

    Parameters
    ----------
    text : str
        Bytes that are no UTF-8 stand in it as lone surrogates U+DC80..U+DCFF.

    Returns
    -------
    Repair
        `after` has neither padding nor line breaks, which fixed-size fields come with.
    """
    escaped = any("\udc80" <= character <= "\udcff" for character in text)
    raw = text.encode("utf-8", "surrogateescape") if escaped else _bytes_of(text)
    if raw is None:
        return Repair(text, _tidy(text))
    # What other software makes of the bytes is what people know the damage by.
    latin = raw.decode("latin-1") if escaped else text
    if _is_western(latin):
        return Repair(latin, _tidy(latin), "latin-1" if escaped else "")
    readings = {encoding: _reading(raw, encoding) for encoding in ENCODINGS}
    best = max(ENCODINGS, key=lambda encoding: readings[encoding][0])
    score, read = readings[best]
    if score < _PLAUSIBLE:
        return Repair(latin, _tidy(latin), "latin-1" if escaped else "")
    return Repair(latin, _tidy(read), best)


def _bytes_of(text: str) -> bytes | None:
    """The bytes that a text was read from, one a character; None where no reader does that."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return None


def _is_western(text: str) -> bool:
    """Whether a text of Latin-1 is one: its accents are letters that stand among others."""
    letters = sum(character.isascii() and character.isalpha() for character in text)
    accents = 0
    for run in _NOT_ASCII.findall(text):
        if len(run) == 1 and run in _WESTERN_SIGNS:
            continue
        if len(run) > 2 or not all(c.isalpha() and c >= "À" for c in run):
            return False
        accents += len(run)
    return accents <= letters


def _reading(raw: bytes, encoding: str) -> tuple[float, str]:
    """How common a reading's characters are on average, and the reading."""
    for end in (len(raw), len(raw) - 1):  # a fixed-size field may end within a character
        try:
            read = raw[:end].decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = [c for c in read if not c.isascii()]
        if foreign:
            common = sum(1.0 if c in _TYPICAL else commonness(c) for c in foreign) / len(foreign)
            return common + _names_something(read), read
    return 0.0, ""


def _names_something(read: str) -> float:
    """What a reading gains by holding the name of an instrument."""
    return 0.5 * any(name in read for name in _instruments())


@cache
def _instruments() -> tuple[str, ...]:
    from language.instruments import INSTRUMENTS

    names = (name for one in INSTRUMENTS for name in (one.characters, one.traditional))
    return tuple(name for name in names if len(name) > 1)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())
