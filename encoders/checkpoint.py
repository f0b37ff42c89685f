"""A training that can be interrupted: everything it needs to go on, in one file.

Weights and Adam's moments are tensors of a safetensors file, the rest (epoch, losses) is
JSON in its header: one file, replaced in one step, so that state and weights always
belong together.  Nothing is pickled.

Random numbers need no place in it: each epoch's are drawn from a generator seeded by
(seed, stage, epoch), which is why a resumed training ends with the same weights, bit
for bit, as one that was never interrupted.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from data.files import write_atomically
from errors import UserError


def derived_seed(seed: int, *what: object) -> int:
    """Return a seed of 63 bits for one purpose, so that no two purposes share numbers."""
    text = ":".join(map(str, (seed, *what)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def save_checkpoint(path: Path, tensors: dict[str, Tensor], state: dict[str, Any]) -> None:
    """Write a checkpoint; afterwards the file is the old or the new one, never a part."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_atomically(path, save(plain, {"state": json.dumps(state)}))


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read a checkpoint.

    Raises
    ------
    UserError
        If there is none, or it cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            state = json.loads(file.metadata()["state"])
            return {name: file.get_tensor(name) for name in file.keys()}, state  # noqa: SIM118
    except FileNotFoundError:
        raise UserError(
            f"There is no interrupted training to go on with ({path} does not exist): "
            "start one without --resume."
        ) from None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"The checkpoint {path} is damaged: delete it and start again without --resume."
        ) from error
