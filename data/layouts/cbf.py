"""CBFdataset: Chinese bamboo flute, ten players (Wang et al., 2022).

``Player1/Iso/Iso_Vibrato.wav`` has one technique again and again, ``Player1/Piece/Busuijing.wav`` a
whole piece. The stretches of a technique stand in ``Iso_Vibrato.csv`` beside the former, in
``Busuijing_tech_Vibrato.csv`` beside the latter: one number a line, onsets and offsets in turn.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from analysis.annotations import Annotation
from data.annotations import read_spans
from data.names import labels_of_path

_PLACE = re.compile(r"(?:.*/)?Player\s*_?(\d+)/(Iso|Piece)/(?:[^/]+/)*[^/]+", re.IGNORECASE)
#: Techniques whose names are abbreviated or misspelt.
_TECHNIQUES = {"FT": "Flutter-tongue", "Acciacatura": "Acciaccatura"}


class Cbf:
    """See the module."""

    expects = (
        "folders Player1, Player2 … with Iso and Piece in them, such as Player1/Piece/Busuijing.wav"
    )

    def labels(self, path: str) -> dict[str, str]:
        """Player, part and piece or technique."""
        place = _PLACE.fullmatch(path)
        if not place:
            return {}
        stem = PurePosixPath(path).stem
        isolated = place.group(2).lower() == "iso"
        title = _technique(stem) if isolated else labels_of_path(PurePosixPath(path).name)["title"]
        return {
            "title": title,
            "performer": f"Player {int(place.group(1))}",
            "instrument": "Bamboo Flute",
            "part": "Iso" if isolated else "Piece",
        }

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """Stretches of each technique."""
        audio = root / path
        beside = sorted(audio.parent.glob("*.csv"))
        found = [
            one
            for table in beside
            if table.stem == audio.stem or table.stem.startswith(f"{audio.stem}_")
            for one in read_spans(
                table, _technique(table.stem.removeprefix(audio.stem) or table.stem)
            )
        ]
        return sorted(found)


def _technique(stem: str) -> str:
    """``Vibrato`` of ``Iso_Vibrato``, ``_tech_Vibrato`` and ``Iso_Vibrato_2``."""
    name = re.sub(r"^_?(?:iso|tech)[_-]+|[_-]+\d+$", "", stem, flags=re.IGNORECASE).strip("_- ")
    return _TECHNIQUES.get(name, name[:1].upper() + name[1:])
