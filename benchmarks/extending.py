"""A map that is extended beside one that is computed anew: time, and how well it keeps neighbours.

A share of the recordings is new. The others are mapped; the new ones are placed on that map
(:mod:`analysis.extension`), and the whole is computed anew. Trustworthiness (five neighbours) is
that of the new segments alone, on each of the two.

Gates, at the share of new segments up to which an import extends the map by itself: at most
0.03 below the map computed anew, and at least five times as fast.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.extension import extend
from analysis.projection import METHODS, Projection, project
from benchmarks.tsne import drawn_latents

TRUST_GATE, SPEED_GATE = 0.03, 5.0
NEIGHBOURS = 5
SHARES = (0.05, 0.25)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--segments", type=int, default=3_000, help="drawn, as in benchmarks.tsne")
    parser.add_argument("--library", type=Path, help="the segments of this library instead")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["tsne", "pca"])
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    if parsed.library:
        latents, recordings = library_segments(parsed.library)
    else:
        latents = drawn_latents(parsed.segments, parsed.seed)
        recordings = np.arange(len(latents)) // 31
    print(f"{len(latents):,} segments      new  trustworthiness of the new      seconds")
    print(f"{'':26}extended      anew   extended    anew")
    failed = False
    for method in parsed.methods:
        for share in SHARES:
            failed |= not compare(latents, recordings, Projection.of(method), share, parsed.seed)
    return int(failed)


def compare(
    latents: NDArray[np.float32],
    recordings: NDArray[np.int_],
    projection: Projection,
    share: float,
    seed: int,
) -> bool:
    """Print one line; whether the gates are passed (PCA, which takes no time, has none)."""
    names = np.random.default_rng(seed).permutation(np.unique(recordings))
    added = np.isin(recordings, names[: max(1, round(share * len(names)))])
    latents = np.concatenate([latents[~added], latents[added]])
    old, new = latents[: (~added).sum()], latents[(~added).sum() :]
    rows = np.arange(len(old), len(latents))
    base = project(old, projection)
    start = time.perf_counter()
    places = np.concatenate([base, extend(old, base, new, projection)])
    middle = time.perf_counter()
    anew = project(latents, projection)
    end = time.perf_counter()
    extended, computed = (trust_of(latents, at, rows) for at in (places, anew))
    times = middle - start, end - middle
    print(
        f"  {projection.method:6}{len(new):13,}{extended:13.4f}{computed:10.4f}"
        f"{times[0]:11.2f}{times[1]:8.2f}",
        flush=True,
    )
    if projection.method == "pca":
        return True
    return extended >= computed - TRUST_GATE and times[1] >= SPEED_GATE * times[0]


def trust_of(
    latents: NDArray[np.floating], positions: NDArray[np.floating], rows: NDArray[np.int_]
) -> float:
    """Trustworthiness of some segments of a map (Venna and Kaski 2001), five neighbours each.

    Parameters
    ----------
    latents : float [shape=(n, d)]
    positions : float [shape=(n, 2)]
    rows : int [shape=(m,)]
        Whose neighbours are looked at.
    """
    count, lost = len(latents), 0
    for row in rows:
        far = ((latents - latents[row]).astype(np.float64) ** 2).sum(axis=1)
        near = ((positions - positions[row]).astype(np.float64) ** 2).sum(axis=1)
        far[row] = near[row] = np.inf
        rank = np.empty(count, dtype=int)
        rank[np.argsort(far, kind="stable")] = np.arange(1, count + 1)
        shown = np.argsort(near, kind="stable")[:NEIGHBOURS]
        lost += np.maximum(rank[shown] - NEIGHBOURS, 0).sum()
    return 1 - 2 * lost / (len(rows) * NEIGHBOURS * (2 * count - 3 * NEIGHBOURS - 1))


def library_segments(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Latents of a library's current map, and the recording that each belongs to."""
    from data.library import Library
    from data.maps import segment_table

    with Library.open(folder) as library:
        table = segment_table(library)
    if table is None:
        raise SystemExit(f"{folder} has no map: run 'musiclatentvis map'.")
    return table.latents, table.recording_index.astype(int)


if __name__ == "__main__":
    sys.exit(main())
