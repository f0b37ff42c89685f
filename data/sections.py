"""Known sections of recordings: ``sections.csv`` (paper, T3).

The file stands in the imported folder, or beside ``metadata.csv`` one folder above, and has the
columns ``path, start_s, end_s, label``; `path` is relative to the imported folder.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

from analysis.structure_scores import Section
from errors import UserError

FILE = "sections.csv"


def find_sections(root: Path) -> Path | None:
    """The file with the sections of an imported folder, where there is one."""
    candidates = [root / FILE]
    if (root.parent / "metadata.csv").is_file():
        candidates.append(root.parent / FILE)
    return next((path for path in candidates if path.is_file()), None)


def read_sections(path: Path) -> dict[str, tuple[Section, ...]]:
    """Sections of each recording, in order of time.

    Raises
    ------
    UserError
        If the file is not UTF-8, lacks a column, or a row cannot be read.
    """
    found: dict[str, list[Section]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                section = Section(float(row["start_s"]), float(row["end_s"]), str(row["label"]))
                if not 0 <= section.start_s < section.end_s < math.inf:
                    raise ValueError(f"a section from {section.start_s} to {section.end_s} s")
                found.setdefault(row["path"], []).append(section)
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"The sections in {path} cannot be read ({error}): it needs the columns path, "
            "start_s, end_s, label, times in seconds."
        ) from error
    return {name: tuple(sorted(sections)) for name, sections in found.items()}
