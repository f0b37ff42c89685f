"""The Library page's requests on a real library: rows, changes, jobs, files that come in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from callbacks import curating, uploading
from callbacks.library import compute_jobs
from data.library import Library
from jobs.importing import import_folder
from jobs.kinds import KINDS
from jobs.runner import JobRunner
from services.collection import LibraryCollection
from services.curation import LibraryCuration, LibraryJobs, LibraryUploads
from settings import Settings
from tests.callbacks.test_compute import made_services
from tests.making import make_encoder, melody, write_audio
from tests.serial_engine import serial


class Page:
    """A library of three recordings and a broken file, its runner, and a client of its routes."""

    def __init__(self, folder: Path) -> None:
        for seed in range(3):
            write_audio(folder / "music" / f"{seed}.flac", melody(21, 22_050, seed), 22_050)
        (folder / "music" / "letter.mp3").write_text("no music")
        self.library = Library.open(folder / "library", create=True)
        name = make_encoder(self.library.encoders_folder)
        self.library.catalogue.set_meta("current_encoder", name)
        import_folder(self.library, serial(), folder / "music")
        self.runner = JobRunner(self.library, serial(), KINDS)
        settings = Settings(import_folders=str(folder), upload_files=3, upload_file_mb=1)
        server, services = made_services(None)
        values = vars(services) | {
            "collection": LibraryCollection(self.library, serial(), self.runner),
            "curation": LibraryCuration(self.library, self.runner),
            "jobs": LibraryJobs(self.library, self.runner, settings),
            "uploads": LibraryUploads(self.library, self.runner, settings),
        }
        self.services = type(services)(**values)
        curating.register(server, self.services)
        uploading.register(server, self.services)
        self.server: Flask = server
        self.client: FlaskClient = server.test_client()

    def rows(self) -> dict[str, Any]:
        found = self.client.get("/library/recordings").get_json()["rows"]
        return {row["path"]: row for row in found}

    def do(self, do: str, **more: Any) -> Any:
        answer = self.client.post("/library/do", json={"do": do, **more})
        return answer.get_json() | {"code": answer.status_code}

    def send(self, batch: str, path: str, content: bytes, **more: Any) -> Any:
        data = {"file": (io.BytesIO(content), "recording")}
        return self.client.post(
            f"/library/uploads/{batch}/file", query_string={"path": path}, data=data, **more
        )


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    made = Page(tmp_path)
    yield made
    made.library.close()


def test_rows_say_what_is_there_and_what_failed(page: Page) -> None:
    rows = page.rows()
    assert {path: row["state"] for path, row in rows.items()} == {
        "0.flac": "ready", "1.flac": "ready", "2.flac": "ready", "letter.mp3": "failed",
    }  # fmt: skip
    assert "no readable audio" in rows["letter.mp3"]["remarks"]
    answer = page.client.get("/library/recordings")
    again = page.client.get(
        "/library/recordings", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_edit_answers_with_its_rows_and_can_be_undone(page: Page) -> None:
    ids = [page.rows()[name]["id"] for name in ("0.flac", "1.flac")]
    found = page.do("edit", ids=ids, field="performer", value="闵惠芬")
    assert found["says"] == "2 recordings changed."
    assert [(row["performer"], row["edited"]) for row in found["rows"]] == [
        ("闵惠芬", ["performer"])
    ] * 2
    assert found["undo"] == "Edit of performer (2)" and not found["redo"]
    assert page.do("undo")["redo"]
    assert page.rows()["0.flac"]["performer"] == "Unknown"
    # Importing again keeps what was typed.
    page.do("redo")
    import_folder(page.library, serial(), page.library.folder.parent / "music")
    assert page.rows()["1.flac"]["performer"] == "闵惠芬"
    table = page.services.collection.table(None)
    assert table is not None and {r.performer for r in table.recordings} == {"闵惠芬", "Unknown"}


def test_a_retired_recording_leaves_the_map_and_stays_out(page: Page) -> None:
    before = len(page.services.collection.table(None) or ())
    music = page.library.folder.parent / "music"
    assert page.do("retire", ids=[page.rows()["0.flac"]["id"]])["says"] == "1 recording retired."
    assert page.runner.run_next()
    table = page.services.collection.table(None)
    assert table is not None and len(table) == before * 2 // 3
    write_audio(music / "0.flac", melody(31, 22_050, 9), 22_050)  # changed, and still not wanted
    (music / "copy.flac").write_bytes((music / "0.flac").read_bytes())
    page.do("rescan")
    assert page.runner.run_next()
    rows = page.rows()
    assert (rows["0.flac"]["state"], rows["copy.flac"]["state"]) == ("retired", "duplicate")
    assert "0.flac, which is retired" in rows["copy.flac"]["remarks"]
    page.do("restore", ids=[rows["0.flac"]["id"]])
    assert page.runner.run_next()
    assert page.rows()["0.flac"]["state"] == "ready"


def test_what_failed_is_tried_again(page: Page) -> None:
    write_audio(page.library.folder.parent / "music" / "letter.mp3", melody(21), 44_100)
    page.do("retry")
    assert page.runner.run_next()
    assert page.rows()["letter.mp3"]["state"] == "ready"


def test_a_batch_of_files_becomes_recordings(page: Page, tmp_path: Path) -> None:
    made = write_audio(tmp_path / "made.flac", melody(21, 22_050, 7), 22_050).read_bytes()
    files = {"Erhu/闵惠芬/江河水.flac": made, "Erhu/闵惠芬/fake.mp3": b"no music at all"}
    answer = page.client.post(
        "/library/uploads", json=[[path, len(content)] for path, content in files.items()]
    )
    batch = answer.get_json()["batch"]
    for path, content in files.items():
        assert page.send(batch, path, content).status_code == 200
    assert page.client.post(f"/library/uploads/{batch}/done", json={}).get_json() == {"begun": True}
    assert page.runner.run_next()
    row = page.rows()["Erhu/闵惠芬/江河水.flac"]
    assert (row["title"], row["performer"], row["instrument"]) == ("江河水", "闵惠芬", "Erhu")
    # By its content, not by its name: the other one is not kept at all.
    assert "Erhu/闵惠芬/fake.mp3" not in page.rows()
    assert not list(page.library.uploads_folder.rglob("fake.mp3"))
    (job, *_) = page.services.jobs.rows()
    assert any(
        "fake.mp3" in line and "not kept" in line for _, line in page.services.jobs.log(job.id)
    )
    log = page.client.get(f"/library/jobs/{job.id}/log").get_json()
    assert len(log) == job.lines >= 2


def test_a_form_that_is_cut_off_leaves_nothing(page: Page) -> None:
    batch = page.client.post("/library/uploads", json=[["a.flac", 500]]).get_json()["batch"]
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"a" * 300
    answer = page.client.post(
        f"/library/uploads/{batch}/file?path=a.flac",
        data=body, content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert answer.status_code == 400
    assert "ended before the file was whole" in answer.get_json()["problem"]
    assert page.client.post(f"/library/uploads/{batch}/done", json={}).get_json() == {
        "begun": False
    }
    assert list(page.library.uploads_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([[f"{n}.flac", 1] for n in range(4)], "at most 3"),
        ([["a.flac", 2_000_000]], "too large"),
        ([["../a.flac", 1]], "cannot be kept"),
    ],
)
def test_limits_are_said(page: Page, files: Any, says: str) -> None:
    answer = page.client.post("/library/uploads", json=files)
    assert answer.status_code == 400 and says in answer.get_json()["problem"]


def test_folders_of_the_server_only_below_the_one_that_is_set(page: Page, tmp_path: Path) -> None:
    write_audio(tmp_path / "more" / "x.flac", melody(21, 22_050, 11), 22_050)
    assert "Only folders in" in page.do("folder", folder="../..")["problem"]
    assert "no folder" in page.do("folder", folder="nowhere")["problem"]
    assert page.do("folder", folder="more")["code"] == 200
    assert page.runner.run_next()
    assert page.rows()["x.flac"]["state"] == "ready"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9"},
    ],
)
def test_other_sites_change_nothing(page: Page, headers: dict[str, str]) -> None:
    for path, body in (("/library/do", {"do": "undo"}), ("/library/uploads", [["a.flac", 1]])):
        assert page.client.post(path, json=body, headers=headers).status_code == 403
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert page.client.post("/library/do", json={"do": "undo"}, headers=own).status_code == 200


@pytest.mark.parametrize(
    "asked", [{"do": "drop"}, {"do": "edit"}, {"do": "edit", "ids": ["1"]}, []]
)
def test_nonsense_is_refused(page: Page, asked: Any) -> None:
    assert page.client.post("/library/do", json=asked).status_code == 400


def test_jobs_are_listed_and_cancelled(page: Page) -> None:
    page.do("rescan")
    page.do("train")
    going, _ = compute_jobs(page.services.jobs.rows())
    assert "Look for new and changed files" in going and "Training, recipe contrast" in going
    (job, *_) = page.services.jobs.rows()
    page.do("cancel", job=job.id)
    going, ended = compute_jobs(page.services.jobs.rows())
    assert "Training" not in going and "cancelled" in ended
