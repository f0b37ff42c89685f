"""CTIS: Chinese traditional instrument sounds, a folder an instrument (Liang et al., 2019)."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from analysis.annotations import Annotation
from data.names import labels_of_path
from language.instruments import find


class Ctis:
    """See the module."""

    expects = "a folder for each instrument, named after it, such as Erhu/1.wav or 二胡/1.wav"

    def labels(self, path: str) -> dict[str, str]:
        """The instrument that the innermost folder with an instrument's name says."""
        *folders, name = PurePosixPath(path).parts
        known = [one for folder in folders if (one := find(_plain(folder)) or find(folder))]
        if not known:
            return {}
        return {"title": labels_of_path(name)["title"], "instrument": known[-1].name}

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """None."""
        return []


def _plain(folder: str) -> str:
    """A folder's name without the number before it: ``C0012_Erhu``, ``07 二胡``."""
    return re.sub(r"^[A-Za-z]?\d+[\s._-]*", "", folder)
