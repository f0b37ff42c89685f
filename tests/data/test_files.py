"""Temporary files of dead writers go, those of living ones stay; a full disk is a sentence."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from data.files import atomic_path, readable_name, sweep, temporary_prefix, write_atomically
from errors import DiskFull

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from data.files import atomic_path, temporary_prefix
folder = Path(sys.argv[1])
tempfile.mkdtemp(prefix=temporary_prefix("encoder"), dir=folder)
with atomic_path(folder / "a" / "b.safetensors") as temporary:
    temporary.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_name_is_one_line_and_commands_no_terminal() -> None:
    assert readable_name("a\n\x1b[2Jb\u2028.ogg") == "a  [2Jb .ogg"


def test_what_killed_writers_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment)
    assert len(list(tmp_path.rglob(".*"))) == 2
    (tmp_path / ".DS-Store").write_text("of a day ago")
    os.utime(tmp_path / ".DS-Store", (0, 0))
    (tmp_path / ".a-xyz.db").write_text("of this minute, by an older version")
    ours = tmp_path / f"{temporary_prefix('frame')}1.safetensors"
    ours.write_text("under way")
    far = tmp_path / ".c-~00000000.1-abc"
    far.write_text("of another machine")
    write_atomically(tmp_path / "kept.txt", b"kept")
    sweep(tmp_path)
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {ours.name, far.name, ".a-xyz.db", "kept.txt"}
    assert not list(tmp_path.rglob(".encoder*"))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        RuntimeError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_the_old_file(
    tmp_path: Path, error: Exception
) -> None:
    path = tmp_path / "a.bin"
    write_atomically(path, b"old")

    def fail() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(DiskFull) as caught:
        fail()
    assert str(caught.value) == (
        f"There is no room left on the disk of {tmp_path}: free some, then do the same again. "
        "What was done is kept."
    )
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
    # It travels from a worker.
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic_path(tmp_path / "a"):
        raise ZeroDivisionError
