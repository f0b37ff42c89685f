"""Published data sets by the layout of their folders, one module each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from analysis.annotations import Annotation
from data.layouts.cbf import Cbf
from data.layouts.chmusic import ChMusic
from data.layouts.ctis import Ctis
from data.layouts.folders import Folders
from data.layouts.guzheng_tech99 import GuzhengTech99
from errors import UsageError

_SHOWN = 4  # names of what was found instead


class Layout(Protocol):
    """What stands where in a data set."""

    @property
    def expects(self) -> str:
        """What its folder must hold, as the object of a sentence."""

    def labels(self, path: str) -> dict[str, str]:
        """What the place of a recording says: labels, and further facts under other names.

        Parameters
        ----------
        path : str
            Posix, relative to the imported folder, readable.

        Returns
        -------
        dict
            Empty for a recording that does not belong to the data set.
        """

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """Annotations of a recording, read from the tables that belong to it.

        Raises
        ------
        UserError
            If one of its tables cannot be read.
        """


LAYOUTS: dict[str, Layout] = {
    "cbf": Cbf(),
    "chmusic": ChMusic(),
    "guzheng-tech99": GuzhengTech99(),
    "ctis": Ctis(),
    "folders": Folders(),
}


def layout_named(name: str) -> Layout:
    """A layout by its name.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in LAYOUTS:
        raise UsageError(f"There is no layout {name!r}; there are: {', '.join(LAYOUTS)}.")
    return LAYOUTS[name]


def strangers(layout: Layout, name: str, paths: Sequence[str]) -> list[str]:
    """Recordings of a folder that do not belong to the data set.

    Raises
    ------
    UsageError
        If most do not: then the folder holds something else.
    """
    outside = [path for path in paths if not layout.labels(path)]
    if paths and 2 * len(outside) >= len(paths):
        found = sorted({_top(path) for path in outside})
        named = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
        raise UsageError(
            f"The folder does not have the layout {name}: expected {layout.expects}; "
            f"found {named}. Nothing was imported."
        )
    return outside


def _top(path: str) -> str:
    """The first two parts of a path: enough to see what the folder is instead."""
    return "/".join(PurePosixPath(path).parts[:2])
