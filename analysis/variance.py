"""Which latent dimensions tell segments apart (paper, Section 4.1 and Fig. 6D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def dimension_variance(latents: ArrayLike) -> NDArray[np.float64]:
    """Population variance of every latent dimension.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
        Segment latents, usually those of a selection.

    Returns
    -------
    variance : float64 [shape=(d,)]
        Zeros when there are no segments, as one segment has none either.

    Notes
    -----
    Sums run in float64: float32 loses the small variances of a dimension whose
    mean is far from zero.
    """
    values = np.asarray(latents)
    if values.ndim != 2:
        raise ValueError(f"latents must have two axes (segments, dimensions), not {values.ndim}")
    if len(values) == 0:
        return np.zeros(values.shape[1], dtype=np.float64)
    return np.asarray(values.var(axis=0, dtype=np.float64))


def descending_order(variance: ArrayLike) -> NDArray[np.int64]:
    """Dimensions from the highest variance to the lowest.

    Parameters
    ----------
    variance : array_like of float [shape=(d,)]

    Returns
    -------
    order : int64 [shape=(d,)]
        Equal variances keep the order of their dimensions, so that the heatmap's
        columns do not jump about.
    """
    return np.argsort(-np.asarray(variance, dtype=np.float64), kind="stable")
