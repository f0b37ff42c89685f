"""safetensors files that tell when they are damaged.

The SHA-256 of each tensor, and of the facts beside them, stands in the file's own header: a
worker needs no database to write it, a copy takes it along, and whoever reads one tensor checks
that tensor and nothing else. Files of versions before have no such sums and are read as they are.

Conventions
-----------
* A tensor's sum is over its name, dtype, shape and bytes, kept under ``sha256 <name>``; that of
  the facts, as JSON with sorted keys, under ``sha256``.
* The header's keys are sorted: the same content always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from errors import UserError

_SUM = "sha256"
_ALIGNMENT = 8


class Damaged(UserError):
    """A file does not hold what was written to it."""


def sealed(tensors: dict[str, NDArray[Any]], facts: Mapping[str, str] | None = None) -> bytes:
    """Write arrays, and a few texts beside them, as the content of a file.

    Parameters
    ----------
    tensors : dict of arrays
    facts : mapping of str to str, optional
    """
    tensors = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    plain = save(tensors)
    start = 8 + int.from_bytes(plain[:8], "little")
    sums = {f"{_SUM} {name}": _sum(name, array) for name, array in tensors.items()}
    sums[_SUM] = _sum_of_facts(facts or {})
    header = json.loads(plain[8:start]) | {"__metadata__": {**(facts or {}), **sums}}
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(8, "little") + text + plain[start:]


def read_sealed(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    """Read arrays and make sure that they are what was written.

    Parameters
    ----------
    path : Path
    names : str
        Of the arrays; all of them by default.

    Raises
    ------
    OSError
        If the file cannot be read.
    Damaged
        If it is not what was written, or no such file at all.
    """
    return _read(path, names)[0]


def read_facts(path: Path) -> dict[str, str]:
    """Read the texts beside the arrays; raises as :func:`read_sealed` does."""
    return _read(path, None)[1]


def is_sealed(path: Path) -> bool:
    """Check a whole file.

    Returns
    -------
    sealed : bool
        False where a version before wrote it: it can be read, and that is all that is known.

    Raises
    ------
    OSError, Damaged
        As :func:`read_sealed`.
    """
    return _read(path, ())[2]


def _read(
    path: Path, names: tuple[str, ...] | None
) -> tuple[dict[str, NDArray[Any]], dict[str, str], bool]:
    """Arrays (none for `names` None, all for no names), facts, and whether there were sums."""
    try:
        with safe_open(path, framework="numpy") as file:
            found = file.metadata() or {}
            wanted = () if names is None else names or tuple(file.keys())
            arrays = {name: file.get_tensor(name) for name in wanted}
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path} is damaged ({error}).") from error
    sums = {key: value for key, value in found.items() if key.split(" ")[0] == _SUM}
    facts = {key: value for key, value in found.items() if key not in sums}
    if sums:
        # One that is missing was damaged too.
        whole = sums.get(_SUM) == _sum_of_facts(facts) and all(
            sums.get(f"{_SUM} {name}") == _sum(name, array) for name, array in arrays.items()
        )
        if not whole:
            raise Damaged(f"{path} is damaged: its content does not fit its checksum.")
    return arrays, facts, bool(sums)


def _sum(name: str, array: NDArray[Any]) -> str:
    digest = hashlib.sha256(f"{name} {array.dtype} {list(array.shape)}".encode())
    digest.update(array.data if array.size else b"")
    return digest.hexdigest()


def _sum_of_facts(facts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode()).hexdigest()
