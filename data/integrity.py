"""Which files a library consists of, and whether one of them is what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from data.catalogue import Catalogue, Recording
from data.checksums import Checksum
from data.files import sha256_of
from data.sealed import Damaged, is_sealed

#: Can be made again from the recordings at any time, and is large; working folders.
MADE_AGAIN = ("media", "training")
#: Where files are written anew when something is computed again; elsewhere they never change.
_CHANGING = "evaluation"
_DAMAGED = ".damaged"
_CONTENT = "library.db"


def files_of(folder: Path) -> Iterator[str]:
    """Path of every file of a library besides its catalogue, posix, in order.

    Temporary files, and what was set aside as damaged, are none of them.
    """
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if len(relative.parts) > 1 and not hidden and path.suffix != _DAMAGED and path.is_file():
            yield relative.as_posix()


def set_aside_in(folder: Path) -> list[Path]:
    """Damaged files that somebody has set aside (:func:`data.latents.set_aside`)."""
    return sorted(folder.rglob(f"*{_DAMAGED}"))


def examine(folder: Path, path: str, known: Checksum | None) -> Checksum | None:
    """Make sure that a file of a library is what was written.

    Parameters
    ----------
    folder : Path
        The library's.
    path : str
        From :func:`files_of`.
    known : Checksum, optional
        What was taken down of it.

    Returns
    -------
    checksum : Checksum or None
        To be taken down; None where the file tells by itself.

    Raises
    ------
    OSError
        If it cannot be read.
    Damaged
    """
    file = folder / path
    if file.suffix == ".safetensors" and is_sealed(file):
        return None
    if PurePosixPath(path).parts[0] == _CHANGING:
        try:
            json.loads(file.read_bytes())
        except ValueError as error:
            raise Damaged(f"{file} is damaged ({error}).") from error
        return None
    found = Checksum(sha256_of(file), file.stat().st_size)
    if known is not None and known != found:
        raise Damaged(f"{file} is damaged: its content does not fit its checksum.")
    return found


def content_fits(catalogue: Catalogue) -> bool:
    """Whether recordings, maps and facts are those that were taken down at this revision.

    SQLite notices a damaged page, but not a letter that changed inside a title. True also where
    something was changed on purpose since: then nothing is known.
    """
    known = catalogue.checksums.all().get(_CONTENT)
    return known is None or known.size != catalogue.revision() or known == _content(catalogue)


def is_content_of(copy: Catalogue, catalogue: Catalogue) -> bool:
    """Whether a copy holds exactly what was taken down of a catalogue."""
    return catalogue.checksums.all().get(_CONTENT) == _content(copy)


def note_content(catalogue: Catalogue) -> None:
    """Take the content of the catalogue down, for :func:`content_fits`."""
    catalogue.checksums.keep({_CONTENT: _content(catalogue)})


def _content(catalogue: Catalogue) -> Checksum:
    """SHA-256 of all rows, and the revision at which they were so in place of a size."""
    revision = catalogue.revision()
    facts = catalogue.facts("")
    facts.pop("revision", None)
    recordings = [asdict(row) for row in catalogue.recordings(state=None)]
    maps = [asdict(info) for info in catalogue.maps()]
    text = json.dumps([recordings, maps, facts], sort_keys=True)
    return Checksum(hashlib.sha256(text.encode()).hexdigest(), revision)


def is_unchanged(recording: Recording) -> bool:
    """Whether a recording's file still holds what the catalogue says."""
    try:
        return recording.source.content_id() == recording.sha256
    except OSError:
        return False
