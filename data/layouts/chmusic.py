"""ChMusic: eleven instruments, five pieces each (Gong et al., 2021).

``Musics/x.y.wav`` is piece `y` of instrument `x`.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from analysis.annotations import Annotation
from language.instruments import instrument_name

_NAME = re.compile(r"(\d{1,2})\.(\d{1,2})")
_INSTRUMENTS = (
    "Erhu",
    "Pipa",
    "Sanxian",
    "Dizi",
    "Suona",
    "Zhuiqin",
    "Zhongruan",
    "Liuqin",
    "Guzheng",
    "Yangqin",
    "Sheng",
)


class ChMusic:
    """See the module."""

    expects = "files named x.y.wav, x from 1 to 11 for the instrument, such as Musics/1.3.wav"

    def labels(self, path: str) -> dict[str, str]:
        """Instrument; pieces have numbers, no names, and nobody says who plays."""
        name = _NAME.fullmatch(PurePosixPath(path).stem)
        if not name or not 1 <= int(name.group(1)) <= len(_INSTRUMENTS):
            return {}
        instrument = instrument_name(_INSTRUMENTS[int(name.group(1)) - 1])
        return {"title": f"{instrument} {int(name.group(2))}", "instrument": instrument}

    def annotations(self, root: Path, path: str) -> list[Annotation]:
        """None."""
        return []
