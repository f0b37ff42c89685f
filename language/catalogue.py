"""Reading a catalogue of translations: the part of gettext's PO format that ours uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

#: Forms of the translation, by the English text (of a plural: for one).
Catalogue: TypeAlias = Mapping[str, tuple[str, ...]]


class Entry(NamedTuple):
    """One text of a catalogue.

    Attributes
    ----------
    message : str
        English; of a plural that for one.
    plural : str or None
        English for several.
    forms : tuple of str
        The translation; ``""`` where there is none yet.
    """

    message: str
    plural: str | None
    forms: tuple[str, ...]


def read(path: Path) -> dict[str, tuple[str, ...]]:
    """The translations in a PO file."""
    return {entry.message: entry.forms for entry in entries(path) if all(entry.forms)}


def entries(path: Path) -> Iterator[Entry]:
    """All texts of a PO file, in its order; the header is none.

    Raises
    ------
    ValueError
        If a line is neither a comment, a keyword nor a quoted text.
    """
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if not line or line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, _, line = line.partition(" ")
                fields[keyword] = ""
            try:
                fields[keyword] += ast.literal_eval(line)
            except (SyntaxError, KeyError) as error:
                raise ValueError(f"{path.name} cannot be read at {line!r}") from error
        if fields.get("msgid"):
            forms = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
            yield Entry(fields["msgid"], fields.get("msgid_plural"), forms)
