"""Takes: which melody is played on what and how; rendering them in parallel."""

from __future__ import annotations

import csv
import multiprocessing
import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.notation.score import Melody, Part
from tools.rendering.instruments import INSTRUMENTS
from tools.rendering.performance import Section, perform
from tools.rendering.styles import Style
from tools.rendering.synthesis import encode_opus, finish, synthesise


@dataclass(frozen=True)
class Take:
    """One recording to be made."""

    melody: Melody
    form: tuple[Part, ...]
    instrument: str
    style: Style

    @property
    def path(self) -> str:
        """Where it stands below the collection's folder: instrument, style, title."""
        return f"{self.instrument}/{self.style.name}/{self.melody.title}.opus"

    @property
    def seed(self) -> int:
        """Seed of everything random in it: it depends on the take alone."""
        return zlib.crc32(self.path.encode())


@dataclass(frozen=True)
class Rendered:
    """A finished recording."""

    take: Take
    duration_s: float
    sections: tuple[Section, ...]


def render_take(take: Take, folder: Path, bit_rate: int, effort: int) -> Rendered:
    """Render one take to ``folder / take.path`` as Ogg/Opus."""
    style = take.style
    played = perform(take.melody, take.form, INSTRUMENTS[take.instrument], style, take.seed)
    samples = synthesise(played.midi, style.room, style.reverb)
    samples = finish(samples, style, played.duration_s, take.seed)
    path = folder / take.path
    path.parent.mkdir(parents=True, exist_ok=True)
    tags = {"title": take.melody.title, "artist": style.name, "instrument": take.instrument}
    encode_opus(samples, path, tags, bit_rate, effort)
    return Rendered(take, played.duration_s, played.sections)


def render_all(
    takes: Sequence[Take], folder: Path, bit_rate: int, effort: int = 8, processes: int = 2
) -> list[Rendered]:
    """Render takes in parallel, at low priority; results are in the order of `takes`."""
    arguments = [(take, folder, bit_rate, effort) for take in takes]
    with multiprocessing.get_context("spawn").Pool(processes, _lower_priority) as pool:
        return pool.starmap(render_take, arguments, chunksize=1)


def _lower_priority() -> None:
    os.nice(5)


def write_metadata(path: Path, takes: Iterable[Take]) -> None:
    """Write the metadata CSV that ``musiclatentvis import --metadata`` reads."""
    rows = [(take.path, take.melody.title, take.style.name, take.instrument) for take in takes]
    write_csv(path, ("path", "title", "performer", "instrument"), rows)


def write_sections(path: Path, rendered: Iterable[Rendered]) -> None:
    """Write where the sections of each recording's form begin and end."""
    rows = [
        (result.take.path, f"{section.start_s:.3f}", f"{section.end_s:.3f}", section.label)
        for result in rendered
        for section in result.sections
    ]
    write_csv(path, ("path", "start_s", "end_s", "label"), rows)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV as UTF-8 with line feeds."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
