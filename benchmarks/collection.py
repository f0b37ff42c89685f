"""A collection of many hours: importing it, and finding the next day that nothing has changed.

The demo's recordings are decoded once and written again and again as FLAC, each time louder or
softer by something else, so that every file has a content of its own. They are made in batches
that are removed when they are imported: a hundred hours need the disk of one batch, and the
library. Each batch is a folder of its own, as a lab's albums are, so that the map is extended and
computed anew as a growing collection has it.

Printed: hours of sound an hour (real-time factor), without and with the maps; the largest
resident memory of the importing process, of a web process that has the library open, and of the
workers, after a tenth of the collection and after all of it; the time of the command
``musiclatentvis import`` on a folder of 5,000 files in which nothing has changed.

Gates: that command under 2 s; the memory of no process above 1.3 times what a tenth needed.
``--hours 10`` is for a quick look.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from analysis.projection import Projection
from data.catalogue import Recording
from data.library import Library
from data.maps import gather_segments, save_map
from encoders.registry import default_encoder
from jobs.engine import Engine
from jobs.importing import import_folder
from settings import Settings
from tools.running import start_server

NOTHING_GATE_S, GROWTH_GATE = 2.0, 1.3
UNCHANGED_FILES = 5_000
RATE = 44_100
#: Most hours in a batch, and the share of the whole: memory is compared after a tenth.
BATCH_HOURS, BATCH_SHARE = 2.0, 0.1
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo" / "recordings"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=100.0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--scratch", type=Path, help="where to put files meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch) as temporary:
        grown = import_hours(Path(temporary), options.hours, options.workers)
    with tempfile.TemporaryDirectory(dir=options.scratch) as temporary:
        nothing_s, processor_s = find_nothing(Path(temporary))
    print(
        f"nothing to do in {UNCHANGED_FILES:,} files: {nothing_s:.2f} s, {processor_s:.2f} s of "
        f"them at work (gate {NOTHING_GATE_S:.0f} s)"
    )
    return 1 if nothing_s > NOTHING_GATE_S or grown > GROWTH_GATE else 0


@dataclass
class Peaks:
    """Largest resident memory of some processes, MiB, by their names."""

    most: dict[str, float] = field(default_factory=dict)

    def look(self, processes: dict[str, list[psutil.Process]]) -> None:
        """Take down what they have now; of several processes of a name the largest."""
        for name, members in processes.items():
            for process in members:
                try:
                    size = process.memory_info().rss / 2**20
                except psutil.NoSuchProcess:
                    continue
                self.most[name] = max(size, self.most.get(name, 0.0))

    def copy(self) -> Peaks:
        """As they are now."""
        return Peaks(dict(self.most))


def import_hours(folder: Path, hours: float, workers: int) -> float:
    """Import a collection batch by batch; by how much the memory of some process grew."""
    settings = Settings(library=folder / "library", workers=workers)
    done_s, spent_s, mapping_s = 0.0, 0.0, 0.0
    tenth: Peaks | None = None
    with (
        Library.open(settings.library, create=True) as library,
        Engine(settings) as engine,
    ):
        engine.start()
        # A map first, so that the web process has something to show.
        size_s = 3600 * min(BATCH_HOURS, BATCH_SHARE * hours)
        number, batch_s = make_batch(folder / "0000", 0, size_s / 4)
        import_folder(library, engine, folder / "0000")
        shutil.rmtree(folder / "0000")
        done_s += batch_s
        peaks = Peaks()
        with start_server(settings.library, folder / "server.log") as server:
            while done_s < 3600 * hours:
                batch = folder / f"{number:04}"
                number, batch_s = make_batch(batch, number, size_s)
                with watched(peaks, {"web process": server.process_id}):
                    clock = _Stages()
                    import_folder(library, engine, batch, progress=clock)
                    total_s, map_s = clock.seconds()
                    ask(server.url)
                shutil.rmtree(batch)
                done_s += batch_s
                spent_s += total_s
                mapping_s += map_s
                if tenth is None and done_s >= 360 * hours:
                    tenth = peaks.copy()
                segments = int(done_s // 10)
                print(f"  {done_s / 3600:5.1f} h, {segments:,} segments", end="\r", flush=True)
            whole = peaks.copy()
    return report(hours, done_s, spent_s, mapping_s, tenth or whole, whole)


class _Stages:
    """A progress callback that tells the time of the files from that of the map."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._files = self._began

    def __call__(self, done: int, total: int, message: str) -> None:
        if message.endswith(".flac"):
            self._files = time.perf_counter()

    def seconds(self) -> tuple[float, float]:
        """Since the import began, and since its last file."""
        now = time.perf_counter()
        return now - self._began, now - self._files


def report(
    hours: float, done_s: float, spent_s: float, mapping_s: float, tenth: Peaks, whole: Peaks
) -> float:
    """Print what was measured; by how much the memory of some process grew at most."""
    print(f"{done_s / 3600:.1f} hours imported, load {os.getloadavg()[0]:.1f}")
    print(
        f"real-time factor: {done_s / (spent_s - mapping_s):.0f} without maps, "
        f"{done_s / spent_s:.0f} with them"
    )
    print(f"{'largest resident memory, MiB':32}{'a tenth':>10}{'whole':>10}")
    grown = 1.0
    for name, size in whole.most.items():
        before = tenth.most.get(name, size)
        grown = max(grown, size / before)
        print(f"  {name:30}{before:10.0f}{size:10.0f}")
    print(f"growth from a tenth: {grown:.2f} times (gate {GROWTH_GATE})")
    return grown


def make_batch(folder: Path, number: int, seconds: float) -> tuple[int, float]:
    """Have a process of its own, whose memory is not ours, write files for so many seconds.

    Returns
    -------
    number : int
        Of the next file.
    written : float
        Seconds of sound.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(write_batch, (str(folder), number, seconds))


def write_batch(folder: str, number: int, seconds: float) -> tuple[int, float]:
    """As :func:`make_batch`, in this process."""
    sources = sorted(DEMO.rglob("*.opus"))
    Path(folder).mkdir()
    written = 0.0
    while written < seconds:
        sound = decode(str(sources[number % len(sources)]))
        write(sound, gain(number), Path(folder, f"{number:05}.flac"))
        written += len(sound) / RATE
        number += 1
    return number, written


def gain(number: int) -> float:
    """How loud a copy is: another one for each, within 6 dB."""
    return 0.5 + 0.5 * (number * 0.6180339887 % 1)


def decode(path: str) -> NDArray[np.int16]:
    """A recording, mono at 44.1 kHz; int16 [n]."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(path) as container:
        frames = [*container.decode(container.streams.audio[0]), None]
        blocks = [block.to_ndarray()[0] for one in frames for block in resampler.resample(one)]
    return np.concatenate(blocks)


def write(sound: NDArray[np.int16], loudness: float, target: Path) -> None:
    """Write a copy of a recording as FLAC."""
    import soundfile

    soundfile.write(target, (sound * loudness).astype(np.int16), RATE, "PCM_16", format="FLAC")


@contextmanager
def watched(peaks: Peaks, processes: dict[str, int]) -> Iterator[None]:
    """Look twice a second at this process, its workers and some others."""
    over = threading.Event()
    own = psutil.Process()
    # Of a server it is the children that answer: the first process only starts them.
    first = {name: psutil.Process(number) for name, number in processes.items()}
    others = {name: process.children() or [process] for name, process in first.items()}
    theirs = {process.pid for members in others.values() for process in members}
    theirs |= {process.pid for process in first.values()}

    def look() -> None:
        while not over.wait(0.5):
            workers = [child for child in own.children(recursive=True) if child.pid not in theirs]
            peaks.look({"importing process": [own], "a worker": workers, **others})

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def ask(url: str) -> None:
    """Have the web process read the newest map, as an open page does."""
    import urllib.request

    for path in ("/", "/_dash-layout"):
        with urllib.request.urlopen(url + path, timeout=120) as answer:
            answer.read()


def find_nothing(folder: Path, files: int = UNCHANGED_FILES) -> tuple[float, float]:
    """Seconds that the command takes on a folder it knows, best of three; those at work."""
    root, library = folder / "recordings", folder / "library"
    make_known(root, library, files)
    command = [sys.executable, "-m", "cli", "import", str(root), "--library", str(library)]
    runs = [timed(command) for _ in range(3)]
    return min(wall for wall, _ in runs), min(processor for _, processor in runs)


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of a command."""
    import resource
    import subprocess

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    began, before = time.perf_counter(), used()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "0 encoded" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return time.perf_counter() - began, used() - before


def make_known(root: Path, folder: Path, files: int) -> None:
    """A folder of files and a library that knows them all; latents are drawn, not heard."""
    encoder_id = default_encoder().id
    random = np.random.default_rng(0)
    rows = []
    with Library.open(folder, create=True) as library:
        for number in range(files):
            path = f"Album {number // 20:03}/{number % 20 + 1:02}.ogg"
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(path.encode())
            status = (root / path).stat()
            sha256 = hashlib.sha256(path.encode()).hexdigest()
            library.latents.write(
                encoder_id, sha256, np.empty((0, 32)), random.normal(size=(7, 16))
            )
            rows.append(
                Recording(str(root), path, sha256, status.st_size, status.st_mtime_ns, 72.0)
            )
        library.catalogue.save_recordings(rows)
        library.catalogue.set_meta("current_encoder", encoder_id)
        found = gather_segments(library, encoder_id)
        places = found.latents[:, :2]
        ids, index = found.recording_ids, found.segment_index
        save_map(library, Projection.of("pca"), encoder_id, places, ids, index)


if __name__ == "__main__":
    sys.exit(main())
