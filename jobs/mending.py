"""Making whole what is damaged in a library: from a backup, else from the recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from data.backups import Backup, take_from
from data.files import readable_name, write_atomically
from data.integrity import set_aside_in
from data.library import Library
from encoders.registry import BUILT_IN, FILES
from jobs.gathering import encode_again
from jobs.mapping import refresh_map

if TYPE_CHECKING:
    from jobs.engine import Engine

Progress = Callable[[int, int, str], None]

_ON_DEMAND, _COMPUTED = "removed; it is made again when it is needed", "computed again"
_ORDER = {"encoders": 0, "latents": 1, "maps": 2}


class Mending:
    """Mends files of one library.

    Parameters
    ----------
    library : Library
    engine : Engine
        Its workers encode; not touched where a backup has everything.
    backup : Backup or None
    """

    def __init__(self, library: Library, engine: Engine, backup: Backup | None) -> None:
        self._library = library
        self._engine = engine
        self._backup = backup
        self._by_content = {row.sha256: row for row in library.catalogue.recordings(state=None)}

    def mend(self, paths: Sequence[str], progress: Progress) -> list[str]:
        """Mend files.

        Parameters
        ----------
        paths : sequence of str
            In the library's folder; a whole encoder is named by its folder.
        progress : callable
            ``progress(done, total, message)``.

        Returns
        -------
        mended : list of str
            What was done about each; empty where nothing could be done.
        """
        done: dict[str, str] = {}
        # Latents need their encoder, maps need the latents.
        for path in sorted(paths, key=lambda path: (_ORDER.get(_room(path), 1), path)):
            progress(len(done), len(paths), PurePosixPath(path).name)
            done[path] = self._from_backup(path) or self._again(path)
        for aside in set_aside_in(self._library.folder):
            if aside.with_suffix(".safetensors").is_file():
                aside.unlink()
        refresh_map(self._library, self._engine, progress)
        return [self._said(path, done[path]) for path in paths]

    def _said(self, path: str, done: str) -> str:
        made = done == _ON_DEMAND and (self._library.folder / path).is_file()
        return _COMPUTED if made else done

    def _from_backup(self, path: str) -> str:
        if self._backup is None:
            return ""
        files = [one for one in self._backup.files if one == path or one.startswith(f"{path}/")]
        if not files or not all(take_from(self._backup, f, self._library.folder) for f in files):
            return ""
        return f"taken from {self._backup.folder}"

    def _again(self, path: str) -> str:
        _, *rest = PurePosixPath(path).parts
        match _room(path):
            case "latents" if len(rest) == 2:
                return self._encode(rest[0], PurePosixPath(rest[1]).stem)
            case "encoders":
                return self._install(rest[0])
            case "maps" | "features" | "notes" | "media" | "evaluation":
                (self._library.folder / path).unlink(missing_ok=True)
                return _ON_DEMAND
        return ""

    def _encode(self, encoder_id: str, sha256: str) -> str:
        recording = self._by_content.get(sha256)
        if recording is None:
            return ""
        self._library.latents.path(encoder_id, sha256).unlink(missing_ok=True)
        if not encode_again(self._library, self._engine, recording, encoder_id):
            return ""
        return f"encoded again from {readable_name(recording.path)}"

    def _install(self, encoder_id: str) -> str:
        shipped = BUILT_IN / encoder_id
        if not shipped.is_dir():
            return ""
        for name in FILES:
            if (shipped / name).is_file():
                target = self._library.encoders_folder / encoder_id / name
                write_atomically(target, (shipped / name).read_bytes())
        return "taken from what ships with MusicLatentVIS"


def _room(path: str) -> str:
    return PurePosixPath(path).parts[0]
