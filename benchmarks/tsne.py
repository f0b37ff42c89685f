"""The map of 10,000 segments against scikit-learn's t-SNE, in the same run.

Gates: at least 2.5 times faster than ``sklearn.manifold.TSNE`` with its defaults, and
trustworthiness (five neighbours) at most 0.002 below it. Both take all cores.

Latents are those of a library when ``--library`` is given and it holds enough segments,
else drawn: performers have places, recordings lie around them, segments walk from one to
the next, every value is squashed into (-1, 1) as an LSTM's output is.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SPEED_GATE = 2.5
TRUST_GATE = 0.002
NEIGHBOURS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=10_000)
    parser.add_argument("--library", type=Path, help="take the latents of this library")
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    if parsed.library:
        latents = library_latents(parsed.library, parsed.segments, parsed.seed)
    else:
        latents = drawn_latents(parsed.segments, parsed.seed)
    warm_up(latents[:200])
    ours = measure(lambda: _ours(latents, parsed.seed), latents)
    theirs = measure(lambda: _scikit_learn(latents, parsed.seed), latents)
    return report(len(latents), ours, theirs)


def drawn_latents(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Latents with the structure of a collection: float32 [shape=(count, 16)]."""
    random = np.random.default_rng(seed)
    performers = 0.35 * random.normal(size=(44, 16))
    recordings = np.array_split(np.arange(count), max(1, count // 31))
    parts = []
    for recording in recordings:
        place = performers[random.integers(44)] + 0.2 * random.normal(size=16)
        walk = 0.06 * random.normal(size=(len(recording), 16)).cumsum(axis=0)
        parts.append(place + walk + 0.3 * random.normal(size=walk.shape))
    return np.tanh(np.concatenate(parts)).astype(np.float32)


def library_latents(folder: Path, count: int, seed: int) -> NDArray[np.float32]:
    """Latents of a library's current map, at most `count` of them, drawn at random."""
    from data.library import Library
    from data.maps import segment_table

    with Library.open(folder) as library:
        table = segment_table(library)
    if table is None:
        raise SystemExit(f"{folder} has no map: run 'musiclatentvis map'.")
    rows = np.random.default_rng(seed).permutation(len(table))[:count]
    return table.latents[np.sort(rows)]


def warm_up(latents: NDArray[np.float32]) -> None:
    """Import and compile everything before the clock runs."""
    _ours(latents, 0)
    _scikit_learn(latents, 0)


def measure(
    place: Callable[[], NDArray[np.float32]], latents: NDArray[np.float32]
) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and trustworthiness of a way to place segments."""
    from sklearn.manifold import trustworthiness

    wall, processor = time.perf_counter(), time.process_time()
    positions = place()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return wall, processor, float(trustworthiness(latents, positions, n_neighbors=NEIGHBOURS))


def report(count: int, ours: tuple[float, float, float], theirs: tuple[float, float, float]) -> int:
    faster, lost = theirs[0] / ours[0], theirs[2] - ours[2]
    print(f"t-SNE of {count:,} x 16         wall   processor   trustworthiness")
    for name, (wall, processor, trust) in (("MusicLatentVIS", ours), ("scikit-learn", theirs)):
        print(f"  {name:<22}{wall:8.1f} s{processor:9.1f} s{trust:18.5f}")
    passed = {
        f"{faster:.2f} times faster, gate {SPEED_GATE}": faster >= SPEED_GATE,
        f"trustworthiness {-lost:+.5f}, gate {-TRUST_GATE:+.3f}": lost <= TRUST_GATE,
    }
    for sentence, good in passed.items():
        print(f"  {'pass' if good else 'FAIL'}: {sentence}")
    return 0 if all(passed.values()) else 1


def _ours(latents: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    from analysis.projection import Projection, project

    return project(latents, Projection.of("tsne", seed=seed))


def _scikit_learn(latents: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    from sklearn.manifold import TSNE

    return np.asarray(TSNE(random_state=seed).fit_transform(latents))


if __name__ == "__main__":
    sys.exit(main())
