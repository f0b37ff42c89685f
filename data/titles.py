"""Which titles are one piece.

Titles stay as they were typed. Beside each stands its *piece*: a key in which traditional and
simplified characters, widths, quotation marks and remarks such as ``(独奏)`` make no difference.
Titles that are nearly equal are offered as a merge; what a person answered is kept in the
catalogue's facts and can be taken back.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from data.catalogue import Catalogue, Recording
from data.metadata import UNKNOWN
from language.instruments import find
from language.reading_order import in_letters

_MERGED, _APART = "titles:merged", "titles:apart"
#: Similarity of two titles, or of their sounds, from which on they are offered, percent.
ALIKE = 86
#: Sounds of fewer letters are alike only when they are equal.
_SHORT = 7

_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BRACKETS = re.compile(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]")
_REMARK = re.compile(
    r"\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,2}|live|remix|remaster(ed)?|instrumental|solo"
    r"|(take|version|ver\.?|no\.?)\s*\d*|.{0,6}(独奏|合奏|重奏|齐奏|演奏|现场|版|版本|录音|伴奏)"
)
_NUMERALS = re.compile(r"\d+|[一二三四五六七八九十百]|\b[ivx]+\b")


@cache
def piece_key(title: str) -> str:
    """What is the same for all titles of a piece that differ in writing only.

    Parameters
    ----------
    title : str
        As it was typed.

    Returns
    -------
    key : str
        Never empty for a title that is not.
    """
    folded = simplified(unicodedata.normalize("NFKC", title)).casefold()
    plain = _BRACKETS.sub(_unless_remark, folded)
    words = re.sub(r"[\W_]+", " ", plain).strip()
    return re.sub(rf"(?<={_HAN}) | (?={_HAN})", "", words) or folded.strip()


def simplified(text: str) -> str:
    """A text in simplified characters."""
    return text if text.isascii() else str(_converter().convert(text))


def pieces(catalogue: Catalogue, titles: Iterable[str]) -> Mapping[str, str]:
    """The piece of each title, merges by hand included.

    Returns
    -------
    pieces : mapping of str to str
        Title -> key, equal for titles of one piece.
    """
    return _pieces_of(titles, _pairs(catalogue, _MERGED))


@dataclass(frozen=True)
class Alike:
    """Two titles that may be one piece.

    Attributes
    ----------
    first, second : str
        As most recordings of each piece have it.
    first_count, second_count : int
        Recordings of each.
    similarity : float
        Of their characters or their sound, 0 to 1.
    same_sound : bool
        Whether they are pronounced the same.
    """

    first: str
    second: str
    first_count: int
    second_count: int
    similarity: float
    same_sound: bool


def alike(catalogue: Catalogue) -> list[Alike]:
    """Pairs of titles that look or sound nearly equal and were never judged, likeliest first."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import cdist

    of_piece = _recordings_by_piece(catalogue)
    keys = sorted(of_piece)
    sounds = [_sound(key) for key in keys]
    apart = _pairs(catalogue, _APART)
    judged = {frozenset(_pieces_of(pair, ()).values()) for pair in apart}
    looks = cdist(keys, keys, scorer=ratio, score_cutoff=ALIKE)
    heard = cdist(sounds, sounds, scorer=ratio, score_cutoff=ALIKE)
    found = []
    for row, column in zip(*((looks > 0) | (heard > 0)).nonzero(), strict=True):
        first, second = keys[row], keys[column]
        same_sound = sounds[row] == sounds[column]
        brief = min(len(sounds[row]), len(sounds[column])) < _SHORT
        if column <= row or (brief and not same_sound) or frozenset((first, second)) in judged:
            continue
        if _NUMERALS.findall(first) != _NUMERALS.findall(second):
            continue  # the first and the second movement
        score = max(float(looks[row, column]), float(heard[row, column])) / 100
        one, other = of_piece[first], of_piece[second]
        pair = Alike(_usual(one), _usual(other), len(one), len(other), score, same_sound)
        found.append(pair)
    return sorted(found, key=lambda pair: (-pair.similarity, pair.first, pair.second))


def merge_titles(catalogue: Catalogue, first: str, second: str) -> None:
    """Let two titles be one piece from now on, whatever was said of them before."""
    _judge(catalogue, first, second, _MERGED, _APART)


def keep_apart(catalogue: Catalogue, first: str, second: str) -> None:
    """Let two titles be two pieces: they are not offered again, and a merge is taken back."""
    _judge(catalogue, first, second, _APART, _MERGED)


def merged_titles(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Pairs of titles that a person has merged, in the order in which it was done."""
    return _pairs(catalogue, _MERGED)


class TitleMerges:
    """The same for one catalogue, as the page asks for it.

    Parameters
    ----------
    catalogue : Catalogue
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def alike(self) -> list[Alike]:
        """As :func:`alike`."""
        return alike(self._catalogue)

    def merged(self) -> list[tuple[str, str]]:
        """As :func:`merged_titles`."""
        return merged_titles(self._catalogue)

    def merge(self, first: str, second: str) -> None:
        """As :func:`merge_titles`."""
        merge_titles(self._catalogue, first, second)

    def keep_apart(self, first: str, second: str) -> None:
        """As :func:`keep_apart`."""
        keep_apart(self._catalogue, first, second)


def _judge(catalogue: Catalogue, first: str, second: str, yes: str, no: str) -> None:
    about = {piece_key(first), piece_key(second)}
    for fact in (yes, no):
        kept = [
            pair
            for pair in _pairs(catalogue, fact)
            if {piece_key(title) for title in pair} != about
        ]
        if fact == yes:
            kept.append((first, second))
        if kept != _pairs(catalogue, fact):
            catalogue.set_meta(fact, json.dumps(kept, ensure_ascii=False))


def _pairs(catalogue: Catalogue, fact: str) -> list[tuple[str, str]]:
    return [(first, second) for first, second in json.loads(catalogue.get_meta(fact) or "[]")]


def _pieces_of(titles: Iterable[str], merged: Iterable[tuple[str, str]]) -> dict[str, str]:
    of: dict[str, str] = {}

    def piece(key: str) -> str:
        while of.get(key, key) != key:
            key = of[key]
        return key

    for pair in merged:
        first, second = sorted(piece(piece_key(title)) for title in pair)
        of[second] = first
    return {title: piece(piece_key(title)) for title in titles}


def _recordings_by_piece(catalogue: Catalogue) -> dict[str, list[Recording]]:
    recordings = catalogue.recordings()
    of_title = pieces(catalogue, {recording.title for recording in recordings})
    found: dict[str, list[Recording]] = {}
    for recording in recordings:
        if recording.title not in ("", UNKNOWN):
            found.setdefault(of_title[recording.title], []).append(recording)
    return found


def _usual(recordings: list[Recording]) -> str:
    counts = Counter(recording.title for recording in recordings)
    return min(counts, key=lambda title: (-counts[title], title))


def _unless_remark(bracket: re.Match[str]) -> str:
    inside = bracket.group(1).strip()
    return " " if _REMARK.fullmatch(inside) or find(inside) else f" {inside} "


def _sound(key: str) -> str:
    """How a key is pronounced: its letters and the pinyin of its characters, without spaces."""
    return re.sub(r"[\W_]+", "", in_letters(key))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
