"""What a file's own tags say: title, performer, instrument.

Tags of older Chinese recordings are often GB 18030 bytes in a field that should be UTF-8
or Latin-1; each field is repaired on its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

# The first key that is present counts.
_KEYS = {
    "title": ("title",),
    "performer": ("performer", "artist", "album_artist", "author"),
    "instrument": ("instrument",),
}


def read_tags(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read `title`, `performer` and `instrument` where the file has them.

    Raises
    ------
    UnreadableAudio
        If the file cannot be opened or is no audio.
    """
    from data.decoding import open_audio

    with open_audio(path) as (container, stream):
        return tags_of(container, stream)


def tags_of(container: Any, stream: Any) -> dict[str, str]:
    """The same for an audio file that is already open."""
    return choose_tags({**container.metadata, **stream.metadata})


def choose_tags(metadata: Mapping[str, str]) -> dict[str, str]:
    """Pick the fields that we show out of a file's metadata, whatever their case."""
    fields = {key.lower(): repair_text(value) for key, value in metadata.items()}
    tags = {}
    for name, keys in _KEYS.items():
        value = next((fields[key] for key in keys if fields.get(key)), "")
        if value:
            tags[name] = value
    return tags


def sheet_inside(metadata: Mapping[str, str]) -> str:
    """The CUE sheet that some album images hold in their tags; empty where there is none."""
    fields = {key.lower(): value for key, value in metadata.items()}
    return fields.get("cuesheet", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def repair_text(text: str) -> str:
    """Undo a GB 18030 text that was read as UTF-8 or Latin-1; other text stays as it is."""
    raw = _misread_bytes(text)
    if raw is not None:
        text = raw.decode("gb18030", "replace")
    # Tags end with the padding of fixed-size fields and can hold line breaks.
    return " ".join(text.replace("\0", " ").split())


def _misread_bytes(text: str) -> bytes | None:
    """The original bytes of a text that was read with the wrong encoding, else None."""
    if any("\udc80" <= character <= "\udcff" for character in text):
        return text.encode("utf-8", "surrogateescape")
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    # Chinese as Latin-1 is nearly all pairs of accented letters; no European name is.
    high = sum(byte >= 0xA1 for byte in raw)
    letters = sum(bytes([byte]).isalpha() for byte in raw if byte < 0x80)
    if high < 4 or high % 2 or high <= letters or any(0x80 <= byte < 0xA1 for byte in raw):
        return None
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return raw
