from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from analysis.projection import Projection
from data import schema
from data.catalogue import Recording
from data.export import export_notes, export_segments
from data.files import atomic_path, real_path, sha256_of, stored_path, write_atomically
from data.library import Library
from data.maps import gather_segments, save_map, segment_table, up_to_date
from data.media import playable_path, transcode, transcoded_path
from data.sealed import Damaged
from errors import UsageError, UserError
from tests.making import melody, write_audio

ENCODER = "paper-00000000"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library", create=True)


def _fill(library: Library, counts: tuple[int, ...] = (3, 1, 2)) -> None:
    random = np.random.default_rng(0)
    library.catalogue.set_meta("current_encoder", ENCODER)
    for place, count in enumerate(counts):
        sha256 = f"{place:064x}"
        notes = random.random((400 * count + 7, 32), np.float32)
        library.latents.write(ENCODER, sha256, notes, random.random((count, 16), np.float32))
        # Imported in another order than that of the paths.
        path = f"{'cab'[place]}.ogg"
        library.catalogue.save_recording(
            Recording("/r", path, sha256, title=path[0], duration_s=10 * count)
        )


def _map(library: Library) -> str:
    segments = gather_segments(library, ENCODER)
    return save_map(
        library,
        Projection.of("pca"),
        ENCODER,
        segments.latents[:, :2],
        segments.recording_ids,
        segments.segment_index,
    )


def test_a_failing_writer_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_atomically(path, b"old")

    def fail() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    assert sha256_of(path) == hashlib.sha256(b"old").hexdigest()


def test_any_file_name_survives_the_catalogue(library: Library) -> None:
    for raw in ("光明行.ogg".encode(), b"\xb9\xe2\xc3\xf7.ogg", b"a\n\t'\".ogg", b"\xff\x80.ogg"):
        name = os.fsdecode(raw)
        row = library.catalogue.save_recording(Recording("/r", stored_path(Path(name))))
        assert library.catalogue.recording(row.id) == row
        assert os.fsencode(row.file.name) == raw
        assert real_path("/r", row.path) == Path("/r") / name


def test_recordings_come_back_as_saved_and_in_order(library: Library) -> None:
    first = Recording("/r", "b.ogg", "1" * 64, 5, 6, 7.5, extra={"k": "v"}, notes=("odd",))
    saved = library.catalogue.save_recording(first)
    library.catalogue.save_recording(Recording("/r", "a.ogg", state="failed", reason="is silent"))
    assert library.catalogue.recordings() == [saved]
    assert [r.path for r in library.catalogue.recordings(state=None)] == ["a.ogg", "b.ogg"]
    again = library.catalogue.save_recording(replace(first, title="T"))
    assert again.id == saved.id


def test_the_revision_grows_with_recordings_and_facts_but_not_with_jobs(library: Library) -> None:
    catalogue = library.catalogue
    seen = [catalogue.revision()]
    for change in (
        lambda: catalogue.save_recording(Recording("/r", "a.ogg")),
        lambda: catalogue.set_meta("k", "v"),
        lambda: catalogue.set_meta("k", None),
    ):
        change()
        seen.append(catalogue.revision())
    assert seen == sorted(set(seen))
    job = catalogue.jobs.add("import", {"folder": "/r"})
    assert catalogue.jobs.take(job.id, "me")
    assert catalogue.jobs.report(job.id, 0.5, "half")
    catalogue.jobs.end(job.id, "failed", "no")
    assert catalogue.revision() == seen[-1]


def test_a_library_of_a_newer_version_is_left_alone(library: Library) -> None:
    library.close()
    with sqlite3.connect(library.folder / "library.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(UserError, match="written by a newer version of MusicLatentVIS"):
        Library.open(library.folder)


def test_a_library_that_may_not_be_written_is_said_and_is_not_damaged(library: Library) -> None:
    url = f"sqlite:///file:{library.folder / 'library.db'}?mode=ro&uri=true"
    reader = Library.open(library.folder, database_url=url)
    with reader, pytest.raises(UserError, match="may not be written: change the permissions"):
        reader.catalogue.set_meta("a", "b")


def test_what_is_no_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no library in"):
        Library.open(tmp_path / "none")
    assert not Library.exists(tmp_path / "none")
    (tmp_path / "library.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(UserError, match="is damaged: run"):
        Library.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="No library can be made"):
        Library.open(tmp_path / "file" / "library", create=True)


def test_migrations_make_the_tables_that_the_code_expects(library: Library) -> None:
    script = ScriptDirectory.from_config(schema.alembic_config())
    revisions = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(revisions)) == schema.REVISIONS
    engine = create_engine(f"sqlite:///{library.folder / 'library.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    engine.dispose()


def test_latents_come_back_as_written_and_damage_is_said(library: Library) -> None:
    notes = np.random.default_rng(0).random((405, 32), np.float32)
    segments = np.random.default_rng(1).random((1, 16), np.float32)
    path = library.latents.write(ENCODER, "a" * 64, notes, segments)
    assert library.latents.read_notes(ENCODER, "a" * 64).dtype == np.float16
    np.testing.assert_allclose(library.latents.read_notes(ENCODER, "a" * 64), notes, atol=1e-3)
    np.testing.assert_array_equal(library.latents.read_segments(ENCODER, "a" * 64), segments)
    assert library.latents.read_shape(ENCODER, "a" * 64) == (405, 1)
    assert library.latents.known(ENCODER) == {"a" * 64}
    with pytest.raises(UserError, match="no latents of encoder"):
        library.latents.read_notes(ENCODER, "b" * 64)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(Damaged, match="are damaged and were set aside"):
        library.latents.read_segments(ENCODER, "a" * 64)


def test_the_table_is_sorted_by_path_then_time_and_belongs_to_its_latents(
    library: Library,
) -> None:
    assert segment_table(library) is None
    _fill(library)
    map_id = _map(library)
    table = segment_table(library)
    assert table is not None
    assert table.map_id == map_id
    assert [r.path for r in table.recordings] == ["a.ogg", "b.ogg", "c.ogg"]
    assert table.recording_index.tolist() == [0, 1, 1, 2, 2, 2]
    assert table.start_s.tolist() == [0, 0, 10, 0, 10, 20]
    np.testing.assert_array_equal(table.positions, table.latents[:, :2])
    by_path = {r.path: r for r in library.catalogue.recordings()}
    for row in range(len(table)):
        recording = by_path[table.recordings[table.recording_index[row]].path]
        segments = library.latents.read_segments(ENCODER, recording.sha256)
        np.testing.assert_array_equal(table.latents[row], segments[int(table.start_s[row] / 10)])


def test_a_map_stays_whole_while_labels_and_recordings_change(library: Library) -> None:
    _fill(library)
    map_id = _map(library)
    before = segment_table(library)
    assert before is not None
    assert up_to_date(library, ENCODER, like=None) is not None
    row = library.catalogue.recordings()[0]
    library.catalogue.save_recording(replace(row, title="New", sha256="f" * 64, state="failed"))
    after = segment_table(library, map_id)
    assert after is not None
    np.testing.assert_array_equal(after.latents, before.latents)
    assert after.recordings[0].title == "New"
    assert up_to_date(library, ENCODER, like=None) is None
    with pytest.raises(UserError, match="There is no map"):
        segment_table(library, "tsne-none")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".npz"])
def test_exported_segments_have_the_promised_columns(
    library: Library, tmp_path: Path, suffix: str
) -> None:
    _fill(library)
    _map(library)
    out = tmp_path / f"out{suffix}"
    assert export_segments(library, out) == 6
    columns = _read_columns(out)
    expected = ["path", "start_s", "duration_s", "title", "performer", "instrument"]
    assert list(columns) == [*expected, *(f"z{i}" for i in range(16)), "x", "y"]
    assert list(columns["path"]) == ["a.ogg", "b.ogg", "b.ogg", "c.ogg", "c.ogg", "c.ogg"]
    table = segment_table(library)
    assert table is not None
    np.testing.assert_allclose(columns["z3"], table.latents[:, 3], rtol=1e-6)
    np.testing.assert_allclose(columns["x"], table.positions[:, 0], rtol=1e-6)


def _read_columns(out: Path) -> dict[str, list]:
    if out.suffix == ".npz":
        with np.load(out) as file:
            return {name: file[name].tolist() for name in file.files}
    if out.suffix == ".csv":
        from pyarrow.csv import read_csv

        return read_csv(out).to_pydict()
    from pyarrow.parquet import read_table

    return read_table(out).to_pydict()


def test_exported_notes_are_those_of_the_store(library: Library, tmp_path: Path) -> None:
    _fill(library, (1, 2))
    assert export_notes(library, tmp_path / "n.parquet") == 400 + 800 + 14
    columns = _read_columns(tmp_path / "n.parquet")
    first = library.catalogue.recordings()[0]
    notes = library.latents.read_notes(ENCODER, first.sha256)
    np.testing.assert_array_equal(columns["z31"][: len(notes)], notes[:, 31])
    assert columns["start_s"][:3] == pytest.approx([0, 0.025, 0.05])
    assert export_notes(library, tmp_path / "n.npz") == 1214
    with np.load(tmp_path / "n.npz") as file:
        np.testing.assert_array_equal(file["latents"][: len(notes)], notes)
        assert file["paths"][file["recording"][0]] == first.path


def test_export_says_what_it_needs(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.parquet, \.csv, \.npz"):
        export_segments(library, tmp_path / "out.xlsx")
    with pytest.raises(UserError, match="has no map yet"):
        export_segments(library, tmp_path / "out.csv")
    with pytest.raises(UserError, match="holds no latents yet"):
        export_notes(library, tmp_path / "out.csv")


def test_a_browser_gets_the_file_or_its_copy(library: Library, tmp_path: Path) -> None:
    ogg = write_audio(tmp_path / "r" / "a.ogg", melody(2))
    wma = write_audio(tmp_path / "r" / "b.wma", melody(2))
    root = str(tmp_path / "r")
    plays = Recording(root, "a.ogg", "a" * 64, codec="vorbis")
    assert playable_path(library, plays) == ogg
    odd = Recording(root, "b.wma", "b" * 64, codec="wmav2")
    assert playable_path(library, odd) is None
    transcode(wma, transcoded_path(library, odd))
    copy = playable_path(library, odd)
    assert copy is not None
    from data.decoding import decode

    assert decode(copy).duration_s == pytest.approx(decode(wma).duration_s, abs=0.1)
