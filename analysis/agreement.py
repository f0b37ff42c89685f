"""What a clustering says in numbers (paper, Section 4.1 and Fig. 6G).

Conventions
-----------
* ARI (Hubert & Arabie, 1985) is 1 for the same partition and 0 on average for
  chance; NMI lies in [0, 1]; the silhouette (Rousseeuw, 1987) in [-1, 1].
* Noise counts as one more cluster in ARI and NMI, so that throwing away the
  difficult segments is not rewarded, and is left out of the silhouette.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: The silhouette takes time with the square of the segments: 10,000 of them need 3 s, 2,000 drawn
#: from them 0.08 s, and differ from it by less than 0.01.
SILHOUETTE_LIMIT = 2_000
#: Seed of the draw.
SILHOUETTE_SEED = 0


@dataclass(frozen=True)
class ClusterSummary:
    """Sizes of the clusters and their agreement with the labels.

    Attributes
    ----------
    sizes : tuple of int
        Segments in cluster 0, 1, ...
    noise : int
        Segments in no cluster.
    ari_performer, ari_instrument, ari_title : float or None
        ``None`` where all segments have the same label: there is nothing to agree with.
    nmi_performer, nmi_instrument, nmi_title : float or None
    silhouette : float or None
        Mean silhouette; ``None`` unless there are 2 to n - 1 clusters.
    silhouette_sample : int or None
        How many segments, drawn at random, the silhouette was estimated on;
        ``None`` when it was all of them.
    """

    sizes: tuple[int, ...]
    noise: int
    ari_performer: float | None
    nmi_performer: float | None
    ari_instrument: float | None
    nmi_instrument: float | None
    ari_title: float | None
    nmi_title: float | None
    silhouette: float | None
    silhouette_sample: int | None = None


def summarise(
    labels: ArrayLike,
    latents: ArrayLike,
    performer_codes: ArrayLike,
    instrument_codes: ArrayLike,
    title_codes: ArrayLike,
    *,
    seed: int = SILHOUETTE_SEED,
) -> ClusterSummary:
    """Describe a clustering.

    Parameters
    ----------
    labels : array_like of int [shape=(n,)]
        Clusters 0, 1, ... and -1 for noise.
    latents : array_like of float [shape=(n, d)]
    performer_codes, instrument_codes, title_codes : array_like of int [shape=(n,)]
    seed : int
        Of the sample that the silhouette is estimated on above ``SILHOUETTE_LIMIT``.

    Returns
    -------
    ClusterSummary
    """
    clusters = np.asarray(labels)
    in_cluster = clusters >= 0
    ari_performer, nmi_performer = label_agreement(clusters, performer_codes)
    ari_instrument, nmi_instrument = label_agreement(clusters, instrument_codes)
    ari_title, nmi_title = label_agreement(clusters, title_codes)
    score, sample = silhouette(
        clusters[in_cluster], np.asarray(latents)[in_cluster], limit=SILHOUETTE_LIMIT, seed=seed
    )
    return ClusterSummary(
        sizes=tuple(int(size) for size in np.bincount(clusters[in_cluster])),
        noise=int((~in_cluster).sum()),
        ari_performer=ari_performer,
        nmi_performer=nmi_performer,
        ari_instrument=ari_instrument,
        nmi_instrument=nmi_instrument,
        ari_title=ari_title,
        nmi_title=nmi_title,
        silhouette=score,
        silhouette_sample=sample,
    )


def label_agreement(labels: ArrayLike, codes: ArrayLike) -> tuple[float | None, float | None]:
    """Adjusted Rand index and normalised mutual information of two partitions.

    Parameters
    ----------
    labels, codes : array_like of int [shape=(n,)]

    Returns
    -------
    ari, nmi : float or None
        ``None`` when `codes` has fewer than two different values.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    known, found = np.asarray(codes), np.asarray(labels)
    if len(known) == 0 or (known == known[0]).all():
        return None, None
    return (
        float(adjusted_rand_score(known, found)),
        float(normalized_mutual_info_score(known, found)),
    )


def silhouette(
    labels: NDArray[np.integer],
    latents: NDArray[np.floating],
    limit: int = SILHOUETTE_LIMIT,
    seed: int = 0,
) -> tuple[float | None, int | None]:
    """Mean silhouette, on a random sample of `limit` rows where there are more.

    Returns
    -------
    score : float or None
        ``None`` unless the rows form at least two clusters, fewer than rows.
    sample : int or None
        The number of rows drawn; ``None`` when all were used.
    """
    from sklearn.metrics import silhouette_score

    sample = None
    if len(labels) > limit:
        sample = limit
        rows = np.sort(np.random.default_rng(seed).choice(len(labels), size=limit, replace=False))
        labels, latents = labels[rows], latents[rows]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return None, None
    return float(silhouette_score(np.asarray(latents, dtype=np.float64), labels)), sample
