"""Settings: read from the environment, and all of them in docs/settings.md."""

from dataclasses import fields
from pathlib import Path

import pytest

from errors import UsageError
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def _documented_rows() -> list[list[str]]:
    lines = (ROOT / "docs/settings.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return rows[2:]  # without heading and rule


def test_documentation_lists_every_setting_as_it_is() -> None:
    expected = [
        [
            f"`{setting.name}`",
            f"`{setting.metadata['variable']}`",
            f"`{setting.default}`" if str(setting.default) else "empty",
            setting.metadata["help"],
        ]
        for setting in fields(Settings)
    ]
    assert _documented_rows() == expected


def test_environment_overrides_defaults() -> None:
    settings = Settings.from_environment({"MLV_PORT": "9000", "MLV_LIBRARY": "/srv/music"})
    assert settings.port == 9000
    assert settings.library == Path("/srv/music")
    assert settings.host == "127.0.0.1"


def test_empty_variable_means_the_default() -> None:
    assert Settings.from_environment({"MLV_PORT": ""}) == Settings()


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="MLV_WORKERS=-3 cannot be below 0: Worker processes"):
        Settings(workers=-3)


def test_wrong_type_is_a_usage_error_that_names_the_variable() -> None:
    with pytest.raises(UsageError, match="MLV_PORT='eighty'"):
        Settings.from_environment({"MLV_PORT": "eighty"})
