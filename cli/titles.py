"""The command for titles that may be one piece."""

from __future__ import annotations

import argparse

from cli.common import Commands, open_library
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``titles``."""
    titles = commands.add("titles", _titles, "Offer titles that may be one piece; merge them.")
    answers = titles.add_mutually_exclusive_group()
    what = "numbers of the list, or two titles"
    answers.add_argument("--merge", nargs="+", metavar="N", help=f"they are one piece: {what}")
    answers.add_argument("--apart", nargs="+", metavar="N", help=f"they are two: {what}")


def _titles(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.title_merges import judge, title_lines

    with open_library(settings) as library:
        if parsed.merge:
            print("\n".join(judge(library.catalogue, parsed.merge, same=True)))
        if parsed.apart:
            print("\n".join(judge(library.catalogue, parsed.apart, same=False)))
        if not (parsed.merge or parsed.apart):
            print("\n".join(title_lines(library.catalogue)))
    return 0
