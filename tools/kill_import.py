"""Kill imports at random moments, import again, and compare with one that nobody disturbed.

::

    python -m tools.kill_import --times 50 --seed 0

imports a few short recordings of the demo over and over, each time into a new library, and ends
it with SIGKILL: every second time its whole process group, else the command alone, whose workers
must then end by themselves. Nothing may be lost, doubled, half-written or left lying about.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from data.decoding import decode
from data.library import Library
from data.maps import segment_table

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "data" / "demo" / "recordings"
#: Seconds within which orphaned workers must have ended.
ORPHANS_S = 15.0
#: What may differ between two libraries that are the same: when it was, and in which order.
_PASSING = ("id", "mtime_ns")

Contents = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """When an import is killed, seconds after its start, and whether its workers are too."""

    after_s: float
    whole_group: bool


def make_music(folder: Path, count: int = 6) -> Path:
    """Write short pieces, 10 to 30 s, of the demo's recordings; returns the folder."""
    import soundfile

    for place, source in enumerate(sorted(DEMO.rglob("*.opus"))[:count]):
        samples = decode(source).samples[: (12 + 3 * place) * 20_000]
        target = folder / source.relative_to(DEMO).with_suffix(".flac")
        target.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(target, samples, 20_000)
    return folder


def run_import(music: Path, library: Path, kill: Moment | None = None) -> bool:
    """Run ``musiclatentvis import``; whether it came to its end.

    Raises
    ------
    RuntimeError
        If it ended with an error, or workers outlived it.
    """
    command = [sys.executable, "-m", "cli", "import", str(music), "--library", str(library)]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*command, "--workers", "2"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(timeout=kill.after_s if kill else 300)
        except subprocess.TimeoutExpired:
            if kill is None:
                raise
            _kill(process.pid, kill)
            process.wait()
            return False
        output.seek(0)
        if process.returncode:
            raise RuntimeError(output.read().decode())
        return True


def _kill(leader: int, kill: Moment) -> None:
    if kill.whole_group:
        os.killpg(leader, signal.SIGKILL)
    else:
        os.kill(leader, signal.SIGKILL)
    until = time.monotonic() + ORPHANS_S
    while left := [p for p in psutil.process_iter() if _belongs(p, leader)]:
        if time.monotonic() > until:
            names = [" ".join(process.cmdline()) for process in left]
            os.killpg(leader, signal.SIGKILL)
            raise RuntimeError(f"workers outlived their command: {names}")
        time.sleep(0.1)


def _belongs(process: psutil.Process, leader: int) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and os.getpgid(process.pid) == leader
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False


def contents(folder: Path) -> Contents:
    """Everything in a library that an import decides, in a form that can be compared."""
    with Library.open(folder) as library:
        table = segment_table(library)
        assert table is not None, "there is no map"
        places = {
            f"{table.recordings[recording].path} {start:g}": position.tolist()
            for recording, start, position in zip(
                table.recording_index, table.start_s, table.positions, strict=True
            )
        }
        rows = [asdict(row) for row in library.catalogue.recordings(state=None)]
        maps = [(info.method, info.params, info.n_segments) for info in library.catalogue.maps()]
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {
            "rows": [{k: v for k, v in row.items() if k not in _PASSING} for row in rows],
            "places": places,
            "maps": maps,
            "latents": {
                str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in files
                if "latents" in path.parts or "encoders" in path.parts
            },
            "strays": [str(p) for p in files if p.name.startswith((".", "frame"))],
        }


def differences(ours: Contents, theirs: Contents) -> list[str]:
    """Names of what is not the same."""
    return [name for name in theirs if ours[name] != theirs[name]]


def survive(
    music: Path, library: Path, moments: list[Moment], undisturbed: Contents
) -> tuple[int, list[str]]:
    """Kill an import at each of these moments, finish it; how many kills hit, and what differs."""
    hits = sum(not run_import(music, library, moment) for moment in moments)
    run_import(music, library)
    return hits, differences(contents(library), undisturbed)


def undisturbed_import(music: Path, library: Path) -> tuple[float, Contents]:
    """Import without a kill: how long it takes, and what comes out."""
    start = time.monotonic()
    run_import(music, library)
    return time.monotonic() - start, contents(library)


def draw(random_: random.Random, longest_s: float, count: int) -> list[Moment]:
    """Moments of an import that takes so long."""
    return [Moment(random_.uniform(0, longest_s), place % 2 == 0) for place in range(count)]


def main(say: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kill-import-") as scratch:
        music = make_music(Path(scratch) / "music")
        seconds, expected = undisturbed_import(music, Path(scratch) / "undisturbed")
        say(f"undisturbed: {seconds:.1f} s, {len(expected['rows'])} recordings")
        for place, moment in enumerate(
            draw(random.Random(arguments.seed), seconds, arguments.times), start=1
        ):
            library = Path(scratch) / f"library-{place}"
            hits, wrong = survive(music, library, [moment], expected)
            failed += bool(wrong)
            whom = "group" if moment.whole_group else "command"
            what = "the same" if not wrong else f"DIFFERENT: {', '.join(wrong)}"
            killed = f"{whom} killed" if hits else "done before"
            say(f"{place:3} {killed} at {moment.after_s:5.2f} s: {what}")
    say(f"{arguments.times - failed} of {arguments.times} are as the undisturbed one")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
