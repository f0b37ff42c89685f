from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from cli import main
from data.library import Library
from data.maps import segment_table
from errors import UsageError
from jobs.engine import Engine, Outcome, WorkerLost
from jobs.importing import import_folder
from jobs.summary import status_lines
from tests.making import melody, write_audio
from tests.serial_engine import SerialEngine, serial

ROOT = Path(__file__).resolve().parents[2]
SLOW_IMPORT = """
import sys, time
from pathlib import Path
import jobs.encoding
from data.library import Library
from jobs.importing import import_folder
from tests.serial_engine import SerialEngine

class Slow(SerialEngine):
    def map(self, function, arguments):
        for outcome in super().map(function, arguments):
            yield outcome
            time.sleep(0.5)

import_folder(Library.open(sys.argv[1]), Slow(), sys.argv[2])
"""


def _calls(engine: Engine) -> int:
    return cast(SerialEngine, engine).calls


def test_a_folder_becomes_latents_labels_and_a_map(library: Library, folder: Path) -> None:
    summary = import_folder(library, serial(), folder)
    assert (summary.found, summary.encoded, summary.failed) == (3, 3, ())
    assert summary.exit_code == 0
    table = segment_table(library)
    assert table is not None
    assert table.map_id == summary.map_id
    assert [(r.instrument, r.performer, r.title) for r in table.recordings] == [
        ("Erhu", "A", "Guang Ming Xing"),
        ("Erhu", "B", "Guang Ming Xing"),
        ("Zheng", "C", "茉莉花"),
    ]
    assert np.bincount(table.recording_index).tolist() == [2, 3, 4]
    assert np.isfinite(table.positions).all()
    recording = library.catalogue.recordings()[0]
    encoder_id = library.catalogue.current_encoder or ""
    assert len(library.latents.read_notes(encoder_id, recording.sha256)) // 40 == 21


def test_a_second_import_does_nothing(library: Library, folder: Path) -> None:
    first = import_folder(library, serial(), folder)
    revision = library.catalogue.revision()
    engine = serial()
    second = import_folder(library, engine, folder)
    assert _calls(engine) == 0
    assert (second.encoded, second.unchanged, second.map_id) == (0, 3, None)
    assert library.catalogue.revision() == revision
    assert first.map_id == library.catalogue.current_map


def test_only_new_and_changed_files_are_encoded(library: Library, folder: Path) -> None:
    first = import_folder(library, serial(), folder)
    write_audio(folder / "Erhu/A/Guang Ming Xing.ogg", melody(45, seed=7))
    write_audio(folder / "new.flac", melody(12, seed=8))
    (folder / "Zheng/C/茉莉花.wav").rename(folder / "moved.wav")
    engine = serial()
    second = import_folder(library, engine, folder)
    assert (second.encoded, second.moved, second.unchanged) == (2, 1, 1)
    assert second.map_id not in (None, first.map_id)
    assert second.missing == ()
    states = {r.path: r.state for r in library.catalogue.recordings(state=None)}
    assert states == {
        "Erhu/A/Guang Ming Xing.ogg": "ready",
        "Erhu/B/Guang Ming Xing.flac": "ready",
        "moved.wav": "ready",
        "new.flac": "ready",
    }


def test_the_same_file_twice_is_listed_as_a_duplicate(library: Library, folder: Path) -> None:
    shutil.copy(folder / "Zheng/C/茉莉花.wav", folder / "copy.wav")
    shutil.copy(folder / "Zheng/C/茉莉花.wav", folder / "a copy.wav")
    summary = import_folder(library, serial(), folder)
    assert summary.exit_code == 0
    assert summary.duplicates == (
        "a copy.wav is the same recording as Zheng/C/茉莉花.wav.",
        "copy.wav is the same recording as Zheng/C/茉莉花.wav.",
    )
    assert len(library.catalogue.recordings()) == 3


def test_each_bad_file_gets_one_clear_line_and_the_rest_is_imported(
    library: Library, folder: Path
) -> None:
    (folder / "letter.mp3").write_text("Dear all, this is no music.\n" * 50)
    (folder / "empty.ogg").write_bytes(b"")
    write_audio(folder / "silent.flac", np.zeros(44_100 * 12, np.float32))
    write_audio(folder / "short.flac", melody(6))
    write_audio(folder / "low.wav", melody(11, 8_000, 5), 8_000)
    write_audio(folder / "high.flac", melody(11, 192_000, 6), 192_000)
    write_audio(folder / "six.wav", melody(11, seed=7), channels=6)
    cut = write_audio(folder / "cut.ogg", melody(30, seed=8))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 2 // 3])
    for name in ("cover.jpg", "notes.txt", "disc.cue", "._low.wav", ".hidden.mp3"):
        (folder / name).write_bytes(b"not for us")
    summary = import_folder(library, serial(), folder)
    assert summary.exit_code == 1
    assert summary.encoded == 7
    assert summary.failed[0] == "empty.ogg is empty."
    assert summary.failed[1].startswith("letter.mp3 is no readable audio, or is damaged")
    assert summary.failed[2:] == (
        "short.flac is only 6.0 s long: a segment is 10 s.",
        "silent.flac is silent.",
    )
    assert [line.split(":")[0] for line in summary.remarks] == [
        "cut.ogg", "high.flac", "low.wav", "six.wav",
    ]  # fmt: skip
    assert "truncated" in summary.remarks[0]
    lines = "\n".join(status_lines(library))
    for line in (*summary.failed, *summary.remarks):
        assert line in lines
    engine = serial()
    assert import_folder(library, engine, folder).failed == summary.failed
    assert _calls(engine) == 0
    import_folder(library, engine, folder, retry=True)
    assert _calls(engine) == 4


def test_a_file_that_kills_its_worker_fails_alone(library: Library, folder: Path) -> None:
    class Killed(SerialEngine):
        def map(self, function: Any, argument_tuples: Any) -> Any:
            for index, outcome in super().map(function, argument_tuples):
                lost = Outcome(error=WorkerLost("lost"))
                yield index, lost if index == 0 else outcome

    summary = import_folder(library, cast(Engine, Killed()), folder)
    assert summary.encoded == 2
    assert summary.failed[0].endswith("or crashes the decoder.")


def test_labels_follow_the_csv_without_encoding_again(library: Library, folder: Path) -> None:
    import_folder(library, serial(), folder)
    csv = folder / "metadata.csv"
    csv.write_text(
        "path,title,performer,instrument,year\n"
        "Erhu/A/Guang Ming Xing.ogg,光明行,Shuai Chai,Erhu,1995\n"
        "gone.ogg,T,,\n",
        encoding="utf-8-sig",
    )
    engine = serial()
    summary = import_folder(library, engine, folder, csv)
    assert _calls(engine) == 0
    assert summary.exit_code == 1
    assert "gone.ogg (line 3)" in summary.problems[0]
    assert summary.problems[0] in "\n".join(status_lines(library))
    recording = library.catalogue.recordings()[0]
    assert (recording.title, recording.performer) == ("光明行", "Shuai Chai")
    assert recording.extra == {"year": "1995"}
    # Without a CSV the labels stay.
    assert import_folder(library, engine, folder).problems == ()
    assert library.catalogue.recordings()[0].title == "光明行"


def test_an_unusable_csv_leaves_labels_to_tags_and_folders(library: Library, folder: Path) -> None:
    write_audio(folder / "x.flac", melody(11, seed=9), tags={"title": "二泉映月", "artist": "D"})
    csv = folder / "metadata.csv"
    csv.write_bytes("path,title\nx.flac,光\n".encode("gb18030"))
    summary = import_folder(library, serial(), folder, csv)
    assert summary.exit_code == 1
    assert summary.problems[0].startswith("metadata.csv, line 2: is not UTF-8")
    assert summary.encoded == 4
    recording = library.catalogue.recordings()[-1]
    assert (recording.title, recording.performer) == ("二泉映月", "D")


@pytest.mark.parametrize(
    "later",
    [
        "path,title\nErhu/A/Guang Ming Xing.ogg,光\n".encode("gb18030"),
        b'path,title\nZheng/C/\xe8\x8c\x89.wav,"open\n',
        b"title\nother\n",
        b"path,title,performer,instrument\nErhu/B/Guang Ming Xing.flac,Other,P,Erhu\n",
    ],
)
def test_a_later_csv_takes_no_labels_from_recordings_that_it_does_not_name(
    library: Library, folder: Path, later: bytes
) -> None:
    csv = folder / "metadata.csv"
    csv.write_text(
        "path,title,performer,instrument\nErhu/A/Guang Ming Xing.ogg,光明行,Shuai Chai,Erhu\n",
        encoding="utf-8",
    )
    import_folder(library, serial(), folder, csv)
    csv.write_bytes(later)
    import_folder(library, serial(), folder, csv)
    recording = library.catalogue.recordings()[0]
    assert (recording.title, recording.performer) == ("光明行", "Shuai Chai")


def test_an_empty_folder_is_one_line_and_a_missing_one_wrong_usage(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    summary = import_folder(library, serial(), tmp_path / "empty")
    assert (summary.exit_code, len(summary.problems)) == (1, 1)
    assert "holds no audio files" in summary.problems[0]
    assert summary.problems[0] in "\n".join(status_lines(library))
    with pytest.raises(UsageError, match="does not exist"):
        import_folder(library, serial(), tmp_path / "none")
    assert main(["import", str(tmp_path / "none"), "--library", str(tmp_path / "new")]) == 2
    assert not (tmp_path / "new").exists()


def test_odd_file_names_are_imported(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "odd"
    source = write_audio(tmp_path / "a.ogg", melody(11)).read_bytes()
    root.mkdir()
    names = ["光明行 (二胡).OGG".encode(), b"\xb9\xe2\xc3\xf7.ogg", b"a'b\"c\n.ogg"]
    for place, name in enumerate(names):
        file = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
        file.write_bytes(source + bytes(place))  # different content, no duplicates
    summary = import_folder(library, serial(), root)
    assert summary.encoded == 3
    assert sorted(r.title for r in library.catalogue.recordings()) == [
        "a'b\"c", "光明", "光明行",
    ]  # fmt: skip


def test_a_killed_import_goes_on_where_it_was(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_IMPORT, str(library.folder), str(folder)], env=environment
    )
    while not library.catalogue.recordings() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(library.catalogue.recordings())
    assert 1 <= done < 3
    engine = serial()
    import_folder(library, engine, folder)
    assert _calls(engine) == 3 - done + 1  # the rest, and the map

    with Library.open(tmp_path / "whole", create=True) as whole:
        shutil.copytree(library.encoders_folder, whole.encoders_folder)
        whole.catalogue.set_meta("current_encoder", library.catalogue.current_encoder)
        import_folder(whole, serial(), folder)
        ours, theirs = segment_table(library), segment_table(whole)
    assert ours is not None
    assert theirs is not None
    np.testing.assert_array_equal(ours.latents, theirs.latents)
    assert [r.path for r in ours.recordings] == [r.path for r in theirs.recordings]
    leftovers = [p for p in library.folder.rglob(".*") if p.is_file()]
    assert len(leftovers) <= 1
