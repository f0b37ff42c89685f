"""librosa is compiled by one process at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_USE = """
from encoders._librosa import librosa
import numpy as np
f0, _, _ = librosa.pyin(np.sin(np.arange(20000) * 2 * np.pi * 440 / 20000).astype(np.float32),
                        fmin=100, fmax=1000, sr=20000)
print(round(float(np.nanmedian(f0))))
"""


def test_processes_that_compile_it_at_once_leave_code_that_runs(tmp_path: Path) -> None:
    # An empty cache, as after the installation.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", _USE]
    together = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=300)[0].strip() for process in together]
    later = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert any(tmp_path.rglob("*.nbc"))
    heard = [float(answer) for answer in (*answers, later.stdout.strip())]
    assert max(abs(hertz - 440) for hertz in heard) < 4, heard
