"""Run every benchmark, one after the other in a process of its own; fail if one fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
#: Those that are no benchmarks but help them.
HELPERS = {"__init__", "__main__", "synthetic"}


def main() -> int:
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in HELPERS)
    failed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent)
        if done.returncode:
            failed.append(name)
    print("\nFailed: " + ", ".join(failed) if failed else "\nEvery gate is passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
