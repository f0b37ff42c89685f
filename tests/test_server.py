"""The assembled application: wiring, the web process, health."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from server import create_app
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def app(demo_library: Path) -> Dash:
    return create_app(Settings(library=demo_library, workers=1))


def _ids_in(component: Any) -> Iterator[str]:
    if isinstance(component, dict):
        identifier = component.get("props", {}).get("id")
        if identifier is not None:
            yield _canonical(identifier)
        for value in component.values():
            yield from _ids_in(value)
    elif isinstance(component, list):
        for child in component:
            yield from _ids_in(child)


def _canonical(identifier: Any) -> str:
    """Pattern-matching ids are dictionaries; their type says where they belong."""
    if isinstance(identifier, str) and identifier.startswith("{"):
        identifier = json.loads(identifier)
    return identifier["type"] if isinstance(identifier, dict) else str(identifier)


def _outputs_of(dependency: dict[str, Any]) -> list[str]:
    text = dependency["output"].strip(".")
    return [part.split("@")[0].rsplit(".", 1)[0] for part in text.split("...")]


def test_every_wired_id_stands_in_the_layout(app: Dash) -> None:
    client = app.server.test_client()
    dependencies = client.get("/_dash-dependencies").get_json()
    wired = {
        _canonical(part["id"])
        for dependency in dependencies
        for part in dependency["inputs"] + dependency["state"]
    } | {_canonical(name) for dependency in dependencies for name in _outputs_of(dependency)}
    standing = set(_ids_in(client.get("/_dash-layout").get_json()))
    assert dependencies
    assert wired - standing == set()


def test_ids_in_the_layout_are_unique(app: Dash) -> None:
    layout = app.server.test_client().get("/_dash-layout").get_json()
    plain = list(_ids_in(layout))
    assert len(plain) == len(set(plain))


def test_browsers_keep_scripts_until_they_are_changed(app: Dash) -> None:
    client = app.server.test_client()
    page = client.get("/").get_data(as_text=True)
    named = re.findall(r'"(/assets/[^"]+\.(?:js|css)\?m=[^"]+)"', page)
    assert len(named) > 50
    for address in named:
        with client.get(address) as response:
            assert "immutable" in response.headers["Cache-Control"]
    with client.get(named[0].split("?")[0]) as response:
        assert "immutable" not in response.headers["Cache-Control"]


def test_health_is_reported(app: Dash) -> None:
    response = app.server.test_client().get("/healthz")
    assert response.status_code == 200


def test_two_applications_live_in_one_process(demo_library: Path, tmp_path: Path) -> None:
    first = create_app(Settings(library=demo_library, workers=1))
    second = create_app(Settings(library=tmp_path / "other", workers=1))
    for app in (first, second):
        client = app.server.test_client()
        assert client.get("/").status_code == 200
        assert client.get("/_dash-dependencies").get_json()


def test_pictures_are_read_before_any_answer_is_written() -> None:
    # Plotly looks for PIL.Image in each answer, and fails on one that a thread is just reading.
    code = "import sys, server; print('PIL.Image' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


def test_web_process_never_imports_torch(demo_library: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from server import create_app; from settings import Settings;"
        f"app = create_app(Settings(library=Path({str(demo_library)!r}), workers=1));"
        "client = app.server.test_client();"
        "assert client.get('/').status_code == 200;"
        "assert client.get('/_dash-layout').status_code == 200;"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
