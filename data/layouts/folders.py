"""Folders that say it: ``<Instrument>/<Performer>/<Title>``, or ``<Instrument>/<Title>``."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from analysis.annotations import Annotation
from data.names import labels_of_path


class Folders:
    """See the module."""

    expects = "<Instrument>/<Performer>/<Title>, such as Erhu/Min Huifen/Liang Xiao.flac"

    def labels(self, path: str) -> dict[str, str]:
        """The two folders above a file, or the one; a title from the file's name."""
        *folders, name = PurePosixPath(path).parts
        if not folders:
            return {}
        title = labels_of_path(name)["title"]
        if len(folders) == 1:
            return {"title": title, "instrument": folders[0]}
        return {"title": title, "instrument": folders[-2], "performer": folders[-1]}

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """None."""
        return []
