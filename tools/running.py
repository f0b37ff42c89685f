"""Start and stop the real server, for browser tests, benchmarks and screenshots."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RunningServer:
    """Where a server listens and where it logs."""

    url: str
    log: Path
    process_id: int

    def log_tail(self, lines: int = 60) -> str:
        """The last lines of the log."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def start_server(library: Path, log: Path, *, timeout_s: float = 120) -> Iterator[RunningServer]:
    """Run ``musiclatentvis serve`` on `library` until the block ends.

    Raises
    ------
    RuntimeError
        If ``/healthz`` does not answer within `timeout_s`; the message holds the log.
    """
    port = free_port()
    arguments = ["serve", "--library", str(library), "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "import cli, sys; sys.exit(cli.main())", *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = RunningServer(f"http://127.0.0.1:{port}", log, process.pid)
    try:
        _wait_until_healthy(process, running, timeout_s)
        yield running
    finally:
        _stop(process)


def _wait_until_healthy(
    process: subprocess.Popen[bytes], running: RunningServer, timeout_s: float
) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{running.log_tail()}")
        try:
            with urllib.request.urlopen(f"{running.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"no answer within {timeout_s:g} s:\n{running.log_tail()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end; the whole process group goes when it does not."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
