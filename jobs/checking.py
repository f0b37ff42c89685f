"""Looking into files of strangers before the library keeps them: in workers, by their content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from data.decoding import UnreadableAudio, open_audio
from data.files import readable_name, stored_path
from data.scanning import scan
from errors import UserError
from jobs.engine import WorkerLost
from language import N_, Sentence

if TYPE_CHECKING:
    from jobs.engine import Engine


def refuse_what_is_no_audio(
    engine: Engine, folder: Path, progress: Callable[[int, int, str], None]
) -> Iterator[str]:
    """Remove files that only claim to be audio from a folder of uploads.

    Yields
    ------
    line : str
        For each that was removed: its name and why.

    Raises
    ------
    UserError
        If one cannot be removed.
    """
    files = scan(folder).files
    calls = [(str(folder / file.path),) for file in files]
    progress(0, len(files), N_("Starting the workers"))
    for done, (index, outcome) in enumerate(engine.map(no_audio, calls), start=1):
        name = readable_name(files[index].path)
        reason = outcome.value
        if isinstance(outcome.error, WorkerLost):
            reason = N_("ended the worker that opened it")
        elif outcome.error is not None:
            raise outcome.error
        if reason:
            _remove(folder / files[index].path)
            yield Sentence(N_("{name} {reason}; it was not kept."), name=name, reason=reason)
        progress(done, len(files), Sentence(N_("Looking into {name}"), name=name))


def no_audio(path: str) -> str:
    """Why a file is no audio, as the rest of a sentence; empty when it is. Runs in a worker."""
    try:
        with open_audio(path):
            return ""
    except UnreadableAudio as problem:
        return problem.reason
    except OSError as problem:
        return f"cannot be read: {problem.strerror or problem}"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{stored_path(path)} cannot be removed: {error.strerror}.") from error
