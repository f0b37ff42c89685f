"""A cluster of one's own: a real scheduler and workers over TLS, one of them killed at work."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import dask.config
import distributed  # noqa: F401  # its defaults, under what the fixture sets
import numpy as np
import psutil
import pytest
from distributed.security import Security

from data.library import Library
from data.maps import segment_table
from errors import UserError
from jobs import cluster
from jobs.engine import Engine
from jobs.importing import import_folder
from settings import Settings
from tests.serial_engine import serial
from tools.running import free_port

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo" / "recordings"
RECORDINGS = 4


@dataclass(frozen=True)
class Cluster:
    """Where it is, how to reach it, and its two workers' watchers."""

    address: str
    configuration: Path
    nannies: list[subprocess.Popen[bytes]]

    @property
    def environment(self) -> dict[str, str]:
        """Of a process that uses the cluster, as docs/clusters.md says."""
        return os.environ | {"DASK_CONFIG": str(self.configuration), "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers; certificates and configuration are files, as users have them."""
    folder = tmp_path_factory.mktemp("cluster")
    made = Security.temporary()
    (folder / "ca.pem").write_text(str(made.tls_ca_file))
    lines = ["distributed:", "  comm:", "    require-encryption: true", "    tls:"]
    lines += [f"      ca-file: {folder / 'ca.pem'}"]
    for part in ("client", "scheduler", "worker"):
        both = getattr(made, f"tls_{part}_key") + getattr(made, f"tls_{part}_cert")
        (folder / f"{part}.pem").write_text(both)
        lines += [f"      {part}:", f"        cert: {folder / f'{part}.pem'}"]
        lines += [f"        key: {folder / f'{part}.pem'}"]
    (folder / "dask.yaml").write_text("\n".join(lines))
    address = f"tls://127.0.0.1:{free_port()}"
    found = Cluster(address, folder / "dask.yaml", [])
    here = ["--host", "127.0.0.1"]
    quiet = ["--no-dashboard"]
    worker = [*here, *quiet, "--nworkers", "1", "--nthreads", "1", "--preload", "jobs.worker_setup"]
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env=found.environment,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        start("scheduler", *here, *quiet, "--protocol", "tls", "--port", address.rsplit(":")[-1])
        found.nannies.extend(start("worker", address, *worker) for _ in range(2))
        yield found


@pytest.fixture
def trusted(running: Cluster) -> Iterator[Cluster]:
    """The same for engines in this process."""
    theirs = dask.config.collect([str(running.configuration)], env={})
    with dask.config.set(dask.config.merge(dask.config.config, theirs)):
        yield running


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for file in sorted(DEMO.rglob("*.opus"))[:RECORDINGS]:
        shutil.copy(file, folder)
    return folder


def test_a_killed_worker_changes_no_byte(running: Cluster, music: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "ours", create=True) as ours:
        command = ["import", str(music), "--library", str(ours.folder)]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *command, "--scheduler", running.address],
            env=running.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        latents = ours.latents.folder
        while process.poll() is None and not any(latents.rglob("*.safetensors")):
            time.sleep(0.01)
        # The one that has loaded most is at work; the other one may be starting yet.
        workers = [c for n in running.nannies for c in psutil.Process(n.pid).children()]
        max(workers, key=lambda worker: worker.memory_info().rss).send_signal(signal.SIGKILL)
        output = process.communicate(timeout=240)[0]
        assert process.returncode == 0, output
        assert f"{RECORDINGS} encoded, 0 unchanged, 0 failed" in output

        with Library.open(tmp_path / "theirs", create=True) as theirs:
            import_folder(theirs, serial(), music)
            files = sorted(p.relative_to(latents) for p in latents.rglob("*.safetensors"))
            assert len(files) == RECORDINGS
            for file in files:
                assert (latents / file).read_bytes() == (theirs.latents.folder / file).read_bytes()
            mine, other = segment_table(ours), segment_table(theirs)
        assert mine is not None and other is not None
        assert [r.path for r in mine.recordings] == [r.path for r in other.recordings]
        np.testing.assert_array_equal(mine.positions, other.positions)
    assert len(list(latents.rglob(".*"))) <= 1  # what the killed worker was writing


def test_workers_that_cannot_do_the_work_are_named(
    trusted: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(scheduler=trusted.address, library=tmp_path)
    with Engine(settings) as engine:
        engine.start()
        assert list(tmp_path.iterdir()) == []  # nothing is left of the question
    here = cluster.versions()
    monkeypatch.setattr(cluster, "versions", lambda: {**here, "numpy": "0.9"})
    with pytest.raises(UserError, match=r"has numpy \S+ where this machine has 0.9"):
        Engine(settings).start()


def test_what_a_worker_answers_becomes_one_sentence(tmp_path: Path) -> None:
    here = cluster.versions()
    unseen = cluster.look_around(str(tmp_path / "not shared"))
    for answer, sentence in (
        (unseen, f"tls://w does not see the library {tmp_path}: share its folder"),
        (ModuleNotFoundError("No module named 'jobs'"), "cannot load MusicLatentVIS"),
        (({**here, "torch": ""}, True), "has torch not installed where this machine has"),
    ):
        with pytest.raises(UserError, match=sentence):
            cluster._check("tls://w", answer, here, tmp_path)
    cluster._check("tls://w", cluster.look_around(""), here, tmp_path)


def test_a_scheduler_without_workers_says_so(running: Cluster) -> None:
    class Lonely:
        def wait_for_workers(self, count: int, timeout: float) -> None:
            raise TimeoutError

    with pytest.raises(UserError, match="has no workers: start some with 'dask worker tls://s'"):
        cluster.check_workers(Lonely(), "tls://s", Path("library"))  # type: ignore[arg-type]


def test_a_worker_that_does_not_see_the_recordings_stops_the_import(
    trusted: Cluster, tmp_path: Path
) -> None:
    from jobs.encoding import encode_file

    with (
        Engine(Settings(scheduler=trusted.address, library=tmp_path)) as engine,
        pytest.raises(UserError, match=r"does not see the folder /not/shared: share it"),
    ):
        engine.run(encode_file, "/not/shared", "a.ogg", str(tmp_path), "", "paper")
