"""Figures as plain dictionaries with binary typed arrays.

Plotly's Python classes check every attribute, which costs more than computing
most of our panels, and turn the arrays of a plain dictionary into lists of
numbers as text.  The page's JavaScript reads base64 typed arrays, so the
arrays travel as that (DESIGN.md, "Dash and Plotly traps").
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A Plotly figure: ``{"data": [...], "layout": {...}}``.
Figure = dict[str, Any]

_CODES = {
    "float32": "f4",
    "float64": "f8",
    "int8": "i1",
    "uint8": "u1",
    "int16": "i2",
    "uint16": "u2",
    "int32": "i4",
}


def typed_array(values: NDArray[Any]) -> dict[str, str]:
    """Encode an array the way Plotly's JavaScript decodes it.

    Parameters
    ----------
    values : ndarray [shape=(n,) or (n, m)]
        float32, float64, int8, uint8, int16, uint16 or int32.

    Returns
    -------
    dict
        ``{"dtype", "bdata"}`` and, in two dimensions, ``"shape"``.
    """
    values = np.ascontiguousarray(values)
    encoded = {
        "dtype": _CODES[values.dtype.name],
        "bdata": base64.b64encode(values.tobytes()).decode("ascii"),
    }
    if values.ndim > 1:
        encoded["shape"] = ", ".join(str(length) for length in values.shape)
    return encoded
