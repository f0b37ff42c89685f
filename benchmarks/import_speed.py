"""How fast recordings become latents, beside librosa and beside decoding alone.

All in one run on the same files, each warmed up first:

* *decode alone*: PyAV decodes every frame, and nothing is done with them: the limit;
* *recipe paper*, *recipe contrast*: what an import does with a file: hash, tags, decode,
  mix, resample, spectrogram, both encoders of that recipe, latents written to disk;
* *librosa*: ``load(sr=20000, mono=True)`` and ``stft`` of one file after the other, and
  nothing is done with it: what a researcher writes today;
* *librosa in all processes*: the same, spread as an import is.  It has no gate: most of its
  time goes into decoding too, so that decoding alone is little over 3 times as fast.

All but plain librosa share the worker processes, and so what an import sets for its process
(how freed memory is kept), which none of them is slower for.

Gates: with the paper's recipe at least 3 times as fast as librosa and at least 0.70 times as
fast as decoding alone; with ``contrast`` at least 0.60 times as fast as with the paper's.
They are for the input that a collection of music usually is, Ogg Vorbis in stereo at
44.1 kHz and 160 kbit/s (quality 5): an hour of it, made here of the demo's recordings, two
at a time, one left and one right.  The demo's own files, mono Opus, are measured too,
without a gate.  With a folder as the argument, the gates are for that folder instead.
Other work on the machine slows all three, but not alike: measure while it is idle.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.library import Library
from data.sources import Source
from encoders.registry import ensure_installed, named
from jobs.encoding import encode_file
from jobs.engine import Engine
from settings import Settings

LIBROSA_GATE = 3.0
DECODE_GATE = 0.70
CONTRAST_GATE = 0.60
RATE = 44_100
QUALITY = 5  # of Ogg Vorbis' ten; what most music is sold and kept in
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo" / "recordings"


def decode_alone(path: str) -> float:
    """Decode all frames of a file with PyAV; returns its duration, seconds."""
    import av

    with av.open(path) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return samples / stream.codec_context.sample_rate


def import_one(root: str, path: str, library: str, encoder_folder: str, encoder_id: str) -> float:
    """Import a file as the command does; returns its duration, seconds."""
    encoded = encode_file(root, Source(str(Path(root) / path)), library, encoder_folder, encoder_id)
    if encoded.reason:
        raise RuntimeError(f"{path}: {encoded.reason}")
    return encoded.duration_s


def load_with_librosa(path: str) -> float:
    """Load a file and transform it with librosa; returns its duration, seconds."""
    import librosa

    samples, rate = librosa.load(path, sr=20_000, mono=True)
    librosa.stft(samples, n_fft=1000, win_length=500, hop_length=500)
    return float(len(samples) / rate)


def make_vorbis(left: str, right: str, target: str) -> None:
    """Write a recording as Ogg Vorbis in stereo, accompanied from the right by another.

    Both reach the other side too, later and softer, as they reach a pair of microphones.
    """
    import soundfile

    near = load_wide(left)
    far = np.resize(load_wide(right), len(near))
    late = RATE // 1000
    sound = np.stack([near, far], axis=1)  # [n, 2]
    sound[late:] += 0.4 * sound[:-late, ::-1]
    sound *= 0.9 / np.abs(sound).max()
    with soundfile.SoundFile(
        target, "w", RATE, 2, "VORBIS", format="OGG", compression_level=1 - QUALITY / 10
    ) as file:
        for first in range(0, len(sound), RATE):  # libsndfile fails on long blocks
            file.write(sound[first : first + RATE])


def load_wide(path: str) -> NDArray[np.float32]:
    """Decode a file to mono at 44.1 kHz, the whole range of hearing; float32 [n]."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(path) as container:
        frames = [*container.decode(container.streams.audio[0]), None]
        blocks = [block.to_ndarray()[0] for one in frames for block in resampler.resample(one)]
    return np.concatenate(blocks)


def make_collection(folder: Path, workers: int) -> list[Path]:
    """Make an Ogg Vorbis file of each of the demo's recordings."""
    recordings = sorted(DEMO.rglob("*.opus"))
    partners = recordings[1:] + recordings[:1]
    targets = [folder / f"{number:02}.ogg" for number in range(len(recordings))]
    calls = [tuple(map(str, one)) for one in zip(recordings, partners, targets, strict=True)]
    with Engine(Settings(workers=workers)) as engine:
        for _, outcome in engine.map(make_vorbis, calls):
            outcome.unwrap()
    return targets


def measure(
    engine: Engine, function: Callable[..., float], calls: Sequence[tuple[Any, ...]]
) -> float:
    """Seconds of sound per second of time."""
    start = time.perf_counter()
    sound = sum(outcome.unwrap() for _, outcome in engine.map(function, calls))
    return sound / (time.perf_counter() - start)


def measure_alone(function: Callable[[str], float], names: Sequence[str]) -> float:
    """The same for one file after the other in this process."""
    start = time.perf_counter()
    sound = sum(function(name) for name in names)
    return sound / (time.perf_counter() - start)


def largest_first(folder: Path) -> list[Path]:
    """Audio files, so ordered that no worker is left alone with a long one at the end."""
    files = [file for file in folder.rglob("*") if file.suffix in {".ogg", ".oga", ".opus"}]
    return sorted(files, key=lambda file: (-file.stat().st_size, file.name))


def compare(files: list[Path], folder: Path, workers: int, repeats: int) -> dict[str, float]:
    """Best speed of each contender in `repeats` rounds that alternate between them."""
    names = [str(file) for file in files]
    best: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        Library.open(Path(scratch) / "library", create=True) as library,
        Engine(Settings(workers=workers)) as engine,
    ):
        root = str(folder)
        relative = [file.relative_to(folder).as_posix() for file in files]

        def import_calls(recipe: str, number: int) -> list[tuple[str, ...]]:
            encoder_id = named(library, recipe).id
            encoder_folder = str(ensure_installed(library, encoder_id))
            # A folder for each round: what is encoded already would be left alone.
            latents = str(Path(scratch) / f"{recipe}-{number}")
            return [(root, one, latents, encoder_folder, encoder_id) for one in relative]

        for number in range(repeats + 1):
            contenders: list[tuple[str, Callable[..., float], Sequence[tuple[Any, ...]]]] = [
                ("decode alone", decode_alone, [(name,) for name in names]),
                ("recipe paper", import_one, import_calls("paper", number)),
                ("recipe contrast", import_one, import_calls("contrast", number)),
                ("librosa in all processes", load_with_librosa, [(name,) for name in names]),
            ]
            for name, function, calls in contenders:
                # Round 0 warms up: imports, the encoder, librosa's compiled code.
                chosen = calls[: 2 * workers] if number == 0 else calls
                speed = measure(engine, function, chosen)
                if number:
                    best[name] = max(best.get(name, 0.0), speed)
            alone = measure_alone(load_with_librosa, names if number else names[:2])
            if number:
                best["librosa"] = max(best.get("librosa", 0.0), alone)
    return best


def report(title: str, folder: Path, workers: int, repeats: int, gated: bool) -> bool:
    """Measure the files of a folder and print how fast they were; True where gates pass."""
    files = largest_first(folder)
    best = compare(files, folder, workers, repeats)
    print(f"{title}: {len(files)} files, {workers} processes, best of {repeats}")
    print(f"{'':28}{'x real time':>12}")
    for name, speed in best.items():
        print(f"{name:28}{speed:12.0f}")
    passed = True
    for ours, peer, gate in (
        ("recipe paper", "librosa", LIBROSA_GATE),
        ("recipe paper", "librosa in all processes", 0.0),
        ("recipe paper", "decode alone", DECODE_GATE),
        ("recipe contrast", "recipe paper", CONTRAST_GATE),
    ):
        ratio = best[ours] / best[peer]
        passed &= ratio >= gate
        limit = f"gate {gate:.2f}" if gated and gate else "no gate"
        print(f"{f'{ours} to {peer}':42}{ratio:6.2f}   {limit}")
    print(flush=True)
    return passed or not gated


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="folder of Ogg files of your own")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3, help="rounds; the best counts")
    arguments = parser.parse_args()
    size = arguments.workers, arguments.repeats
    if arguments.folder is not None:
        folder = arguments.folder.resolve()
        if not largest_first(folder):
            parser.error(f"{folder} holds no Ogg files")
        return 0 if report(str(folder), folder, *size, gated=True) else 1
    with tempfile.TemporaryDirectory() as made:
        make_collection(Path(made), arguments.workers)
        passed = report("Ogg Vorbis, stereo, 44.1 kHz", Path(made), *size, gated=True)
    report("the demo's Opus, mono, 48 kHz", DEMO, *size, gated=False)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
