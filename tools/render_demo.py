"""Render the demo collection, or a corpus for training or evaluating the encoders.

Examples
--------
The demo collection that ships with the project::

    python tools/render_demo.py --out data/demo

Nine hours for training, not committed::

    python tools/render_demo.py --corpus training --hours 9 --seed 1 --out corpus/training
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from errors import UserError
from tools.rendering.corpus import KINDS, render_corpus
from tools.rendering.demo import render_demo
from tools.rendering.scales import render_scales


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--corpus",
        choices=KINDS,
        help="render a corpus of new melodies and styles instead of the demo collection",
    )
    parser.add_argument("--hours", type=float, default=9.0, help="length of the corpus")
    parser.add_argument("--seed", type=int, default=1, help="decides what the corpus holds")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        if chosen.corpus:
            rendered = render_corpus(chosen.corpus, chosen.out, chosen.hours, chosen.seed)
        else:
            rendered = render_demo(chosen.out)
            render_scales(chosen.out / "scales")
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    minutes = sum(result.duration_s for result in rendered) / 60
    print(f"{len(rendered)} recordings, {minutes:.1f} minutes, in {chosen.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
