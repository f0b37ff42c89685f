"""What commands share: how they are declared, the library, its workers, what is said meanwhile.

What takes long to import is imported where it is used: ``--help`` and ``status`` answer at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from settings import Settings

if TYPE_CHECKING:
    from data.library import Library
    from jobs.engine import Engine

#: What a command runs; its answer is the exit code.
Run = Callable[[Settings, argparse.Namespace], int]


class Commands:
    """Takes the commands of ``musiclatentvis``.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of the whole command line.
    """

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, run: Run, help: str) -> argparse.ArgumentParser:
        """Add a command on a library, and give its parser."""
        added = self._parsers.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        added.add_argument(
            "--library",
            type=path,
            metavar="DIR",
            help="folder of the library (default: $MLV_LIBRARY, else ./library)",
        )
        return added


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Let a command be told who its workers are."""
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: all cores)")
    parser.add_argument(
        "--scheduler",
        metavar="tls://HOST:PORT",
        help="let the workers of this Dask scheduler do the work (default: this machine's cores)",
    )


def open_library(settings: Settings, *, create: bool = False) -> Library:
    """The library that the settings name."""
    from data.library import Library

    return Library.open(settings.library, create=create, database_url=settings.database_url)


def start_engine(settings: Settings) -> Engine:
    """Its workers, which start with the first call."""
    from jobs.engine import Engine

    return Engine(settings)


def path(text: str) -> Path:
    """An argument that names a file or folder; an empty one would be the folder one stands in."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(text)


@contextmanager
def writing_alone(folder: Path) -> Iterator[None]:
    """Wait, and say so, until no other program imports, maps or mends this library."""
    from jobs.locks import writing

    told = False

    def waiting() -> None:
        nonlocal told
        if not told:
            print("Waiting until another program has finished with this library.", file=sys.stderr)
        told = True

    with writing(folder, waiting):
        yield


class Summary(Protocol):
    """What came of a piece of work."""

    @property
    def exit_code(self) -> int:
        """1 where there are failures, else 0."""

    def lines(self) -> list[str]:
        """It in words."""


def tell(summaries: Iterable[Summary]) -> int:
    """Print what came of the work, piece by piece; the exit code of all of it."""
    code = 0
    for summary in summaries:
        print("\n".join(summary.lines()))
        code = max(code, summary.exit_code)
    return code


def in_columns(*cells: object) -> str:
    """A line of a table whose columns are parted by tabs."""
    return "\t".join(" ".join(str(cell).split()) for cell in cells)


class ProgressBar:
    """A progress bar on stderr, called as ``progress(done, total, message)``."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> ProgressBar:
        return self

    def __call__(self, done: int, total: int, message: str) -> None:
        """Show how far it is."""
        from tqdm import tqdm

        if self._bar is None or self._bar.total != total or done < self._bar.n:
            self.close()
            self._bar = tqdm(total=total, leave=False, dynamic_ncols=True)
        self._bar.set_description(message[-40:], refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take it off the terminal."""
        if self._bar is not None:
            self._bar.close()

    def __exit__(self, *_exception: object) -> None:
        self.close()
