"""The smallest encoder of Monkey's Audio: PyAV reads APE and cannot write it.

Format 3.82 at the level "fast", mono: Rice codes of what one adaptive predictor leaves. Its
decoder is libavcodec's apedec.c, whose every step is taken here the other way round.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_VERSION, _FAST = 3820, 1000
_WITHOUT_WAV_HEADER = 32
_FRAME = 9216


def write_ape(path: Path, samples: NDArray[np.float32], rate: int) -> Path:
    """Write float samples [n] as 16 bits, mono."""
    whole = np.round(samples.clip(-1, 1) * 32767).astype(int).tolist()
    frames = [_frame(whole[first : first + _FRAME]) for first in range(0, len(whole), _FRAME)]
    header = struct.pack(
        "<4sHHHHIIIII",
        b"MAC ",
        _VERSION,
        _FAST,
        _WITHOUT_WAV_HEADER,
        1,
        rate,
        0,
        0,
        len(frames),
        len(whole) - _FRAME * (len(frames) - 1),
    )
    place = len(header) + 4 * len(frames)
    places = []
    for frame in frames:
        places.append(place)
        place += len(frame)
    path.write_bytes(header + struct.pack(f"<{len(places)}I", *places) + b"".join(frames))
    return path


def _frame(samples: Sequence[int]) -> bytes:
    bits = "0" * 32 + _rice([2 * r - 1 if r > 0 else -2 * r for r in _residuals(samples)])
    bits += "0" * (-len(bits) % 32)
    words = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return np.frombuffer(words, ">u4").astype("<u4").tobytes()


def _residuals(samples: Sequence[int]) -> list[int]:
    """What is left of each sample when its slope is predicted from the two slopes before."""
    residuals = []
    coefficient, slope, before, last = 375, 0, 0, 0
    for position, sample in enumerate(samples):
        predicted = 2 * slope - before
        before = slope
        if position < 3:
            residual = slope = sample
        else:
            slope = sample - last
            residual = slope - (predicted * coefficient >> 9)
            coefficient += 1 if residual ^ predicted > 0 else -1
        last = sample
        residuals.append(residual)
    return residuals


def _rice(values: Sequence[int]) -> str:
    codes, total, k = [], 0, 10
    for index, value in enumerate(values):
        codes.append("0" * (value >> k) + "1" + (f"{value & (1 << k) - 1:0{k}b}" if k else ""))
        total += value
        if index >= 64:
            total -= values[index - 64]
            while k and total < 1 << k + 6:
                k -= 1
            while total >= 1 << k + 7:
                k += 1
        elif index == 63:
            k = (total >> 7).bit_length() or 1
        elif index >= 5:
            k = (total // (2 * (index + 1))).bit_length() or 1
        elif index == 4:
            k = (total // 10).bit_length() or 1
    return "".join(codes)
