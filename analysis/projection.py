"""The map: segment latents in two dimensions (paper, Section 4.1 and Fig. 5).

t-SNE runs in stages through openTSNE: exact neighbours, a start from the first two
principal components, 100 iterations with exaggerated attraction, then 600 plain
ones with short steps (n / 12 where openTSNE's own schedule takes n: long steps keep
shaking the nearest neighbours apart). From ``FFT_FROM`` segments on, repulsion is
interpolated on a grid by FFT, below that Barnes-Hut trees are faster.

References
----------
* L. van der Maaten, "Accelerating t-SNE using tree-based algorithms", 2014.
* G. C. Linderman et al., "Fast interpolation-based t-SNE", 2019.
* D. Kobak and P. Berens, "The art of using t-SNE for single-cell transcriptomics",
  2019: the start from principal components, which keeps the large picture.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from errors import UserError
from language import N_, Sentence

FFT_FROM = 5_000
EXAGGERATED_ITERATIONS = 100
PLAIN_ITERATIONS = 600
EXAGGERATION = 12
# Grid cells three units wide: a third of the FFT's side for the same neighbourhoods.
FFT_CELL = 3
REPORT_EVERY = 50
# Below this an iteration is shorter than what waking the other cores costs.
THREADS_FROM = 2_000

# Below this there are no neighbourhoods to keep: the plane of the points is the map.
MIN_NEIGHBOURHOOD_SEGMENTS = 8

Progress = Callable[[int, int, str], None]
Positions = NDArray[np.float32]
Sketch = Callable[[Positions], None]

#: Settings of each method and their defaults.
SETTINGS: dict[str, dict[str, float]] = {
    "tsne": {"perplexity": 30.0, "seed": 0},
    "pca": {},
    "umap": {"neighbours": 15, "min_distance": 0.1, "seed": 0},
}
METHODS = tuple(SETTINGS)
#: What each is called.
METHOD_NAMES = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}
#: Lowest and highest value of each setting.
LIMITS: dict[str, tuple[float, float]] = {
    "perplexity": (1, 1000),
    "neighbours": (2, 1000),
    "min_distance": (0, 1),
    "seed": (0, 2**31 - 1),
}
_WHOLE = ("neighbours", "seed")


@dataclass(frozen=True)
class Projection:
    """How a map is computed: a method and all of its settings.

    Attributes
    ----------
    method : str
        ``"tsne"``, ``"pca"`` or ``"umap"``.
    values : tuple of (str, float)
        See :attr:`settings`; what :meth:`of` makes is complete and in one order, so that equal
        projections compare equal.
    """

    method: str
    values: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, method: str = "tsne", **given: Any) -> Projection:
        """A projection from those settings that its method has.

        Parameters
        ----------
        method : str
        **given : float or None
            ``perplexity`` (t-SNE: roughly how many neighbours a segment keeps), ``neighbours`` and
            ``min_distance`` (UMAP: the same, and how close points may stand), ``seed`` (both: the
            same latents, settings and seed give the same map on one machine). None stands for
            the default; those of other methods are passed over.

        Raises
        ------
        UserError
            If there is no such method, or a setting is out of range.
        """
        if method not in SETTINGS:
            raise UserError(f"{method!r} is no projection: choose one of {', '.join(METHODS)}.")
        values = {
            name: default if given.get(name) is None else _checked(name, given[name])
            for name, default in SETTINGS[method].items()
        }
        return cls(method, tuple(sorted(values.items())))

    @property
    def settings(self) -> dict[str, float]:
        """Value of each setting of the method, by its name."""
        return dict(self.values)


def _checked(name: str, value: Any) -> float:
    low, high = LIMITS[name]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high or (name in _WHOLE and value != int(value)):
        said = (
            N_("{name} must be a whole number from {low:,} to {high:,}, not {value!r}.")
            if name in _WHOLE
            else N_("{name} must be a number from {low:,} to {high:,}, not {value!r}.")
        )
        words = name.replace("_", " ")
        raise UserError(said, name=words, low=low, high=high, value=value)
    return int(value) if name in _WHOLE else float(value)


def project(
    latents: ArrayLike,
    projection: Projection | None = None,
    progress: Progress | None = None,
    sketch: Sketch | None = None,
) -> Positions:
    """Place every segment on the map.

    Parameters
    ----------
    latents : array_like of float [shape=(n, d)]
        Any n, 0 and 1 included; equal rows are allowed.
    projection : Projection, optional
        By default t-SNE. Fewer than ``MIN_NEIGHBOURHOOD_SEGMENTS`` segments are always placed
        by PCA; where there are few, perplexity is lowered to ``(n - 1) / 3``.
    progress : callable, optional
        ``progress(done, total, message)``, called now and then.
    sketch : callable, optional
        ``sketch(positions)``, called with where t-SNE has the segments so far.

    Returns
    -------
    positions : float32 [shape=(n, 2)]
        Centred on the origin; finite.

    Raises
    ------
    UserError
        If latents are not finite.
    """
    projection = projection or Projection.of()
    values = np.ascontiguousarray(latents, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"latents must have two axes (segments, dimensions), not {values.ndim}")
    if not np.isfinite(values).all():
        raise UserError("Some latents are not numbers: import the recordings again.")
    report = progress or (lambda done, total, message: None)
    show = sketch or (lambda positions: None)
    if len(values) < MIN_NEIGHBOURHOOD_SEGMENTS or projection.method == "pca":
        positions = principal_plane(values)
    elif not np.ptp(values, axis=0).any():
        positions = np.zeros((len(values), 2))
    elif projection.method == "umap":
        positions = _umap(values, **projection.settings, report=report)
    else:
        positions = _tsne(
            values, **projection.settings, report=report, show=lambda at: show(_centred(at))
        )
    return _centred(positions)


def _centred(positions: NDArray[np.float64]) -> Positions:
    if len(positions):
        positions = positions - positions.mean(axis=0)
    return np.ascontiguousarray(positions, dtype=np.float32)


def principal_plane(latents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coordinates on the first two principal axes.

    Parameters
    ----------
    latents : float64 [shape=(n, d)]

    Returns
    -------
    positions : float64 [shape=(n, 2)]
        Zeros where the points span fewer axes. Each axis points to where its
        largest component is positive, so that the map is not mirrored by rounding.
    """
    positions = np.zeros((len(latents), 2))
    if len(latents) < 2:
        return positions
    centred = latents - latents.mean(axis=0)
    # The d x d scatter matrix is small however many segments there are.
    _, axes = np.linalg.eigh(centred.T @ centred)
    leading = axes[:, ::-1][:, :2]
    leading = leading * np.sign(leading[np.abs(leading).argmax(axis=0), range(leading.shape[1])])
    positions[:, : leading.shape[1]] = centred @ leading
    return positions


def _tsne(
    values: NDArray[np.float64],
    perplexity: float,
    seed: float,
    report: Progress,
    show: Callable[[NDArray[np.float64]], None],
) -> NDArray[np.float64]:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    seed = int(seed)
    perplexity = min(perplexity, (len(values) - 1) / 3)
    total = EXAGGERATED_ITERATIONS + PLAIN_ITERATIONS
    threads = -1 if len(values) >= THREADS_FROM else 1
    report(0, total, N_("Finding neighbours"))
    affinities = PerplexityBasedNN(
        values, perplexity=perplexity, method="exact", n_jobs=threads, random_state=seed
    )
    embedding = TSNEEmbedding(
        _start(values, seed),
        affinities,
        negative_gradient_method="fft" if len(values) >= FFT_FROM else "bh",
        ints_in_interval=FFT_CELL,
        random_state=seed,
        n_jobs=threads,
        # Every report costs an evaluation of the KL divergence, hence not each iteration.
        callbacks_every_iters=REPORT_EVERY,
    )
    n = len(values)
    exaggerated = {"exaggeration": EXAGGERATION, "learning_rate": n / EXAGGERATION}
    # Few segments have far to go at n / 12: they may take steps of up to 200.
    plain = {"learning_rate": max(n / 12, min(n, 200))}
    stages: list[tuple[int, int, dict[str, Any]]] = [
        (0, EXAGGERATED_ITERATIONS, exaggerated),
        (EXAGGERATED_ITERATIONS, PLAIN_ITERATIONS, plain),
    ]
    for done, iterations, settings in stages:
        embedding.optimize(
            iterations,
            inplace=True,
            momentum=0.8,
            callbacks=_Reporter(report, show, done, total),
            **settings,
        )
    return np.array(embedding, dtype=np.float64)


def _start(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The principal plane at the small scale that t-SNE starts from.

    Jitter keeps equal segments from standing on one spot, where trees grow deep.
    """
    plane = principal_plane(values)
    plane *= 1e-4 / plane[:, 0].std()
    return plane + np.random.default_rng(seed).normal(scale=1e-6, size=plane.shape)


class _Reporter:
    """Passes openTSNE's count of iterations within a stage on as overall progress."""

    def __init__(
        self,
        report: Progress,
        show: Callable[[NDArray[np.float64]], None],
        done: int,
        total: int,
    ) -> None:
        self._report, self._show, self._done, self._total = report, show, done, total

    def __call__(self, iteration: int, divergence: float, embedding: NDArray[np.float64]) -> bool:
        self._show(np.array(embedding, dtype=np.float64))
        message = Sentence(
            N_("Placing segments, KL divergence {divergence:.2f}"), divergence=divergence
        )
        self._report(self._done + iteration, self._total, message)
        return False  # openTSNE goes on unless a callback says stop.


def _umap(
    values: NDArray[np.float64],
    neighbours: float,
    min_distance: float,
    seed: float,
    report: Progress,
) -> NDArray[np.float64]:
    import warnings

    report(0, 1, N_("Finding neighbours"))
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        # It imports an optional TensorFlow and remarks on n_jobs being 1 under a seed.
        warnings.simplefilter("ignore")
        from umap import UMAP

        model = UMAP(
            n_neighbors=min(int(neighbours), len(values) - 1),
            min_dist=min_distance,
            random_state=int(seed),
            init=_start(values, int(seed)) * 1e5,
            n_jobs=1,
            # Its own bar counts epochs, where it would be printed; it has no callbacks.
            verbose=True,
            tqdm_kwds={"bar_format": "{n_fmt} {total_fmt}", "file": _Epochs(report)},
        )
        positions = model.fit_transform(values)
    report(1, 1, N_("Placing segments"))
    return np.asarray(positions, dtype=np.float64)


class _Epochs(io.TextIOBase):
    """Reads ``"<done> <total>"`` from the progress bar that writes here."""

    def __init__(self, report: Progress) -> None:
        self._report = report

    def write(self, text: str) -> int:
        counts = text.split()
        if len(counts) == 2 and all(count.isdigit() for count in counts):
            self._report(int(counts[0]), int(counts[1]), N_("Placing segments"))
        return len(text)
