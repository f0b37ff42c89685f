"""Fixtures that several folders of tests share: the demo library and a running server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.running import RunningServer, start_server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def demo_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo collection, imported once with the shipped encoders.

    `MLV_TEST_LIBRARY` names a library that is already there, to save the minute.
    """
    if ready := os.environ.get("MLV_TEST_LIBRARY"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("demo") / "library"
    code = (
        "from pathlib import Path; import sys;"
        "from data.library import Library; from jobs.engine import Engine;"
        "from jobs.importing import import_demo; from settings import Settings;\n"
        "if __name__ == '__main__':\n"
        "    folder = Path(sys.argv[1])\n"
        "    with Engine(Settings(library=folder)) as engine:\n"
        "        import_demo(Library.open(folder, create=True), engine, progress=None)\n"
    )
    script = folder.parent / "import_demo.py"
    script.write_text(code, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        cwd=folder.parent,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def library_copy(demo_library: Path, tmp_path: Path) -> Path:
    """A demo library of one's own, for tests that write."""
    return Path(shutil.copytree(demo_library, tmp_path / "library"))


@pytest.fixture(scope="session")
def server(demo_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real server on the demo library, as `musiclatentvis serve` starts it."""
    log = tmp_path_factory.mktemp("server") / "server.log"
    with start_server(demo_library, log) as running:
        yield running
