"""Training for the page: in a process of its own, because the web process never imports torch.

The two talk in lines of JSON. The child trains until its input ends, which it also does when the
parent is killed; then it keeps a checkpoint after the epoch under way and goes.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from data.library import Library
from errors import InternalError, UserError
from jobs.engine import Engine
from language import N_, Sentence, packed, unpacked
from settings import Settings

if TYPE_CHECKING:
    from encoders.training import Progress
    from jobs.runner import Work

_LOOK_S = 1.0
_PATIENCE_S = 120  # until an epoch under way has ended


def train_apart(work: Work) -> str:
    """Train both encoders on the library and install them; see :func:`jobs.training.train`.

    Returns
    -------
    encoder_id : str

    Raises
    ------
    UserError
        What :func:`jobs.training.train` raises.
    """
    settings = work.engine.settings
    asked = {
        **work.params,
        "library": str(work.library.folder),
        "database_url": settings.database_url,
        "workers": settings.workers,
        "resume": work.resumed,
    }
    message, share = N_("Sampling the recordings"), (0, 1)
    with _child(asked) as answers:
        while True:
            work.progress(*share, message)
            try:
                answer = answers.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if answer is None:
                raise InternalError("The training ended without a word; the log says why.")
            if "encoder" in answer:
                return str(answer["encoder"])
            if "problem" in answer:
                said = unpacked(answer["problem"])
                if isinstance(said, Sentence):
                    raise UserError(said.message, **said.values)
                raise UserError(said)
            message, share = unpacked(answer["message"]), (answer["done"], answer["total"])


@contextmanager
def _child(asked: dict[str, Any]) -> Iterator[queue.Queue[dict[str, Any] | None]]:
    """The training process; when the block ends, so does its input."""
    answers: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def read(lines: IO[str]) -> None:
        for line in lines:
            if line.startswith("{"):
                answers.put(json.loads(line))
        answers.put(None)

    child = subprocess.Popen(
        [sys.executable, "-m", "jobs.training_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,  # Ctrl-C at the server's terminal reaches it as the end of input
    )
    assert child.stdin is not None
    assert child.stdout is not None
    reader = threading.Thread(target=read, args=(child.stdout,), daemon=True)
    try:
        child.stdin.write(json.dumps(asked) + "\n")
        child.stdin.flush()
        reader.start()
        yield answers
    finally:
        child.stdin.close()
        try:
            child.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        reader.join()
        child.stdout.close()


def main() -> None:
    """Train as the first line of the input says."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_stop_at_the_end_of_input, daemon=True).start()
    try:
        _say(encoder=_train(asked))
    except UserError as problem:
        _say(problem=packed(problem))
    except KeyboardInterrupt:
        _say(problem=packed(N_("The training was stopped.")))


def _train(asked: dict[str, Any]) -> str:
    from jobs.training import train

    settings = Settings.from_environment()
    folder = Path(asked["library"])
    settings = replace(settings, library=folder, workers=asked["workers"])
    recipe, seed = asked["recipe"], asked.get("seed", 0)
    split = asked.get("split", "piece")
    kept = folder / "training" / f"{recipe}-{split}-seed{seed}" / "checkpoint.safetensors"
    with (
        Library.open(folder, database_url=asked["database_url"]) as library,
        Engine(settings) as engine,
    ):
        return train(
            library,
            engine,
            recipe,
            asked.get("epochs"),
            seed,
            split,
            asked["resume"] and kept.is_file(),
            show_progress=False,
            report=_report,
        )


def _report(progress: Progress) -> None:
    names = {"note": N_("note autoencoder"), "segment": N_("segment autoencoder")}
    stage = Sentence(names.get(progress.stage, progress.stage))
    said = Sentence(
        N_("Training the {stage}, epoch {epoch} of {epochs}, loss {loss:.5f}"),
        stage=stage,
        epoch=progress.epoch,
        epochs=progress.epochs,
        loss=progress.training,
    )
    _say(message=packed(said), done=progress.epoch, total=progress.epochs)


def _stop_at_the_end_of_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


def _say(**values: Any) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
