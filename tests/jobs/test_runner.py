"""Durable jobs: done in order, cancelled, taken up after a process that died, two processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.projection import Projection
from data.catalogue import Recording
from data.library import Library
from errors import UserError
from jobs.engine import Engine
from jobs.importing import import_folder
from jobs.kinds import KINDS, map_params
from jobs.locks import locked, writing
from jobs.mapping import current_encoder
from jobs.runner import CLOSED, GOING_ON, MOST_STARTS, JobRunner, TimeLeft, Work
from jobs.titles import left
from language import N_, Sentence, packed, unpacked
from settings import Settings
from tests.serial_engine import serial

ROOT = Path(__file__).resolve().parents[2]


def _runner(library: Library, **kinds: Callable[[Work], None]) -> JobRunner:
    return JobRunner(library, serial(), kinds)


def test_a_job_is_done_and_leaves_its_log(library: Library) -> None:
    def greet(work: Work) -> None:
        work.progress(1, 2, Sentence(N_("Encoding {count} recordings"), count=2))
        work.say(f"hello {work.params['name']}")

    runner = _runner(library, greet=greet)
    job = runner.ask("greet", {"name": "erhu"})
    assert runner.ask("greet", {"name": "erhu"}).id == job.id  # the same wish, still waiting
    assert runner.run_next() and not runner.run_next()
    done = library.catalogue.jobs.get(job.id)
    assert done is not None and (done.state, done.progress) == ("done", 0.5)
    message = unpacked(done.message)
    assert isinstance(message, Sentence) and message.values == {"count": 2}
    assert [unpacked(text) for _, text in library.catalogue.jobs.lines(job.id)] == ["hello erhu"]


@pytest.mark.parametrize(
    ("problem", "reason"),
    [(UserError(N_("Name {name}"), name="x"), "Name x"), (ValueError("secret"), "not foreseen")],
)
def test_a_failure_is_a_sentence_and_the_next_job_goes_on(
    library: Library, problem: Exception, reason: str
) -> None:
    def fail(work: Work) -> None:
        raise problem

    done: list[str] = []
    runner = _runner(library, fail=fail, work=lambda work: done.append("work"))
    failing = runner.ask("fail")
    runner.ask("work")
    assert runner.run_next() and runner.run_next()
    job = library.catalogue.jobs.get(failing.id)
    assert job is not None and job.state == "failed" and reason in unpacked(job.reason)
    assert "secret" not in job.reason
    assert done == ["work"]


def test_cancelling_ends_a_job_at_its_next_step_and_a_waiting_one_at_once(library: Library) -> None:
    begun, ended = threading.Event(), threading.Event()

    def long(work: Work) -> None:
        try:
            for step in range(1000):
                begun.set()
                work.progress(step, 1000, "working")
                time.sleep(0.02)
        finally:
            ended.set()

    runner = _runner(library, long=long)
    first, second = runner.ask("long", {"n": 1}), runner.ask("long", {"n": 2})
    runner.start()
    assert begun.wait(10)
    assert runner.cancel(second.id) and runner.cancel(first.id)
    assert ended.wait(10)
    _until(lambda: _state(library, first.id) == "cancelled")
    assert _state(library, second.id) == "cancelled"
    assert not runner.cancel(first.id)
    runner.close()


def test_a_map_that_a_worker_computes_is_cancelled(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.frames.EVERY_S", 0.0)
    monkeypatch.setattr("jobs.frames.LOOK_S", 0.002)
    monkeypatch.setattr("jobs.runner.REPORT_S", 0.0)
    latents = np.random.default_rng(0).normal(size=(1500, 16)).astype(np.float32)
    notes = np.zeros((len(latents) * 400, 32), np.float16)
    library.latents.write(current_encoder(library), "a" * 64, notes, latents)
    library.catalogue.save_recording(Recording("/music", "a.flac", sha256="a" * 64))
    runner = JobRunner(library, serial(), KINDS)
    job = runner.ask("map", map_params(Projection.of()))
    runner.start()
    _until(lambda: runner.now(job).share > 0)
    assert runner.cancel(job.id)
    _until(lambda: _state(library, job.id) == "cancelled")
    runner.close()
    assert library.catalogue.maps() == []
    assert list(library.maps_folder.iterdir()) == []


def test_a_server_that_closes_leaves_its_job_to_the_next(library: Library) -> None:
    begun = threading.Event()

    def long(work: Work) -> None:
        for step in range(1000):
            begun.set()
            work.progress(step, 1000, "working")
            time.sleep(0.02)

    runner = _runner(library, long=long)
    job = runner.ask("long")
    runner.start()
    assert begun.wait(10)
    runner.close()
    _until(lambda: _state(library, job.id) == "queued")
    resumed: list[bool] = []
    following = _runner(library, long=lambda work: resumed.append(work.resumed))
    _until(following.run_next)
    assert resumed == [True] and _state(library, job.id) == "done"
    # Closing a server is no accident, however often it happens.
    said = [unpacked(text) for _, text in library.catalogue.jobs.lines(job.id)]
    assert said == [CLOSED]


def test_a_job_of_a_living_process_is_left_alone_and_one_of_a_dead_is_taken_up(
    library: Library,
) -> None:
    rows = library.catalogue.jobs
    job = rows.add("work")
    code = (
        "import sys, time; from pathlib import Path; from data.library import Library;"
        "from jobs.locks import locked\n"
        "library = Library.open(sys.argv[1])\n"
        "with locked(library.folder, f'job-{sys.argv[2]}') as held:\n"
        "    assert held and library.catalogue.jobs.take(int(sys.argv[2]), 'other')\n"
        "    print('taken', flush=True)\n"
        "    time.sleep(60)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(library.folder), str(job.id)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None
    with other, other.stdout:
        assert other.stdout.readline() == "taken\n"
        runner = _runner(library, work=lambda work: work.say("done here"))
        runner.take_up()
        assert _state(library, job.id) == "running" and not runner.run_next()
        other.send_signal(signal.SIGKILL)
        other.wait()
    runner.take_up()
    assert runner.run_next()
    said = [unpacked(text) for _, text in rows.lines(job.id)]
    assert said == [GOING_ON, "done here"]


def test_a_job_that_ends_the_server_again_and_again_is_given_up(library: Library) -> None:
    rows = library.catalogue.jobs
    job = rows.add("work")
    for _ in range(MOST_STARTS):
        rows.say(job.id, packed(GOING_ON))
    assert rows.take(job.id, "a process that died")
    runner = _runner(library, work=lambda work: None)
    runner.take_up()
    assert _state(library, job.id) == "failed"
    stopping = rows.add("work")
    assert rows.take(stopping.id, "dead") and rows.cancel(stopping.id)
    runner.take_up()
    assert _state(library, stopping.id) == "cancelled"


def test_two_writers_take_turns(library: Library) -> None:
    order: list[str] = []

    def work(work: Work) -> None:
        with writing(work.library.folder, lambda: order.append("waits")):
            order.append("writes")

    runner = _runner(library, work=work)
    runner.ask("work")
    with writing(library.folder, lambda: None):
        thread = threading.Thread(target=runner.run_next)
        thread.start()
        _until(lambda: "waits" in order)
        assert "writes" not in order
    thread.join(10)
    assert order[-1] == "writes"


def test_a_long_training_does_not_keep_an_import_waiting(library: Library) -> None:
    over, done = threading.Event(), threading.Event()
    kinds = {"train": lambda work: over.wait(30), "import": lambda work: done.set()}
    runner = JobRunner(library, serial(), kinds, {"train": "training"})
    training = runner.ask("train")
    runner.ask("import")
    runner.start()
    assert done.wait(10)
    assert _state(library, training.id) != "done"
    over.set()
    _until(lambda: _state(library, training.id) == "done")
    runner.close()


def test_a_lock_excludes_and_is_free_again(library: Library) -> None:
    with (
        locked(library.folder, "a") as held,
        locked(library.folder, "a") as again,
        locked(library.folder, "b") as other,
    ):
        assert (held, again, other) == (True, False, True)
    with locked(library.folder, "a") as held:
        assert held


def test_time_left_follows_the_piece_of_work_under_way() -> None:
    now = [0.0]
    clock = TimeLeft(lambda: now[0])
    assert clock.at(0.0) is None
    now[0] = 10.0
    assert clock.at(0.25) == pytest.approx(30)
    now[0] = 12.0
    assert clock.at(0.0) is None  # the next piece
    now[0] = 22.0
    assert clock.at(0.5) == pytest.approx(10)
    assert left(None) is None
    assert [str(left(s)) for s in (10, 130, 7200)] == [
        "less than a minute left", "about 2 min left", "about 2 h left",
    ]  # fmt: skip


def test_packed_sentences_are_sentences_again() -> None:
    inner = Sentence(N_("Decoding {title}"), title="二泉映月")
    outer = Sentence(N_("{job}: {step}"), job="Import", step=inner)
    again = unpacked(packed(outer))
    assert isinstance(again, Sentence) and again == outer and again.values["step"] == inner
    assert unpacked(packed("plain")) == "plain"
    assert unpacked("what an older version wrote") == "what an older version wrote"
    assert unpacked("") == "" and unpacked('{"a": 1}') == '{"a": 1}'


def test_an_import_is_a_job_and_a_second_look_finds_nothing_to_do(
    library: Library, folder: Path
) -> None:
    (folder / "letter.mp3").write_text("no music")
    runner = JobRunner(library, serial(), KINDS)
    job = runner.ask("import", {"folder": str(folder)})
    runner.ask("rescan", {"retry": False})
    assert runner.run_next() and runner.run_next()
    assert _state(library, job.id) == "done"
    assert len(library.catalogue.recordings()) == 3 and library.catalogue.current_map
    said = [unpacked(text) for _, text in library.catalogue.jobs.lines(job.id)]
    assert "3 encoded, 0 unchanged, 1 failed" in said[0]
    assert any("letter.mp3 is no readable audio" in line for line in said)
    again = library.catalogue.jobs.all()[0]
    assert "0 encoded, 4 unchanged" in library.catalogue.jobs.lines(again.id)[0][1]


def test_a_killed_import_goes_on_where_it_stopped(library: Library, folder: Path) -> None:
    """As after a kill: a row that says running, one file done, and no process that holds it."""
    job = library.catalogue.jobs.add("import", {"folder": str(folder)})
    library.catalogue.jobs.take(job.id, "dead")

    class Killed(BaseException):
        pass

    def one_then_dies(done: int, total: int, message: str) -> None:
        if done == 1:
            raise Killed

    with pytest.raises(Killed):
        import_folder(library, serial(), folder, progress=one_then_dies)
    assert len(library.catalogue.recordings()) == 1
    runner = JobRunner(library, serial(), KINDS)
    runner.take_up()
    assert runner.run_next()
    assert len(library.catalogue.recordings()) == 3
    assert "2 encoded, 1 unchanged" in str(library.catalogue.jobs.lines(job.id))


def test_training_from_the_page_runs_apart_and_can_be_stopped(
    library: Library, folder: Path
) -> None:
    import_folder(library, serial(), folder)
    said: list[str] = []

    def train_then_stop(work: Work) -> None:
        def progress(done: int, total: int, message: str) -> None:
            said.append(str(message))
            if "epoch 1 of" in message:
                library.catalogue.jobs.cancel(job.id)
                time.sleep(0.5)
            work.progress(done, total, message)

        KINDS["train"](Work(work.library, work.engine, work.params, progress, work.say))

    with Engine(Settings(library=library.folder, workers=1)) as engine:
        runner = JobRunner(library, engine, {"train": train_then_stop})
        job = runner.ask("train", {"recipe": "paper", "epochs": 50})
        assert runner.run_next()
    assert _state(library, job.id) == "cancelled", library.catalogue.jobs.get(job.id)
    assert any("note autoencoder, epoch 1 of 50" in line for line in said)
    kept = list((library.folder / "training").glob("*/checkpoint.safetensors"))
    assert kept, "nothing to go on from"


def _state(library: Library, id: int) -> str:
    job = library.catalogue.jobs.get(id)
    assert job is not None
    return job.state


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")
