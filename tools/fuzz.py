"""Import damaged audio files by the thousand: nothing may fall over, leak, or get lost.

``python -m tools.fuzz --count 10000`` makes small recordings in all formats, damages copies of them
and imports these among whole ones, a few hundred at a time, each time into a new library.  After
each round every file must be in the catalogue, the whole ones ready, the others ready or failed
with a reason, and this process, which stands for the server, must hold no more files and hardly
more memory than after the first round.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from data.catalogue import Recording
from data.library import Library
from data.media import transcode
from errors import UserError
from jobs.engine import Engine
from jobs.importing import import_folder
from settings import Settings
from tests.making import CODECS, FILMS, melody, write_audio, write_film
from tests.monkey import write_ape

#: What the process may grow by after the first round: caches fill, the allocator keeps some.
MOST_FILES, MOST_BYTES = 5, 150 << 20
#: Every format that PyAV writes, and APE.
FORMATS = frozenset({*CODECS, *FILMS, ".ape"})
_SECONDS = 11.0
_HEADER = 512
_PER_ROUND = 400

Damage = Callable[[bytearray, np.random.Generator, bytes], bytearray]


def _flip_bits(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    for place in random.integers(0, len(content), random.integers(1, 60)):
        content[place] ^= 1 << random.integers(8)
    return content


def _truncate(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    return content[: random.integers(1, len(content))]


def _splice(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    return content[: random.integers(1, len(content))] + other[random.integers(len(other)) :]


def _zero(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    first = int(random.integers(len(content)))
    length = min(int(random.integers(1, 20_000)), len(content) - first)
    content[first : first + length] = bytes(length)
    return content


def _edit_header(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    for place in random.integers(0, min(_HEADER, len(content)), random.integers(1, 12)):
        content[place] = random.integers(256)
    return content


def _claim_extremes(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    """Sizes, counts and rates of a header become the largest there are, or none, or negative."""
    for place in random.integers(0, min(_HEADER, len(content)), random.integers(1, 4)):
        value = (b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f")
        content[place : place + 4] = value[random.integers(len(value))]
    return content


def _repeat(content: bytearray, random: np.random.Generator, other: bytes) -> bytearray:
    first, last = sorted(random.integers(0, len(content), 2))
    return content[:last] + content[first:last] * int(random.integers(1, 4)) + content[last:]


DAMAGE: tuple[Damage, ...] = (
    _flip_bits,
    _truncate,
    _splice,
    _zero,
    _edit_header,
    _claim_extremes,
    _repeat,
)


@dataclass
class Report:
    """What a run came to.

    Attributes
    ----------
    states : Counter
        How many damaged files ended in which state, or crashed their worker.
    problems : list of str
        Broken promises; none, if all is well.
    resources : list of tuple of int
        Open files and bytes of this process, then of its workers, after each round.
    """

    states: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    resources: list[tuple[int, int, int, int]] = field(default_factory=list)


def originals(folder: Path, suffixes: Collection[str] = FORMATS) -> list[Path]:
    """Small recordings in these formats, each of another melody."""
    files = []
    for seed, suffix in enumerate(sorted(CODECS.keys() & set(suffixes))):
        rate = 48_000 if suffix in {".opus", ".eac3", ".ac3"} else 22_050
        rate = 44_100 if suffix == ".mka" else rate
        sound = melody(_SECONDS, rate, seed)
        files.append(write_audio(folder / f"whole{suffix}", sound, rate))
    if ".m4a" in suffixes:
        alac = melody(_SECONDS, 22_050, 50)
        files.append(write_audio(folder / "whole-alac.m4a", alac, 22_050, codec="alac"))
    if ".ape" in suffixes:
        files.append(write_ape(folder / "whole.ape", melody(_SECONDS, 8_000, 51), 8_000))
    for seed, suffix in enumerate(sorted(FILMS.keys() & set(suffixes)), start=60):
        files.append(write_film(folder / f"whole-film{suffix}", melody(_SECONDS, 48_000, seed)))
    return files


def damaged(files: Sequence[bytes], random: np.random.Generator) -> tuple[int, bytes]:
    """One of some files, damaged in one to three ways, and which one it was."""
    which = int(random.integers(len(files)))
    content = bytearray(files[which])
    for _ in range(random.integers(1, 4)):
        other = files[int(random.integers(len(files)))]
        damage = DAMAGE[random.integers(len(DAMAGE))]
        content = damage(content, random, other) or bytearray(1)
    return which, bytes(content)


def run(whole: Sequence[Path], count: int, seed: int, engine: Engine, folder: Path) -> Report:
    """Import damaged copies of some files in rounds.

    Parameters
    ----------
    whole : sequence of path
        As :func:`originals` writes them.
    count, seed : int
        How many damaged files.
    engine : Engine
    folder : path
        Gets what is written; the files of a round with problems stay there.
    """
    random = np.random.default_rng(seed)
    contents = [path.read_bytes() for path in whole]
    report = Report()
    for number, first in enumerate(range(0, count, _PER_ROUND)):
        place = folder / f"round-{number}"
        _write_round(place / "music", whole, contents, min(_PER_ROUND, count - first), random)
        problems = [f"round {number}: {problem}" for problem in _round(place, engine, report)]
        report.problems += problems
        report.resources.append(_resources())
        print("\n".join([*problems, _line(number, report)]), flush=True)
        if not problems:
            shutil.rmtree(place)
    report.problems += _leaks(report.resources)
    return report


def _write_round(
    music: Path,
    whole: Sequence[Path],
    contents: Sequence[bytes],
    count: int,
    random: np.random.Generator,
) -> None:
    music.mkdir(parents=True)
    for path in whole:
        shutil.copy(path, music)
    for index in range(count):
        which, content = damaged(contents, random)
        (music / f"damaged-{index:05d}{whole[which].suffix}").write_bytes(content)
    sheet = b'FILE "whole.flac" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n'
    for index in range(count // 20):
        broken = _flip_bits(bytearray(sheet * 3), random, sheet)
        (music / f"damaged-{index:05d}.cue").write_bytes(broken)


def _round(place: Path, engine: Engine, report: Report) -> Iterator[str]:
    """Import one round; yields the promises that were broken."""
    music = place / "music"
    files = {path.name for path in music.iterdir() if path.suffix != ".cue"}
    with Library.open(place / "library", create=True) as library:
        try:
            import_folder(library, engine, music)
        except Exception as error:
            yield f"the import ended with {error!r}"
            return
        rows = {row.path: row for row in library.catalogue.recordings(state=None)}
        # A broken sheet may find its file all the same: that is there as its tracks.
        there = rows.keys() | {row.audio for row in rows.values()}
        yield from (f"{name} is lost" for name in files - there)
        for row in rows.values():
            yield from _broken(row)
            if row.path.startswith("damaged"):
                crashed = "worker" in row.reason
                report.states["crashed" if crashed else row.state] += 1
                if crashed:
                    print(f"  {row.path} crashed its worker: {place}", flush=True)
        yield from _unplayable(engine, place, [r for r in rows.values() if r.state == "ready"])


def _broken(row: Recording) -> Iterator[str]:
    # Some damage changes nothing, and then the copy may have come first.
    if row.path.startswith("whole") and row.state not in ("ready", "duplicate"):
        yield f"{row.path}, which is whole, is {row.state}: {row.reason}"
    if row.state == "failed" and not row.reason:
        yield f"{row.path} failed without a reason"
    if "could not be encoded (" in row.reason:
        yield f"{row.path}: {row.reason}"


def _unplayable(engine: Engine, place: Path, rows: list[Recording]) -> Iterator[str]:
    """Copies for browsers are made of whatever was imported, or refused in a sentence."""
    calls = [(row.source, str(place / "copies" / f"{row.path}.ogg")) for row in rows[::7]]
    for index, outcome in engine.map(transcode, calls):
        if outcome.error is not None and not isinstance(outcome.error, UserError):
            yield f"{rows[7 * index].path} cannot be copied for browsers: {outcome.error!r}"


def _resources() -> tuple[int, int, int, int]:
    gc.collect()
    process = psutil.Process()
    workers = [child for child in process.children(recursive=True) if child.is_running()]
    return (
        process.num_fds(),
        process.memory_info().rss,
        sum(worker.num_fds() for worker in workers),
        sum(worker.memory_info().rss for worker in workers),
    )


def _leaks(resources: list[tuple[int, int, int, int]]) -> Iterator[str]:
    """What grew between the second round and the last: the first one fills caches."""
    if len(resources) < 3:
        return
    before, after = resources[1], resources[-1]
    if after[0] > before[0] + MOST_FILES:
        yield f"open files grew from {before[0]} to {after[0]}"
    if after[1] > before[1] + MOST_BYTES:
        yield f"memory grew from {before[1] >> 20} to {after[1] >> 20} MB"


def _line(number: int, report: Report) -> str:
    files, memory, worker_files, worker_memory = report.resources[-1]
    states = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    return (
        f"round {number}: {states}; {len(report.problems)} problems; {files} open files, "
        f"{memory >> 20} MB; workers {worker_files} open files, {worker_memory >> 20} MB"
    )


def main() -> int:
    """The command; exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="damaged files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0)
    parsed = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    begun = time.monotonic()
    with Engine(Settings(workers=parsed.workers, file_seconds=60)) as engine:
        whole = originals(folder / "originals")
        report = run(whole, parsed.count, parsed.seed, engine, folder)
    for problem in report.problems:
        print(problem)
    print(f"{parsed.count} damaged files in {time.monotonic() - begun:.0f} s, seed {parsed.seed}.")
    if report.problems:
        print(f"The files are in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
