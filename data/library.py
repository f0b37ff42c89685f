"""A library: one folder with everything that was learned about a collection of recordings.

::

    library.db                                  recordings, maps, jobs
    latents/<encoder id>/<sha256>.safetensors   note and segment latents
    maps/<map id>.safetensors                   places on the map
    encoders/<encoder id>/                      the weights that made the latents
    features/                                   baselines of the evaluation
    evaluation/<map id>.json                    the last evaluation of a map
    media/                                      copies that browsers can play, previews
    notes/                                      which notes each recording plays
    scales/<digest>/                            imported scales with their notes.csv
    uploads/                                    recordings that came through the page

The recordings themselves stay where they are.
"""

from __future__ import annotations

from pathlib import Path

from data.catalogue import Catalogue
from data.database import DamagedCatalogue, copy_database
from data.integrity import note_content
from data.latents import LatentStore
from errors import UserError

CATALOGUE = "library.db"
#: As it was after the last import: another file, which one damaged page does not reach.
COPY = "library-copy.db"
#: Makes a folder a backup (:mod:`data.backups`).
BACKUP_MANIFEST = "backup.json"


class Library:
    """An open library; make one with :meth:`open`."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.latents = LatentStore(folder / "latents")
        self.maps_folder = folder / "maps"
        self.encoders_folder = folder / "encoders"
        self.features_folder = folder / "features"
        self.evaluation_folder = folder / "evaluation"
        self.media_folder = folder / "media"
        self.notes_folder = folder / "notes"
        self.scales_folder = folder / "scales"
        self.uploads_folder = folder / "uploads"

    @staticmethod
    def exists(folder: str | Path) -> bool:
        """True when there is a library in this folder."""
        folder = Path(folder)
        return (folder / CATALOGUE).is_file() or (folder / "latents").is_dir()

    @classmethod
    def open(cls, folder: str | Path, *, create: bool = False, database_url: str = "") -> Library:
        """Open the library in a folder.

        Parameters
        ----------
        folder : path
        create : bool
            Make a new library where there is none.
        database_url : str
            SQLAlchemy URL of the catalogue; empty means ``library.db`` in the folder.

        Raises
        ------
        UserError
            If there is no library, it cannot be read or written, it is a backup, or a newer
            version of this program wrote it.
        """
        folder = Path(folder).absolute()
        if (folder / BACKUP_MANIFEST).is_file():
            raise UserError(
                f"{folder} is a backup, which stays as it is: put it into a library with "
                f"'musiclatentvis restore {folder} --library DIR'."
            )
        if not cls.exists(folder):
            if not create:
                raise UserError(
                    f"There is no library in {folder}: make one with "
                    f"'musiclatentvis import AUDIO_DIR --library {folder}'."
                )
            try:
                (folder / "latents").mkdir(parents=True)
            except OSError as error:
                raise UserError(
                    f"No library can be made in {folder}: {error.strerror}. "
                    "Choose a folder that you may write to."
                ) from error
        if not database_url and _is_missing(folder / CATALOGUE):
            # A new, empty one would hide that something was lost.
            raise DamagedCatalogue(str(folder))
        url = database_url or f"sqlite:///{folder / CATALOGUE}"
        return cls(folder, Catalogue(url, str(folder)))

    def keep_copy(self) -> None:
        """Take the catalogue's content down, and copy it beside itself."""
        note_content(self.catalogue)
        if self.catalogue.file is not None:
            copy_database(self.catalogue.file, self.folder / COPY)

    def close(self) -> None:
        """Close the catalogue's connections."""
        self.catalogue.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _is_missing(catalogue: Path) -> bool:
    """Whether a library that was in use has no catalogue any more."""
    return not catalogue.is_file() and catalogue.with_name(COPY).is_file()
