"""Plain rivals of a learned latent: standardised features and their principal components.

Conventions
-----------
* Rows are segments, columns features.
* Features of mixed scale (loudness beside timbre) are standardised before they are
  compared or reduced; features of one unit are not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

DIMENSIONS = 16


def standardise(features: ArrayLike) -> NDArray[np.float64]:
    """Mean 0 and deviation 1 for each feature; one that never moves becomes 0.

    Parameters
    ----------
    features : array_like of float [shape=(n, m)]

    Returns
    -------
    standardised : float64 [shape=(n, m)]
    """
    values = np.asarray(features, dtype=np.float64)
    centred = values - values.mean(axis=0)
    spread = centred.std(axis=0)
    moving = spread > 1e-9 * np.maximum(np.abs(values).max(axis=0, initial=0.0), 1e-300)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=moving))


def principal_axes(covariance: NDArray[np.float64], dimensions: int) -> NDArray[np.float64]:
    """The first principal axes of a covariance matrix, the widest first.

    Parameters
    ----------
    covariance : float64 [shape=(m, m)]
    dimensions : int

    Returns
    -------
    axes : float64 [shape=(m, min(dimensions, m))]
        Each axis points to where its largest entry is positive, so that a result repeats itself.
    """
    _, axes = np.linalg.eigh(covariance)
    axes = axes[:, ::-1][:, :dimensions]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.asarray(axes * np.where(largest < 0, -1.0, 1.0))


def principal_components(features: ArrayLike, dimensions: int = DIMENSIONS) -> NDArray[np.float64]:
    """The first principal components, the linear rival of a learned latent.

    Parameters
    ----------
    features : array_like of float [shape=(n, m)]
    dimensions : int

    Returns
    -------
    components : float64 [shape=(n, min(dimensions, m))]
    """
    values = np.asarray(features, dtype=np.float64)
    centred = values - values.mean(axis=0)
    return np.asarray(centred @ principal_axes(centred.T @ centred, dimensions))


def mean_and_deviation(frames: ArrayLike) -> NDArray[np.float32]:
    """What a segment's frames are on average, and how much they move.

    Parameters
    ----------
    frames : array_like of float [shape=(n, t, m)]

    Returns
    -------
    features : float32 [shape=(n, 2 * m)]
    """
    values = np.asarray(frames)
    summary = [values.mean(axis=1, dtype=np.float64), values.std(axis=1, dtype=np.float64)]
    return np.concatenate(summary, axis=1).astype(np.float32)
