"""New segments on a map that stays as it is.

A map that was read once is a place that people know: when recordings are added, the old
segments must not move. New ones are placed one by one among those that are there, and do
not push each other, so that their places depend on neither their order nor their number.

References
----------
* P. G. Poličar et al., "openTSNE: a modular Python library for t-SNE dimensionality reduction
  and embedding", 2024: placing points on a frozen t-SNE.
"""

from __future__ import annotations

import contextlib
import io

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.projection import (
    FFT_CELL,
    FFT_FROM,
    MIN_NEIGHBOURHOOD_SEGMENTS,
    THREADS_FROM,
    Positions,
    Projection,
)
from errors import UserError
from language import N_

#: A new segment is drawn to this many neighbours, roughly: it has to find one place among them.
PERPLEXITY = 5
#: It starts where its nearest neighbour stands. The median of more of them lies between groups
#: where these are torn apart, and short steps do not lead out of there.
START_NEIGHBOURS = 1
ITERATIONS = 250
_STEPS = {"learning_rate": 0.1, "exaggeration": 1.5, "momentum": 0.8, "max_grad_norm": 0.25}


def extend(
    latents: ArrayLike, positions: ArrayLike, new: ArrayLike, projection: Projection
) -> Positions:
    """Place new segments on a map without moving those that are on it.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
        Of the segments that are on the map, n > 0.
    positions : array_like of float [shape=(n, 2)]
        Their places.
    new : array_like of float [shape=(m, d)]
    projection : Projection
        How the map was computed: t-SNE and UMAP draw each new segment to its neighbours, PCA
        projects it on the axes of the map.

    Returns
    -------
    positions : float32 [shape=(m, 2)]
        In the map's units; the same for the same segments on one machine.

    Raises
    ------
    UserError
        If latents are not finite.
    """
    known = np.ascontiguousarray(latents, dtype=np.float64)
    places = np.ascontiguousarray(positions, dtype=np.float64)
    added = np.ascontiguousarray(new, dtype=np.float64)
    if not len(known) == len(places) > 0:
        raise ValueError(f"{len(known)} segments on the map at {len(places)} places")
    if not (np.isfinite(known).all() and np.isfinite(added).all()):
        raise UserError(N_("Some latents are not numbers: import the recordings again."))
    if not len(added):
        return np.empty((0, 2), np.float32)
    if len(known) < MIN_NEIGHBOURHOOD_SEGMENTS or projection.method == "pca":
        found = _on_axes(known, places, added)
    elif not np.ptp(known, axis=0).any():
        found = np.repeat(places.mean(axis=0, keepdims=True), len(added), axis=0)
    elif projection.method == "umap":
        found = _on_umap(known, places, added, **projection.settings)
    else:
        found = _on_tsne(known, places, added, **projection.settings)
    return np.ascontiguousarray(found, dtype=np.float32)


def _on_axes(
    known: NDArray[np.float64], places: NDArray[np.float64], added: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The affine map that takes the old latents to their places, applied to new ones.

    The axes of a map by PCA are those of the segments that it was computed of; read off its
    places, they stay the same however often the map is extended or pruned.
    """
    centre, middle = known.mean(axis=0), places.mean(axis=0)
    # rcond: places are float32, and axes that no segment spreads along must stay without weight.
    axes, *_ = np.linalg.lstsq(known - centre, places - middle, rcond=1e-6)
    projected: NDArray[np.float64] = (added - centre) @ axes + middle
    return projected


def _on_tsne(
    known: NDArray[np.float64],
    places: NDArray[np.float64],
    added: NDArray[np.float64],
    perplexity: float,
    seed: float,
) -> NDArray[np.float64]:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    perplexity = min(perplexity, (len(known) - 1) / 3)
    threads = -1 if len(known) >= THREADS_FROM else 1
    affinities = PerplexityBasedNN(
        known, perplexity=perplexity, method="exact", n_jobs=threads, random_state=int(seed)
    )
    # The grid on which repulsion is interpolated wants the map in its middle.
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    frozen = TSNEEmbedding(
        places - middle,
        affinities,
        negative_gradient_method="fft" if len(known) >= FFT_FROM else "bh",
        ints_in_interval=FFT_CELL,
        random_state=int(seed),
        n_jobs=threads,
    )
    placed = frozen.prepare_partial(
        added,
        initialization="median",
        k=START_NEIGHBOURS,
        perplexity=min(PERPLEXITY, perplexity),
    )
    placed.optimize(ITERATIONS, inplace=True, **_STEPS)
    return np.asarray(placed, dtype=np.float64) + middle


def _on_umap(
    known: NDArray[np.float64],
    places: NDArray[np.float64],
    added: NDArray[np.float64],
    neighbours: float,
    min_distance: float,
    seed: float,
) -> NDArray[np.float64]:
    import warnings

    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from umap import UMAP

        model = UMAP(
            n_neighbors=min(int(neighbours), len(known) - 1),
            min_dist=min_distance,
            random_state=int(seed),
            transform_seed=int(seed),
            # Neighbours are found, nothing is placed: the places are those of the map.
            init=places,
            n_epochs=0,
            n_jobs=1,
        )
        model.fit(known)
        model.embedding_ = places.astype(np.float32)
        model.n_epochs = None
        return np.asarray(model.transform(added), dtype=np.float64)
