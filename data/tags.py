"""What a file's own tags say: title, performer, instrument.

Each field is read on its own and repaired where it was read with the wrong encoding
(:mod:`data.mojibake`): the fields of one file need not agree.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data.mojibake import Repair, repair

# The first key that is present counts.
_KEYS = {
    "title": ("title",),
    "performer": ("performer", "artist", "album_artist", "author"),
    "instrument": ("instrument",),
}


@dataclass(frozen=True)
class Tags:
    """The tags of a file.

    Attributes
    ----------
    fields : dict
        `title`, `performer` and `instrument` where the file has them.
    repairs : dict
        What was done to a field that was read with the wrong encoding.
    """

    fields: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, Repair] = field(default_factory=dict)


def read_tags(path: str | os.PathLike[str]) -> Tags:
    """Read a file's tags.

    Raises
    ------
    UnreadableAudio
        If the file cannot be opened or is no audio.
    """
    from data.decoding import open_audio

    with open_audio(path) as (container, stream):
        return choose_tags({**container.metadata, **stream.metadata})


def tags_of(container: Any, stream: Any) -> dict[str, str]:
    """The fields of an audio file that is already open."""
    return choose_tags({**container.metadata, **stream.metadata}).fields


def choose_tags(metadata: Mapping[str, str]) -> Tags:
    """Pick the fields that we show out of a file's metadata, whatever their case."""
    read = {key.lower(): repair(value) for key, value in metadata.items()}
    chosen = {
        name: next((read[key] for key in keys if key in read and read[key].after), None)
        for name, keys in _KEYS.items()
    }
    return Tags(
        {name: found.after for name, found in chosen.items() if found},
        {name: found for name, found in chosen.items() if found and found.encoding},
    )


def sheet_inside(metadata: Mapping[str, str]) -> str:
    """The CUE sheet that some album images hold in their tags; empty where there is none."""
    fields = {key.lower(): value for key, value in metadata.items()}
    return fields.get("cuesheet", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
