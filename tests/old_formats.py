"""Formats of old collections that PyAV reads and cannot write: Shorten, and DSD."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = 256
_DIFF1, _QUIT, _BLOCKSIZE, _VERBATIM = 1, 4, 5, 9
_S16LH = 5
_DSD64 = 2_822_400


def write_shn(path: Path, samples: NDArray[np.float32], rate: int) -> Path:
    """Write float samples [n] as Shorten 2, 16 bits, mono: Rice codes of the differences."""
    whole = np.round(samples.clip(-1, 1) * 32767).astype(int)
    bits = [_ulong(n) for n in (_S16LH, 1, _BLOCK, 0, 0, 0)]
    header = _wav_header(2 * len(whole), rate)
    bits += [_rice(_VERBATIM, 2), _rice(len(header), 5), *(_rice(byte, 8) for byte in header)]
    last = 0
    for first in range(0, len(whole), _BLOCK):
        block = whole[first : first + _BLOCK]
        if len(block) < _BLOCK:
            bits += [_rice(_BLOCKSIZE, 2), _ulong(len(block))]
        differences = np.diff(block, prepend=last)
        last = int(block[-1])
        size = int(np.log2(np.abs(differences).mean() + 1))
        bits += [_rice(_DIFF1, 2), _rice(size, 3)]
        bits += [_rice(2 * d if d >= 0 else -2 * d - 1, size + 1) for d in differences.tolist()]
    bits.append(_rice(_QUIT, 2))
    text = "".join(bits)
    text += "0" * (-len(text) % 32)
    path.write_bytes(b"ajkg\x02" + int(text, 2).to_bytes(len(text) // 8, "big"))
    return path


def write_dff(path: Path, samples: NDArray[np.float32]) -> Path:
    """Write float samples [n] at 44.1 kHz as DSDIFF: one bit, 64 times as often, mono."""
    bits, error = [], 0.0
    for sample in np.repeat(samples, _DSD64 // 44_100).tolist():
        error += sample
        bits.append(error >= 0)
        error -= 1.0 if error >= 0 else -1.0
    facts = b"SND " + _chunk(b"FS  ", struct.pack(">I", _DSD64))
    facts += _chunk(b"CHNL", struct.pack(">H", 1) + b"C   ")
    facts += _chunk(b"CMPR", b"DSD \x0enot compressed")
    body = b"DSD " + _chunk(b"FVER", struct.pack(">I", 0x01050000)) + _chunk(b"PROP", facts)
    body += _chunk(b"DSD ", np.packbits(bits).tobytes())
    path.write_bytes(_chunk(b"FRM8", body))
    return path


def _wav_header(size: int, rate: int) -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE")
        + form
        + struct.pack("<4sI", b"data", size)
    )


def _rice(value: int, size: int) -> str:
    low = format(value & ((1 << size) - 1), f"0{size}b") if size else ""
    return "0" * (value >> size) + "1" + low


def _ulong(value: int) -> str:
    return _rice(value.bit_length(), 2) + _rice(value, value.bit_length())


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack(">Q", len(data)) + data + b"\0" * (len(data) % 2)
