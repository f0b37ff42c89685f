"""The spectrogram that the encoder sees, as a picture for the player."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

# Read with the program: while a thread reads it, Plotly's JSON fails in every other one.
from PIL import Image

#: Anchor colours of a perceptually even scale from black over violet to cream (magma's).
_ANCHORS = np.array(
    [
        (0, 0, 4),
        (28, 16, 68),
        (79, 18, 123),
        (129, 37, 129),
        (181, 54, 122),
        (229, 80, 100),
        (251, 135, 97),
        (254, 194, 135),
        (252, 253, 191),
    ],
    dtype=np.float64,
)


def spectrogram_png(shades: NDArray[np.uint8]) -> bytes:
    """Draw spectrogram columns, low frequencies at the bottom.

    Parameters
    ----------
    shades : uint8 [shape=(t, 501)]
        Normalised log magnitudes, 0 to 255, a row for each 25 ms.

    Returns
    -------
    bytes
        A PNG of `t` x 501 pixels.
    """
    picture = Image.fromarray(np.ascontiguousarray(shades.T[::-1]), mode="P")
    picture.putpalette(_palette().tobytes(), rawmode="RGB")
    target = io.BytesIO()
    picture.save(target, format="PNG", compress_level=3)
    return target.getvalue()


def _palette() -> NDArray[np.uint8]:
    places = np.linspace(0, len(_ANCHORS) - 1, 256)
    channels = [np.interp(places, np.arange(len(_ANCHORS)), _ANCHORS[:, i]) for i in range(3)]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)
