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
from data.latents import LatentStore
from errors import UserError


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
        return (folder / "library.db").is_file() or (folder / "latents").is_dir()

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
            If there is no library, it cannot be read or written, or a newer version of this
            program wrote it.
        """
        folder = Path(folder).absolute()
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
        url = database_url or f"sqlite:///{folder / 'library.db'}"
        return cls(folder, Catalogue(url, str(folder)))

    def close(self) -> None:
        """Close the catalogue's connections."""
        self.catalogue.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
