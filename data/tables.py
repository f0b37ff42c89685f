"""What tables have in common that people write, or save from a spreadsheet as CSV."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path, PurePosixPath

from errors import UserError

#: A row by the columns of the header; cells that it lacks are None.
Row = dict[str, str | None]


def delimiter_of(text: str) -> str:
    """What parts the cells of a table: a comma, or what the header has instead of one."""
    header = next(iter(text.splitlines()), "")
    return "," if "," in header else next((sign for sign in ";\t" if sign in header), ",")


def rows_of(text: str, name: str) -> tuple[list[str], list[tuple[int, Row]]]:
    """The rows of a table with a header.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for messages.

    Returns
    -------
    header : list of str
        Names of the columns, in small letters.
    rows : list of (int, dict)
        With the line that each ends in.

    Raises
    ------
    UserError
        If it is no such table: the line is named.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        header = [cell.strip().lower() for cell in reader.fieldnames or []]
        reader.fieldnames = header
        return header, [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise UserError(f"{name}, line {reader.line_num}: {error}.") from error


def path_key(path: str) -> str:
    """A path that compares equal however it was typed (macOS decomposes accents)."""
    return unicodedata.normalize("NFC", PurePosixPath(path).as_posix())


def key_in(root: Path, path: str) -> str | None:
    """The key of a cell with a path, relative to `root` or absolute; None for one outside it.

    Windows writes backslashes.
    """
    typed = PurePosixPath(path.strip().replace("\\", "/"))
    if typed.is_absolute():
        if not typed.is_relative_to(root.as_posix()):
            return None
        typed = typed.relative_to(root.as_posix())
    return path_key(typed.as_posix())
