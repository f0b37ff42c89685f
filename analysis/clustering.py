"""Clusters of segment latents (paper, Section 4.1 and Fig. 6F and 6G).

Conventions
-----------
* Labels are int32, renumbered so that cluster 0 is the largest; clusters of the
  same size stand in the order of their first segment.
* ``NOISE`` marks what DBSCAN leaves out of every cluster.
* Distances are Euclidean, in latent units.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from analysis.dendrogram import Merges, cut, merge
from errors import UserError

NOISE = -1
METHODS = ("hierarchical", "kmeans", "dbscan")
LINKAGES = ("ward", "complete", "average", "single")

# DBSCAN keeps a list of each segment's neighbours: 8 bytes a neighbour.
MAX_NEIGHBOUR_PAIRS = 120_000_000

Labels = NDArray[np.int32]


def cluster(
    latents: ArrayLike, method: str, *, merges: Merges | None = None, **settings: Any
) -> Labels:
    """Cluster segments by their latents.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
    method : str
        ``"hierarchical"`` with `linkage` (ward, complete, average, single) and `k`;
        ``"kmeans"`` with `k` and `seed`; ``"dbscan"`` with `eps` and `min_samples`.
    merges : float64 [shape=(n - 1, 4)], optional
        What :func:`analysis.dendrogram.merge` gave for these latents and this linkage.
    **settings
        See :func:`check_settings` for their defaults.

    Returns
    -------
    labels : int32 [shape=(n,)]
        ``NOISE`` (-1), or 0 for the largest cluster, 1 for the next.

    Raises
    ------
    UserError
        If the method or a setting is unknown or out of range, or if the segments are
        too few or too many for it.
    """
    values = np.ascontiguousarray(latents, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"latents must have two axes (segments, dimensions), not {values.ndim}")
    checked = check_settings(method, settings)
    if len(values) == 0:
        raise UserError("There are no segments to cluster: select some first.")
    if "k" in checked and checked["k"] > len(values):
        raise UserError(
            f"{len(values)} segments cannot form {checked['k']} clusters: "
            f"choose k of {len(values)} or fewer."
        )
    if method == "hierarchical":
        tree = merge(values, checked["linkage"]) if merges is None else merges
        return by_falling_size(cut(tree, checked["k"]))
    run = _kmeans if method == "kmeans" else _dbscan
    # Small steps in several threads wait for each other more than they compute: in one thread
    # both were tens of times faster on a busy machine, and as fast on an idle one.
    with threadpool_limits(1, user_api="openmp"):
        return by_falling_size(run(values, **checked))


def check_settings(method: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return a method's settings, complete and of the right types.

    Parameters
    ----------
    method : str
    settings : dict
        hierarchical: ``linkage="ward"``, ``k=2``; kmeans: ``k=2``, ``seed=0``;
        dbscan: ``eps=0.5``, ``min_samples=5``. ``None`` means the default.

    Raises
    ------
    UserError
        One sentence that names the setting and what it may be.
    """
    if method not in METHODS:
        raise UserError(f"{method!r} is no clustering method: choose one of {', '.join(METHODS)}.")
    defaults: dict[str, dict[str, Any]] = {
        "hierarchical": {"linkage": "ward", "k": 2},
        "kmeans": {"k": 2, "seed": 0},
        "dbscan": {"eps": 0.5, "min_samples": 5},
    }
    checked = dict(defaults[method])
    for name, value in settings.items():
        if name not in checked:
            raise UserError(f"{method} clustering has no setting {name!r}: it has {list(checked)}.")
        if value is not None:
            checked[name] = _CHECKS[name](name, value)
    return checked


def by_falling_size(labels: ArrayLike) -> Labels:
    """Renumber clusters: the largest becomes 0; negative labels become ``NOISE``.

    Parameters
    ----------
    labels : array_like of int [shape=(n,)]

    Returns
    -------
    labels : int32 [shape=(n,)]
    """
    old = np.asarray(labels)
    names, first, codes, sizes = np.unique(
        old, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -sizes, names < 0))
    new_name = np.empty(len(names), dtype=np.int32)
    new_name[order] = np.arange(len(names), dtype=np.int32)
    new_name[names < 0] = NOISE
    return new_name[codes.reshape(old.shape)]


def _kmeans(values: NDArray[np.float64], k: int, seed: int) -> NDArray[np.int32]:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Fewer distinct segments than k: the labels say it, by having fewer clusters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = KMeans(n_clusters=k, n_init=10, random_state=seed).fit(values)
    return np.asarray(fitted.labels_)


def _dbscan(values: NDArray[np.float64], eps: float, min_samples: int) -> NDArray[np.int64]:
    from sklearn.cluster import DBSCAN

    if _estimated_neighbour_pairs(values, eps) > MAX_NEIGHBOUR_PAIRS:
        raise UserError(
            f"eps = {eps:g} is so wide that it makes most of the {len(values):,} segments "
            "neighbours of each other: choose a smaller eps or select fewer segments."
        )
    return np.asarray(DBSCAN(eps=eps, min_samples=min_samples).fit(values).labels_)


def _estimated_neighbour_pairs(values: NDArray[np.float64], eps: float) -> float:
    from scipy.spatial.distance import cdist

    sample = values[:: max(1, len(values) // 200)]
    return float((cdist(sample, sample) <= eps).mean()) * len(values) ** 2


def _linkage(name: str, value: Any) -> str:
    if value not in LINKAGES:
        raise UserError(f"{value!r} is no linkage: choose one of {', '.join(LINKAGES)}.")
    return str(value)


def _whole_number(lowest: int, highest: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not is_number or value != value or not lowest <= value <= highest or value % 1:
            raise UserError(
                f"{name} must be a whole number from {lowest} to {highest:,}, not {value!r}."
            )
        return int(value)

    return check


def _distance(name: str, value: Any) -> float:
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value <= 0:
        raise UserError(f"{name} must be a distance above 0, not {value!r}.")
    return float(value)


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "linkage": _linkage,
    "k": _whole_number(1, 1000),
    "seed": _whole_number(0, 2**32 - 1),
    "eps": _distance,
    "min_samples": _whole_number(1, 100_000),
}
