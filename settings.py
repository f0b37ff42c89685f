"""Every setting: its name, default and meaning, read from the environment once.

The table below is the only place where a setting is defined; ``docs/settings.md``
is checked against it by a test.  Parts of the program get a :class:`Settings`
passed in and never look at the environment themselves.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from errors import UsageError


def _setting(default: Any, variable: str, help: str) -> Any:
    return field(default=default, metadata={"variable": variable, "help": help})


@dataclass(frozen=True)
class Settings:
    """What can be set, by environment variable or by the command line's flags."""

    library: Path = _setting(Path("library"), "MLV_LIBRARY", "Folder that holds the library.")
    host: str = _setting("127.0.0.1", "MLV_HOST", "Address that the web server listens on.")
    port: int = _setting(8050, "MLV_PORT", "Port that the web server listens on.")
    workers: int = _setting(
        0, "MLV_WORKERS", "Worker processes that decode and encode; 0 means one for each core."
    )
    scheduler: str = _setting(
        "",
        "MLV_SCHEDULER",
        "Address of a running Dask scheduler (tls://host:port); empty starts one on this machine.",
    )
    worker_memory: str = _setting(
        "2GiB",
        "MLV_WORKER_MEMORY",
        "Memory that one worker process may use before it is restarted.",
    )
    file_gigabytes: int = _setting(
        32, "MLV_FILE_GIGABYTES", "Largest audio or video file that is opened, GiB."
    )
    file_hours: int = _setting(
        24,
        "MLV_FILE_HOURS",
        "Longest recording, hours; a worker's memory may set a lower limit (2 GiB hold 5 hours).",
    )
    file_seconds: int = _setting(
        900,
        "MLV_FILE_SECONDS",
        "Seconds that decoding one file may take, and one more for each 100 kB; 0 means no limit.",
    )
    cue_encoding: str = _setting(
        "",
        "MLV_CUE_ENCODING",
        "Encoding of all CUE sheets, such as gb18030 or big5; empty lets each speak for itself.",
    )
    database_url: str = _setting(
        "",
        "MLV_DATABASE_URL",
        "SQLAlchemy URL of the catalogue; empty means library.db inside the library folder.",
    )
    cache_url: str = _setting(
        "",
        "MLV_CACHE_URL",
        "Redis URL for derived results that several web processes share; empty means in memory.",
    )
    import_folders: str = _setting(
        "",
        "MLV_IMPORT_FOLDERS",
        "Folder of the server below which the page may import folders; empty means none.",
    )
    upload_file_mb: int = _setting(
        4000, "MLV_UPLOAD_FILE_MB", "Megabytes of one file that is added on the page; 0 takes none."
    )
    upload_files: int = _setting(
        5000, "MLV_UPLOAD_FILES", "Files that are added on the page at once."
    )
    upload_free_mb: int = _setting(
        1000, "MLV_UPLOAD_FREE_MB", "Megabytes that stay free on the disk when files are added."
    )
    log_level: str = _setting("INFO", "MLV_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.")

    def __post_init__(self) -> None:
        """Refuse what no number of anything can be.

        Raises
        ------
        UsageError
        """
        for setting in fields(self):
            value = getattr(self, setting.name)
            if isinstance(value, int) and value < 0:
                raise UsageError(
                    f"{setting.metadata['variable']}={value} cannot be below 0: "
                    f"{setting.metadata['help']}"
                )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables.

        Raises
        ------
        UsageError
            If a variable's value does not have the setting's type.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for setting in fields(cls):
            variable = setting.metadata["variable"]
            text = environment.get(variable, "")
            if text == "":
                continue
            kind: type = type(setting.default)
            try:
                values[setting.name] = kind(text)
            except ValueError:
                raise UsageError(
                    f"{variable}={text!r} is not a valid {kind.__name__}: "
                    f"{setting.metadata['help']}"
                ) from None
        return cls(**values)
