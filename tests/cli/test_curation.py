"""The Library page's work on the command line, as a script would use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from cli import main
from data.library import Library
from jobs.importing import import_folder
from jobs.locks import locked
from language import packed
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import serial

Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr("jobs.engine.Engine", lambda settings: nullcontext(serial()))
    for seed in range(2):
        write_audio(tmp_path / "music" / f"{seed}.flac", melody(21, 22_050, seed), 22_050)
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.set_meta("current_encoder", make_encoder(library.encoders_folder))
        import_folder(library, serial(), tmp_path / "music")
        yield library


@pytest.fixture
def run(library: Library, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[str]]:
        code = main([*arguments, "--library", str(library.folder)])
        told = capsys.readouterr()
        return code, (told.out + told.err).splitlines()

    return run


def _listed(run: Run, state: str = "ready") -> list[list[str]]:
    return [line.split("\t") for line in run("list", "--state", state)[1][1:]]


def test_labels_are_edited_and_the_edit_undone(run: Run) -> None:
    (first, *_), (second, *_) = _listed(run)
    assert run("edit", first, second, "--performer", "闵惠芬", "--who", "Ma") == (
        0, ["performer: 2 of 2 recordings changed."],
    )  # fmt: skip
    assert [row[3] for row in _listed(run)] == ["闵惠芬"] * 2
    code, (line,) = run("undo")
    assert code == 0 and line.startswith("edit of 2 recordings, ") and line.endswith(": undone.")
    assert [row[3] for row in _listed(run)] == ["Unknown"] * 2
    assert run("undo", "--redo")[0] == 0
    assert run("undo", "--redo") == (1, ["musiclatentvis: There is nothing to redo."])


def test_a_recording_is_retired_and_restored_and_the_map_follows(
    run: Run, library: Library
) -> None:
    before = library.catalogue.current_map
    (first, *_), _ = _listed(run)
    assert run("retire", first) == (0, ["1 of 1 recordings retired."])
    assert [row[0] for row in _listed(run, "retired")] == [first]
    assert library.catalogue.current_map != before
    assert run("rescan")[0] == 0 and len(_listed(run)) == 1
    assert run("bring-back", first) == (0, ["1 of 1 recordings restored."])
    assert library.catalogue.current_map == before


def test_jobs_are_listed_cancelled_and_read(run: Run, library: Library) -> None:
    job = library.catalogue.jobs.add("import", {"folder": "/music/二胡"})
    library.catalogue.jobs.say(job.id, packed("one line"))
    ((listed,),) = [run("jobs")[1]]
    assert listed.split("\t")[:2] == ["1", "queued"] and "Import of 二胡" in listed
    assert run("jobs", "--log", "1")[1][0].endswith("\tone line")
    assert run("jobs", "--cancel", "1") == (0, ["Job 1 is being cancelled."])
    assert run("jobs", "--cancel", "1") == (0, ["Job 1 has ended already."])


def test_what_cannot_be_done_is_one_line(run: Run) -> None:
    assert run("edit", "1")[0] == 2
    for arguments, says in (
        (("retire", "99"), "no recording 99"),
        (("jobs", "--log", "7"), "no job 7"),
        (("undo",), "nothing to undo"),
    ):
        code, (line,) = run(*arguments)
        assert code == 1 and says in line


@pytest.mark.parametrize("command", ["rescan", "verify --repair", "restore {library}-backup"])
def test_a_second_writer_says_that_it_waits(
    library: Library,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    with locked(library.folder, "writing") as held:
        assert held

        def tired(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                raise KeyboardInterrupt

        monkeypatch.setattr("jobs.locks.time.sleep", tired)
        folder = str(library.folder)
        arguments = command.format(library=folder).split()
        assert main([*arguments, "--library", folder]) == 130
    assert capsys.readouterr().err.count("Waiting until another program") == 1
