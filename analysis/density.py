"""What fills a map: its density, and regions that are filled by one label.

The density is a Gaussian kernel estimate on a grid: counts of the cells, smoothed. A level of it is
named by the share of the segments that lie inside (highest density regions), so that it means the
same on every map.

References
----------
* D. W. Scott, "Multivariate Density Estimation", 1992: the width of the kernel.
* R. J. Hyndman, "Computing and graphing highest density regions", 1996.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

#: Cells along each side of the grid.
CELLS = 112
#: Room around the points, in shares of the map, so that lines close.
MARGIN = 0.08
#: Of Scott's width: that is meant for one normal distribution, maps have many groups.
WIDTH = 0.35
#: Shares of the segments that the contour lines enclose.
ENCLOSED = (0.1, 0.3, 0.5, 0.7, 0.9)
#: A region is named when at least this share of its segments has one label …
REGION_SHARE = 0.6
#: … and it has so many of them, and this share of all.
REGION_SEGMENTS, REGION_OF_ALL = 5, 0.004


@dataclass(frozen=True)
class Density:
    """Density on a grid over the map.

    Attributes
    ----------
    values : float64 [shape=(CELLS, CELLS)]
        Segments in a cell, smoothed; rows along y, columns along x.
    cells : int64 [shape=(n, 2)]
        Row and column of each point's cell; -1 for points that are not on the map.
    low, step : float64 [shape=(2,)]
        Centre of the first cell and distance of two cells, x and y, map units.
    width : float64 [shape=(2,)]
        Standard deviation of the kernel along y and x, cells.
    """

    values: NDArray[np.float64]
    cells: NDArray[np.int64]
    low: NDArray[np.float64]
    step: NDArray[np.float64]
    width: NDArray[np.float64]

    def smoothed(self, points: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The density of some points alone, on the same grid."""
        return _smoothed(self.cells[points], self.width)

    def place(self, rows: NDArray[np.floating], columns: NDArray[np.floating]) -> NDArray:
        """Map coordinates of places on the grid, float64 [shape=(..., 2)]."""
        return self.low + np.stack([columns, rows], axis=-1) * self.step


@dataclass(frozen=True)
class Region:
    """A part of the map that one label fills.

    Attributes
    ----------
    code : int
        The label.
    x, y : float
        Where it is densest, map units.
    top : float
        Its upper end, map units.
    count : int
        Segments with the label in the region.
    share : float
        Of all segments in the region.
    """

    code: int
    x: float
    y: float
    top: float
    count: int
    share: float


def density(positions: NDArray[np.floating]) -> Density | None:
    """Estimate the density of a map.

    Parameters
    ----------
    positions : float [shape=(n, 2)]
        NaN for segments that are not on the map.

    Returns
    -------
    Density or None
        None where there are not three different places.
    """
    there = np.isfinite(positions).all(axis=1)
    points = positions[there].astype(np.float64)
    if len(np.unique(points, axis=0)) < 3 or not np.ptp(points, axis=0).all():
        return None
    extent = np.ptp(points, axis=0)
    low = points.min(axis=0) - MARGIN * extent
    step = (1 + 2 * MARGIN) * extent / CELLS
    cells = np.full((len(positions), 2), -1)
    cells[there] = np.clip((points - low) // step, 0, CELLS - 1).astype(np.int64)[:, ::-1]
    # Scott's rule in two dimensions; the same cells for both axes would not be the same distance.
    width = (WIDTH * len(points) ** (-1 / 6) * points.std(axis=0) / step)[::-1]
    return Density(_smoothed(cells[there], width), cells, low + step / 2, step, width)


def _smoothed(cells: NDArray[np.int64], width: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.zeros((CELLS, CELLS))
    np.add.at(counts, tuple(cells.T), 1.0)
    return ndimage.gaussian_filter(counts, width, mode="constant")


def levels(found: Density) -> NDArray[np.float64]:
    """Density at the edge of each of the ``ENCLOSED`` shares, float64 [shape=(5,)], falling."""
    there = found.cells[:, 0] >= 0
    at_points = found.values[tuple(found.cells[there].T)]
    return np.quantile(at_points, 1 - np.array(ENCLOSED))


def contour_segments(found: Density, level: float) -> NDArray[np.float32]:
    """The line on which the density has a value, by marching squares.

    Returns
    -------
    segments : float32 [shape=(m, 4)]
        ``x0, y0, x1, y1`` of pieces that join at their ends, map units.

    References
    ----------
    W. E. Lorensen, H. E. Cline, "Marching cubes", 1987, in the plane.
    """
    values = found.values - level
    # Corners of each square, and where the level crosses its four edges.
    a, b = values[:-1, :-1], values[:-1, 1:]  # lower left, lower right
    d, c = values[1:, :-1], values[1:, 1:]  # upper left, upper right
    rows, columns = np.indices(a.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.stack(
            [
                np.stack([rows + 0 * a, columns + a / (a - b)], axis=-1),  # lower
                np.stack([rows + b / (b - c), columns + 1 + 0 * b], axis=-1),  # right
                np.stack([rows + 1 + 0 * d, columns + d / (d - c)], axis=-1),  # upper
                np.stack([rows + a / (a - d), columns + 0 * a], axis=-1),  # left
            ]
        )
    crossed = np.stack(
        [(a > 0) != (b > 0), (b > 0) != (c > 0), (d > 0) != (c > 0), (a > 0) != (d > 0)]
    )
    count = crossed.sum(axis=0)
    pieces = []
    for first in range(4):
        for second in range(first + 1, 4):
            both = crossed[first] & crossed[second] & (count == 2)
            pieces.append(np.concatenate([crossings[first][both], crossings[second][both]], axis=1))
    # A saddle: the lines go round the corners that are alone on their side of the middle.
    middle = (a + b + c + d > 0) == (a > 0)
    for pairs, where in ((((0, 1), (2, 3)), middle), (((0, 3), (1, 2)), ~middle)):
        for first, second in pairs:
            both = (count == 4) & where
            pieces.append(np.concatenate([crossings[first][both], crossings[second][both]], axis=1))
    ends = np.concatenate(pieces)
    start, end = (found.place(ends[:, at], ends[:, at + 1]) for at in (0, 2))
    return np.concatenate([start, end], axis=1).astype(np.float32)


def regions(found: Density, codes: NDArray[np.integer]) -> list[Region]:
    """Regions that one label fills, the largest first.

    A region of a label is where at least ``REGION_SHARE`` of the density is its own, inside the
    line that encloses nine tenths of the segments. It counts when the segments in it say so too.

    Parameters
    ----------
    found : Density
    codes : int [shape=(n,)]
        Label of each segment; negative for none.
    """
    there = found.cells[:, 0] >= 0
    dense = found.values >= levels(found)[-1]
    least = max(REGION_SEGMENTS, REGION_OF_ALL * there.sum())
    regions = []
    for code in np.unique(codes[there & (codes >= 0)]):
        own = there & (codes == code)
        if own.sum() < least:
            continue
        of_label = found.smoothed(own)
        parts, _ = ndimage.label(dense & (of_label >= REGION_SHARE * found.values))
        in_part = np.where(there, parts[tuple(found.cells.T)], 0)
        counts, owned = np.bincount(in_part), np.bincount(in_part[own], minlength=parts.max() + 1)
        for part in np.flatnonzero(owned >= least):
            if part == 0 or owned[part] < REGION_SHARE * counts[part]:
                continue
            row, column = np.unravel_index(
                np.argmax(np.where(parts == part, of_label, -1)), parts.shape
            )
            last = np.flatnonzero((parts == part).any(axis=1))[-1]
            (x, y), (_, top) = found.place(np.array([row, last]), np.array([column, column]))
            share = float(owned[part] / counts[part])
            at = (float(x), float(y), float(top))
            regions.append(Region(int(code), *at, int(owned[part]), share))
    return sorted(regions, key=lambda region: (-region.count, region.code))
