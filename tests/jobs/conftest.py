from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.library import Library
from tests.making import make_encoder, melody, write_audio


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library with an encoder of random weights."""
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        yield library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings of two performers."""
    root = tmp_path / "music"
    for seed, path in enumerate(
        ("Erhu/A/Guang Ming Xing.ogg", "Erhu/B/Guang Ming Xing.flac", "Zheng/C/茉莉花.wav")
    ):
        write_audio(root / path, melody(21 + 10 * seed, 22_050, seed), 22_050)
    return root
