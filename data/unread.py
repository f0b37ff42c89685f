"""Files that may well hold music and are of a kind that is not read: each kind is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from data.files import readable_name, some_of

_UNPACK = "unpack them"
_SAVE = "save their tracks as files"
_CONVERT = "convert them to FLAC"
#: Sound that no decoder here knows, by suffix, and what to do about it.
SOUND = {
    ".aa": _CONVERT,
    ".aax": _CONVERT,
    ".la": _CONVERT,
    ".m4p": _CONVERT,
    ".ofr": _CONVERT,
    ".ofs": _CONVERT,
    ".cda": "they only point at the tracks of a CD, copy those",
}
#: What an album is packed in; beside recordings it is taken for something else, such as booklets.
PACKED = {
    ".7z": _UNPACK,
    ".rar": _UNPACK,
    ".zip": _UNPACK,
    ".iso": _SAVE,
    ".mdf": _SAVE,
    ".nrg": _SAVE,
}


def not_read(names: Sequence[str], with_music: bool) -> Iterator[tuple[str, str]]:
    """Suffix and name of each file of a folder that may hold music and is not read.

    Parameters
    ----------
    names : sequence of str
    with_music : bool
        Whether there are recordings in the folder.
    """
    kinds = SOUND if with_music else SOUND | PACKED
    for name in names:
        suffix = name[name.rfind(".") :].lower()
        if suffix in kinds and not name.startswith("."):
            yield suffix, name


def sentences(found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """One for each kind: how many, which, and what to do.

    Parameters
    ----------
    found : mapping
        Suffix -> paths, as the catalogue stores them.
    """
    for suffix, paths in sorted(found.items()):
        some = some_of([readable_name(path) for path in sorted(paths)])
        advice = (SOUND | PACKED)[suffix]
        yield (
            f"{suffix} files are not read, and these may hold recordings: {some}. "
            f"To have them here, {advice} and import again."
        )
