"""The routes that say what the rows of a map are and where one can go from them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from callbacks import listening
from tests.callbacks.test_compute import made_services
from tests.tables import made_table


@pytest.fixture
def client() -> FlaskClient:
    app, services = made_services(made_table())
    listening.register(app, services)
    return app.test_client()


def test_every_row_is_found_in_the_recordings(client: FlaskClient) -> None:
    table = made_table()
    recordings = client.get("/listen/made/segments").get_json()
    rows = [
        (recording["recording"], 10.0 * index)
        for recording in recordings
        for index in range(recording["segments"])
    ]
    infos = [table.recordings[index] for index in table.recording_index]
    assert rows == [(info.id, start) for info, start in zip(infos, table.start_s, strict=True)]
    firsts = [recording["first"] for recording in recordings]
    assert firsts == sorted(firsts) == list(range(0, len(table), 7))
    assert recordings[2]["title"] == "良宵"


def test_ways_lead_to_other_recordings_and_in_directions(client: FlaskClient) -> None:
    table = made_table()
    ways = client.get("/listen/made/from/11").get_json()
    found = [way["row"] for way in ways["neighbours"]]
    assert len(found) == 5
    assert len({int(table.recording_index[row]) for row in [*found, 11]}) == 6
    assert set(ways["towards"]) <= {"up", "down", "left", "right"}


def test_answers_are_kept_by_the_browser_until_they_change(client: FlaskClient) -> None:
    first = client.get("/listen/made/segments")
    assert "max-age=60" in first.headers["Cache-Control"]
    again = client.get("/listen/made/segments", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/listen/made/from/9999").status_code == 404
    app, services = made_services(None)
    listening.register(app, services)
    assert app.test_client().get("/listen/gone/segments").status_code == 404
