"""How fast recordings become latents, beside librosa and beside decoding alone.

All in one run on the same files with the same number of processes, each warmed up first:

* *decode alone*: PyAV decodes every frame, and nothing is done with them: the limit;
* *this project*: what an import does with a file: hash, tags, decode, mix, resample,
  spectrogram, both encoders, latents written to disk;
* *librosa*: ``load(sr=20000, mono=True)`` and ``stft``, and nothing is done with it.

Gates: at least 3 times as fast as librosa, at least 0.70 times as fast as decoding alone.
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

from data.library import Library
from encoders.registry import default_encoder, ensure_installed
from jobs.encoding import encode_file
from jobs.engine import Engine
from settings import Settings

LIBROSA_GATE = 3.0
DECODE_GATE = 0.70
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
    encoded = encode_file(root, path, library, encoder_folder, encoder_id)
    if encoded.reason:
        raise RuntimeError(f"{path}: {encoded.reason}")
    return encoded.duration_s


def load_with_librosa(path: str) -> float:
    """Load a file and transform it with librosa; returns its duration, seconds."""
    import librosa

    samples, rate = librosa.load(path, sr=20_000, mono=True)
    librosa.stft(samples, n_fft=1000, win_length=500, hop_length=500)
    return float(len(samples) / rate)


def measure(
    engine: Engine, function: Callable[..., float], calls: Sequence[tuple[Any, ...]]
) -> float:
    """Seconds of sound per second of time."""
    start = time.perf_counter()
    sound = sum(outcome.unwrap() for _, outcome in engine.map(function, calls))
    return sound / (time.perf_counter() - start)


def largest_first(folder: Path) -> list[Path]:
    """Audio files, so ordered that no worker is left alone with a long one at the end."""
    files = [file for file in folder.rglob("*") if file.suffix in {".ogg", ".oga", ".opus"}]
    return sorted(files, key=lambda file: (-file.stat().st_size, file.name))


def compare(files: list[Path], folder: Path, workers: int, repeats: int) -> dict[str, float]:
    """Best speed of each contender in `repeats` rounds that alternate between them."""
    info = default_encoder()
    names = [str(file) for file in files]
    best: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as scratch,
        Library.open(Path(scratch) / "library", create=True) as library,
        Engine(Settings(workers=workers)) as engine,
    ):
        encoder_folder = str(ensure_installed(library, info.id))

        def import_calls(round_name: str) -> list[tuple[str, ...]]:
            # A folder for each round: what is encoded already would be left alone.
            latents = str(Path(scratch) / round_name)
            root = str(folder)
            relative = [file.relative_to(folder).as_posix() for file in files]
            return [(root, one, latents, encoder_folder, info.id) for one in relative]

        for number in range(repeats + 1):
            contenders: list[tuple[str, Callable[..., float], Sequence[tuple[Any, ...]]]] = [
                ("decode alone", decode_alone, [(name,) for name in names]),
                ("this project", import_one, import_calls(f"round-{number}")),
                ("librosa", load_with_librosa, [(name,) for name in names]),
            ]
            for name, function, calls in contenders:
                # Round 0 warms up: imports, the encoder, librosa's compiled code.
                chosen = calls[: 2 * workers] if number == 0 else calls
                speed = measure(engine, function, chosen)
                if number:
                    best[name] = max(best.get(name, 0.0), speed)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEMO, help="folder of Ogg files")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3, help="rounds; the best counts")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    files = largest_first(folder)
    if not files:
        parser.error(f"{folder} holds no Ogg files")
    best = compare(files, folder, arguments.workers, arguments.repeats)
    ours = best["this project"]
    print(f"{len(files)} files, {arguments.workers} processes, best of {arguments.repeats}")
    print(f"{'':24}{'x real time':>12}")
    for name, speed in best.items():
        print(f"{name:24}{speed:12.0f}")
    to_librosa, to_decoding = ours / best["librosa"], ours / best["decode alone"]
    print(f"{'to librosa':24}{to_librosa:12.2f}   gate {LIBROSA_GATE:.2f}")
    print(f"{'to decoding alone':24}{to_decoding:12.2f}   gate {DECODE_GATE:.2f}")
    return 0 if to_librosa >= LIBROSA_GATE and to_decoding >= DECODE_GATE else 1


if __name__ == "__main__":
    sys.exit(main())
