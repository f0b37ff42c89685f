"""torchaudio without its native library.

The Linux wheel of torchaudio links CUDA: beside a CPU build of torch,
``import torchaudio`` raises OSError.  Its docstring allows the native library to
be absent (then it goes on without), and the transforms are pure PyTorch.  So its
loader is imported first and told to look where there is nothing.

Use ``from encoders._torchaudio import transforms`` everywhere; ``torchaudio.load``
is never used, decoding is PyAV's work.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from errors import InternalError


def _hide_native_library() -> None:
    name = "torchaudio._extension.utils"
    package = importlib.util.find_spec("torchaudio")
    if package is None or not package.submodule_search_locations:
        raise InternalError("torchaudio is not installed.")
    source = Path(package.submodule_search_locations[0], "_extension", "utils.py")
    spec = importlib.util.spec_from_file_location(name, source)
    if spec is None or spec.loader is None:
        raise InternalError(f"torchaudio has no loader at {source}.")
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    loader._LIB_DIR = source.parent / "no-native-library"  # type: ignore[attr-defined]
    sys.modules[name] = loader


if "torchaudio" not in sys.modules:
    _hide_native_library()

from torchaudio import functional, transforms  # noqa: E402

__all__ = ["functional", "transforms"]
