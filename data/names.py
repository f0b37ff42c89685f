"""What the names of files and folders say: title, performer, instrument.

Names follow habits, not rules: ``03 - Erhu - 良宵.mp3``, ``闵惠芬 - 二泉映月.flac``,
``良宵（二胡独奏）.ape``, folders ``<Instrument>/<Performer>/`` or ``<Performer>/<Album>/``. What is
sure is taken: a part that is an instrument's name, a part that looks like a person's name. The
name of an album is never a title, and what is not said stays unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from data.characters import SURNAMES
from language.instruments import find, han_spellings

#: ``03 - ``, ``3.``, ``1-03 ``, ``[03]``, ``第3首``: where the piece stands in its album.
_NUMBER = re.compile(
    r"\s*(?:第\s*\d{1,3}\s*[首曲轨]|[(\[（【]\s*\d{1,3}\s*[)\]）】]"
    r"|(?:(?:cd|disc)?\s*\d{1,2}\s*-\s*)?\d{1,3}"
    r"(?=\s*[-–—_.、．。)）]|\s+\D|[\u3400-\u9fff《]))\s*[-–—_.、．。)）]*\s*",
    re.IGNORECASE,
)
#: A track of an album's file, ``album.flac#03``.
_TRACK = re.compile(r"\.\w+#(\d{2,3})$")
_SEPARATOR = re.compile(r"\s+[-–—~|·]+\s+|\s*[–—]+\s*|\s*_+-*_*\s*|(?<=\s)-|-(?=\s)")
#: A hyphen between characters parts them too; between Latin letters it is part of a word.
_TIGHT = re.compile(r"(?<=[\u3400-\u9fff》）)])\s*[-－]\s*|\s*[-－]\s*(?=[\u3400-\u9fff《])")
_BRACKETS = re.compile(r"\s*[(\[（【]([^()\[\]（）【】]+)[)\]）】]\s*")
_PLAYED = re.compile(
    r"(.+?)\s*(?:独奏|獨奏|演奏|協奏|协奏|领奏|領奏|solo|ensemble)(?:曲)?", re.IGNORECASE
)
_BY = re.compile(
    r"(?:演奏|独奏|獨奏|performed by|played by|performer|by)\s*[:：]?\s*(.+)", re.IGNORECASE
)
#: Where ``良宵 演奏：王国潼`` parts.
_CREDIT = re.compile(r"\s+(?=(?:演奏|独奏|獨奏)\s*[:：])")
_DISC = re.compile(
    r"(?:cd|disc|disk|vol\.?|volume|side|碟|第.{1,2}[张張碟辑輯])[\s._-]*\w{0,3}", re.IGNORECASE
)
#: Names of instruments in characters, where they stand within other words.
_MENTIONS = re.compile("|".join(sorted(han_spellings(), key=len, reverse=True)))
_ALBUM = re.compile(
    r"名曲|专辑|專輯|选集|選集|精选|精選|大全|系列|经典|經典|艺术|藝術"
    r"|best of|collection|album|greatest",
    re.IGNORECASE,
)
#: What rippers write where they know nothing.
_PLACEHOLDER = re.compile(
    r"(?:audio\s*)?(?:track|title|piste|untitled|音轨|音軌|曲目|未知|无标题|無標題)[\s_#-]*\d*"
    r"|unknown(?:\s+(?:artist|title|performer))?|various(?:\s+artists?)?|v\.?a\.?|artist"
    r"|未知(?:艺术家|藝術家|歌手|标题|標題)|群星|佚名|华语群星|華語群星|<unknown>|n/?a|none|\d*",
    re.IGNORECASE,
)
_LATIN_SURNAMES = frozenset(
    """
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo
    zheng liang xie song tang han feng deng cao peng zeng xiao tian dong yuan pan jiang
    cai yu du ye cheng su wei lu ding ren shen yao cui zhong tan wang fan jin shi liao
    jia xia fu fang bai zou meng xiong qin qiu yin xue yan duan lei hou long tao hao
    gong shao wan qian dai mo kong xiang min guan chai rong
    """.split()  # noqa: SIM905 - a hundred quotation marks say no more
)


def says_nothing(text: str) -> bool:
    """Whether a label is what programs write where they know nothing: ``Track 03``."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def labels_of_path(path: str) -> dict[str, str]:
    """What a path says, its folders first.

    Parameters
    ----------
    path : str
        Posix, relative to the imported folder, readable.

    Returns
    -------
    dict
        Some of `title`, `performer`, `instrument`; always a title.
    """
    *folders, name = PurePosixPath(path).parts
    stem = PurePosixPath(name).stem
    if track := _TRACK.search(name):
        # The file is an album's: what it is called says nothing of its tracks.
        folders, stem = [*folders, stem], f"Track {int(track.group(1))}"
    numbered = _NUMBER.match(stem)
    told = _labels_of_folders([f for f in folders if not _DISC.fullmatch(f)], bool(numbered))
    return _labels_of_stem(stem, told) | told


def _labels_of_folders(folders: list[str], numbered: bool) -> dict[str, str]:
    """Instrument and performer; an album says at most what its name is sure to hold."""
    told: dict[str, str] = {}
    after_instrument = False
    unclaimed = []
    for folder in folders:
        if instrument := _instrument_in(folder):
            told["instrument"], after_instrument = instrument, True
        elif after_instrument and "performer" not in told and not _is_album(folder):
            told["performer"] = folder  # <Instrument>/<Performer>/, whatever the name looks like
        else:
            unclaimed.append(folder)
    for folder in unclaimed:
        for label, value in _mentioned(folder).items():
            told.setdefault(label, value)
    if told or len(unclaimed) != 2:
        return told
    if numbered:
        return {"performer": folders[0]}  # <Performer>/<Album>/01 …
    return {"instrument": folders[0], "performer": folders[1]}


def _mentioned(folder: str) -> dict[str, str]:
    """Person and instrument that an album's name begins with or holds: ``闵惠芬二胡艺术``."""
    told: dict[str, str] = {}
    found = {find(name) for name in _MENTIONS.findall(folder)}
    if len(found) == 1 and (known := found.pop()):
        told["instrument"] = known.name
    for part in _parts(_MENTIONS.sub(" - ", folder)):
        if looks_like_person(part):
            told.setdefault("performer", part)
    return told


def _is_album(folder: str) -> bool:
    return _ALBUM.search(folder) is not None or (
        _MENTIONS.search(folder) is not None and not looks_like_person(folder)
    )


def _labels_of_stem(stem: str, told: Mapping[str, str]) -> dict[str, str]:
    """What the name of a file says, given what its folders have said."""
    rest = stem[numbered.end() :] if (numbered := _NUMBER.match(stem)) else stem
    labels: dict[str, str] = {}
    titled: list[str] = []
    for bracket in _BRACKETS.finditer(rest):
        inside = bracket.group(1).strip()
        if instrument := _instrument_in(inside):
            labels.setdefault("instrument", instrument)
        elif looks_like_person(inside) or _BY.fullmatch(inside):
            labels.setdefault("performer", _person(inside))
        else:
            continue
        rest = rest.replace(bracket.group(0), " - ", 1)
    for part in _parts(_CREDIT.sub(" - ", rest)):
        if instrument := _instrument_in(part):
            labels.setdefault("instrument", instrument)
        elif by := _BY.fullmatch(part):
            labels.setdefault("performer", by.group(1).strip())
        elif part == told.get("performer"):
            labels.setdefault("performer", part)
        else:
            titled.append(part)
    if len(titled) > 1 and "performer" not in labels:
        people = [part for part in titled if looks_like_person(part)]
        # "Performer - Title" is what most programs write; a name that looks like one decides.
        performer = people[0] if len(people) == 1 else titled[-2]
        labels["performer"] = performer
        titled.remove(performer)
    title = titled[-1] if titled else ""
    labels["title"] = stem if says_nothing(title) else _unquoted(title)
    return labels


def looks_like_person(text: str) -> bool:
    """Whether a text looks like the name of a Chinese person: ``闵惠芬``, ``Min Huifen``."""
    if re.fullmatch(r"[\u3400-\u9fff]{2,3}", text):
        from data.titles import simplified

        return simplified(text)[0] in SURNAMES
    words = text.split()
    named = 2 <= len(words) <= 3 and all(re.fullmatch(r"[A-Z][a-z]+", word) for word in words)
    return named and bool({words[0].lower(), words[-1].lower()} & _LATIN_SURNAMES)


def _instrument_in(text: str) -> str:
    """The instrument that a whole part names: ``二胡``, ``Erhu solo``, ``二胡独奏``."""
    text = text.strip()
    played = _PLAYED.fullmatch(text)
    known = find(text) or (find(played.group(1)) if played else None)
    return known.name if known else ""


def _person(text: str) -> str:
    by = _BY.fullmatch(text)
    return by.group(1).strip() if by else text


def _parts(text: str) -> list[str]:
    """A name in its parts; underscores that only stand for spaces part nothing."""
    if "_" in text and not re.search(r"\s", text) and re.search(r"[A-Za-z]_[A-Za-z]", text):
        text = re.sub(r"_-_|__+", " - ", text)
        first, _, rest = text.partition("_")
        text = f"{first} - {rest}" if _instrument_in(first) else text
        text = text.replace("_", " ")
    pieces = [piece for half in _SEPARATOR.split(text) for piece in _TIGHT.split(half)]
    return [piece.strip(" .-_") for piece in pieces if piece.strip(" .-_")]


def _unquoted(title: str) -> str:
    quoted = re.fullmatch(r"[《〈「『“\"](.+)[》〉」』”\"]", title.strip())
    return (quoted.group(1) if quoted else title).strip()
