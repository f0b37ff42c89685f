"""Guzheng_Tech99: 99 pieces with every note and its technique (Li et al., 2023).

``data/<split>/<piece>.flac`` with ``labels/<split>/<piece>.csv``, whose columns are ``onset_time,
offset_time, IPT, note``: seconds, the playing technique, the note's number in MIDI.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from analysis.annotations import Annotation
from data.annotations import read_spans
from data.names import labels_of_path

_PLACE = re.compile(r"((?:.*/)?)data/([^/]+)/[^/]+", re.IGNORECASE)


class GuzhengTech99:
    """See the module."""

    expects = (
        "data/<split> and labels/<split>, such as data/train/piece.flac with labels/train/piece.csv"
    )

    def labels(self, path: str) -> dict[str, str]:
        """Piece and split; nobody says who plays."""
        place = _PLACE.fullmatch(path)
        if not place:
            return {}
        title = labels_of_path(PurePosixPath(path).name)["title"]
        return {"title": title, "instrument": "Zheng", "split": place.group(2)}

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """The technique of each note, and its pitch as a further fact."""
        place = _PLACE.fullmatch(path)
        if not place:
            return []
        folder = root / place.group(1) / "labels" / place.group(2)
        table = folder / f"{PurePosixPath(path).stem}.csv"
        return read_spans(table, "unnamed") if table.is_file() else []
