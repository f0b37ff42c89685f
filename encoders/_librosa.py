"""librosa, compiled by one process at a time.

librosa's inner loops are compiled by Numba when they are first needed, and kept beside its
files for all later processes.  Two processes that do so at the same moment write into each
other's files: from then on every process that calls these loops crashes.
Workers often ask for librosa at the same moment, right after the installation, so the first
use of it in each process waits for its turn.

Use ``from encoders._librosa import librosa`` inside functions that run in workers.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other process of this installation is in here."""
    installation = hashlib.sha256(sys.prefix.encode()).hexdigest()[:12]
    name = f"musiclatentvis-{os.getuid()}-{installation}.lock"
    with Path(tempfile.gettempdir(), name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield  # closing the file ends the turn, a crash does too


with _turn():
    import librosa

    # What we call of it, once: modules are imported, and loops compiled, at the first call.
    _tone = np.sin(np.arange(8000, dtype=np.float32) / 10)
    librosa.pyin(_tone, fmin=100, fmax=1000, sr=20_000)
    librosa.yin(_tone, fmin=100, fmax=1000, sr=20_000)
    _strokes = np.tile(np.eye(1, 40, dtype=np.float32)[0], 10)
    librosa.util.peak_pick(
        _strokes, pre_max=2, post_max=2, pre_avg=4, post_avg=5, delta=0.5, wait=2
    )
    librosa.feature.tempo(onset_envelope=_strokes, sr=20_000, hop_length=500)

__all__ = ["librosa"]
