"""Instruments by all their names: one instrument, however a label spells it.

A label holds an instrument's *name*, the one that is common in English writing on Chinese music
(``Erhu``, ``Zheng``, and ``Bamboo Flute`` as in the paper); selections, links and exports hold the
same. Characters and pinyin are added where a label is shown. What is in no row of the table
(``instruments.csv``) stays as it was written: the table says what is one instrument, not what is
an instrument.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from language import ENGLISH, current


@dataclass(frozen=True)
class Instrument:
    """An instrument and its names.

    Attributes
    ----------
    name : str
        What a label holds.
    characters, traditional : str
        Simplified and traditional characters.
    pinyin : str
        With tones; empty where the Chinese name is a translation.
    spellings : tuple of str
        Further names, among them kinds that are told apart by few collections.
    """

    name: str
    characters: str
    traditional: str
    pinyin: str = ""
    spellings: tuple[str, ...] = ()


def _instruments() -> Iterator[Instrument]:
    """Rows of the table: the paper's and the data sets', the Chinese orchestra's, the West's."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spellings = tuple(filter(None, map(str.strip, row["spellings"].split(";"))))
            yield Instrument(
                row["name"], row["simplified"], row["traditional"], row["pinyin"], spellings
            )


INSTRUMENTS: tuple[Instrument, ...] = tuple(_instruments())


def find(spelling: str) -> Instrument | None:
    """The instrument that a spelling names; None where the table has no such spelling."""
    return _by_spelling().get(_folded(spelling))


@cache
def instrument_name(spelling: str) -> str:
    """What a label holds for a spelling: the instrument's name, else the spelling itself."""
    known = find(spelling)
    return known.name if known else spelling


def instrument_label(name: str) -> str:
    """An instrument with its characters, the language of the page first: ``Erhu 二胡``."""
    known = find(name)
    if known is None:
        return name
    first, second = known.name, known.characters
    return f"{first} {second}" if current() == ENGLISH else f"{second} {first}"


def instrument_short(name: str) -> str:
    """An instrument in the language of the page alone, where there is no room for both."""
    known = find(name)
    if known is None:
        return name
    return known.name if current() == ENGLISH else known.characters


def instrument_details(name: str) -> str:
    """An instrument with pinyin too, where there is room: ``Bamboo Flute · 笛子 dízi``."""
    known = find(name)
    if known is None:
        return name
    chinese = f"{known.characters} {known.pinyin}".strip()
    return f"{known.name} · {chinese}" if current() == ENGLISH else f"{chinese} · {known.name}"


def han_spellings() -> tuple[str, ...]:
    """Every spelling of two characters or more, as it stands within other words."""
    return tuple(
        spelling
        for one in INSTRUMENTS
        for spelling in (one.characters, one.traditional, *one.spellings)
        if len(spelling) > 1 and all("\u3400" <= character <= "\u9fff" for character in spelling)
    )


@cache
def _by_spelling() -> dict[str, Instrument]:
    return {
        _folded(spelling): instrument
        for instrument in reversed(INSTRUMENTS)  # what stands first has a name that two claim
        for spelling in (
            *instrument.spellings,
            instrument.pinyin,
            instrument.traditional,
            instrument.characters,
            instrument.name,
        )
        if spelling
    }


def _folded(spelling: str) -> str:
    """A spelling without case, spaces, tones and hyphens: ``gǔ-zhēng`` is ``guzheng``."""
    decomposed = unicodedata.normalize("NFKD", spelling).casefold()
    return "".join(character for character in decomposed if character.isalnum())
