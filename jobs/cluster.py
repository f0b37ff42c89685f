"""Workers on other machines: what they must have in common with this one.

The work itself is the same as on the embedded cluster: files are named, not sent, and results
are written where everybody reads them. So each worker needs this program in the same version,
and the folders of the library and of the recordings under the same paths. Both are asked for
before any work begins, because what goes wrong later looks like a fault of single files.
"""

from __future__ import annotations

import secrets
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import UserError

if TYPE_CHECKING:
    from distributed import Client

#: Packages whose versions decide what comes out of a worker, or whether it is understood.
PACKAGES = ("musiclatentvis", "distributed", "numpy", "av", "torch", "openTSNE")
#: How long a scheduler may have no workers before that is said.
WAIT_S = 30


def check_workers(client: Client, address: str, library: Path, wait_s: float = WAIT_S) -> None:
    """Make sure that the workers of a scheduler can do our work.

    Parameters
    ----------
    client : distributed.Client
    address : str
        Names the scheduler in messages.
    library : Path
        Folder of the library; nothing is asked about one that does not exist.
    wait_s : float
        How long to wait for the first worker.

    Raises
    ------
    UserError
        If there is no worker, or one of them has not got this program, has other versions of
        what it needs, or another folder under the library's name.
    """
    try:
        client.wait_for_workers(1, timeout=wait_s)
    except TimeoutError as error:
        raise UserError(
            f"The scheduler at {address} has no workers: start some with 'dask worker {address}'."
        ) from error
    token = library / f".workers-{secrets.token_hex(8)}" if library.is_dir() else None
    try:
        if token is not None:
            token.touch()
        answers: dict[str, Any] = client.run(
            look_around, str(token or ""), on_error="return", nanny=False
        )
    finally:
        if token is not None:
            token.unlink(missing_ok=True)
    here = versions()
    for worker, answer in sorted(answers.items()):
        _check(worker, answer, here, library)


def look_around(token: str) -> tuple[dict[str, str], bool]:
    """What a worker has, and whether it sees a file; runs in the worker."""
    return versions(), not token or Path(token).exists()


def versions() -> dict[str, str]:
    """Versions of Python and of :data:`PACKAGES` in this process; empty where there is none."""
    found = {"Python": ".".join(map(str, sys.version_info[:2]))}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def _check(worker: str, answer: Any, here: dict[str, str], library: Path) -> None:
    if isinstance(answer, ImportError):
        raise UserError(
            f"The worker {worker} cannot load MusicLatentVIS ({answer}): install the same version "
            "there, and start it with '--preload jobs.worker_setup'."
        )
    if isinstance(answer, Exception):
        raise UserError(f"The worker {worker} does not work: {answer}.")
    there, seen = answer
    differing = [name for name in here if there.get(name) != here[name]]
    if differing:
        name = differing[0]
        raise UserError(
            f"The worker {worker} has {name} {there.get(name) or 'not installed'} where this "
            f"machine has {here[name] or 'none'}: install the same versions on both "
            "(constraints.txt names them)."
        )
    if not seen:
        raise UserError(
            f"The worker {worker} does not see the library {library}: share its folder, and that "
            "of the recordings, with every worker under the same path."
        )
