"""Commands against loss: back up, restore, find damage and mend it."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext

from cli.common import (
    Commands,
    ProgressBar,
    add_engine,
    open_library,
    path,
    start_engine,
    tell,
    writing_alone,
)
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``backup``, ``restore`` and ``verify``."""
    backup = commands.add(
        "backup", _backup, "Back the library up; others may work on it meanwhile."
    )
    backup.add_argument(
        "target", type=path, metavar="DIR", help="gets a dated folder; or FILE.tar for one file"
    )

    restore = commands.add(
        "restore", _restore, "Make the library what it was; a server may be running."
    )
    restore.add_argument(
        "source", type=path, metavar="BACKUP", help="a backup, or a folder of them: the newest"
    )

    verify = commands.add("verify", _verify, "Check every file and the catalogue for damage.")
    verify.add_argument("--repair", action="store_true", help="mend what is damaged")
    verify.add_argument(
        "--from",
        dest="source",
        type=path,
        metavar="BACKUP",
        help="take whole files from here (default: the last backup)",
    )
    add_engine(verify)


def _backup(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.backing_up import back_up

    with open_library(settings) as library, ProgressBar() as progress:
        summary = back_up(library, parsed.target, progress)
    return tell([summary])


def _restore(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.restoring import restore

    with _writing_alone(settings), ProgressBar() as progress:
        restored = restore(parsed.source, settings.library, settings.database_url, progress)
    return tell([restored])


def _verify(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.verifying import verify

    alone = _writing_alone(settings) if parsed.repair else nullcontext()
    with alone, start_engine(settings) as engine, ProgressBar() as progress:
        found = verify(
            settings.library,
            engine,
            database_url=settings.database_url,
            repair=parsed.repair,
            source=parsed.source,
            progress=progress,
        )
    return tell([found])


def _writing_alone(settings: Settings) -> AbstractContextManager[None]:
    """Be the only one who changes the library, where there is one."""
    from data.library import Library

    there = Library.exists(settings.library)
    return writing_alone(settings.library) if there else nullcontext()
