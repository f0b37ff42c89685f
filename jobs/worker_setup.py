"""What each worker process does before its first call (a Dask preload module).

Workers do one thing at a time on one core, so no library inside them may start
threads of its own: two workers with two threads each would fight for two cores.
Ctrl-C reaches the whole process group; the process that owns the engine decides
what it means, and workers end when it closes them.
"""

from __future__ import annotations

import os
import signal


def dask_setup(worker: object) -> None:
    """Prepare this process; called by Dask with the worker that lives in it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # torch is slow to import, so its own thread count is set by encoders.encoder.
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
