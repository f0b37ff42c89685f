"""Which encoders there are: those that ship with the project and those of a library.

An encoder is a folder named by its id::

    paper-1a2b3c4d/
        encoder.json         recipe, parameters, normalisation, how it was trained
        note.safetensors     weights of the note autoencoder
        segment.safetensors  weights of the segment autoencoder
        losses.csv           model,epoch,training,validation (the paper's Fig. 10)
        MODEL_CARD.md        data, losses and limits, for people

Nothing here imports torch, so that the web process may use it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from data.files import room_for, temporary_prefix
from errors import InternalError, UserError

BUILT_IN = Path(__file__).parent / "pretrained"
FORMAT = 1
FILES = ("encoder.json", "note.safetensors", "segment.safetensors", "losses.csv", "MODEL_CARD.md")

LossCurves = dict[str, dict[str, list[float]]]


class HoldsEncoders(Protocol):
    """What is needed of a library here: the folder with its encoders."""

    @property
    def encoders_folder(self) -> Path:
        """``<library>/encoders``."""


@dataclass(frozen=True)
class EncoderInfo:
    """An encoder as one can know it without loading its weights.

    Attributes
    ----------
    id : str
        ``<recipe>-<8 hex>``.
    recipe : str
        Such as ``"paper"``.
    folder : Path
        Where its files are.
    note_dimensions, segment_dimensions : int
        Sizes of the two latents.
    card : dict
        How it was trained: data, seed, split, epochs and losses.
    """

    id: str
    recipe: str
    folder: Path
    note_dimensions: int = 32
    segment_dimensions: int = 16
    card: dict[str, Any] = field(default_factory=dict)


def name_of(recipe: str, parameters: Mapping[str, Any], weights: Mapping[str, NDArray]) -> str:
    """Name an encoder: its recipe and 8 hex digits over everything its output depends on.

    Parameters
    ----------
    recipe : str
    parameters : mapping
        Sizes of both models and the normalisation.
    weights : mapping of arrays
        ``note.<name>`` and ``segment.<name>``.
    """
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    for name in sorted(weights):
        array = weights[name]
        digest.update(f"{name} torch.{array.dtype} {list(array.shape)}".encode())
        digest.update(array.tobytes())
    return f"{recipe}-{digest.hexdigest()[:8]}"


def is_whole(folder: Path) -> bool:
    """Whether an encoder's weights and parameters are those that its name was made of."""
    try:
        description = read_description(folder)
        parameters = description["parameters"] | {"normalisation": description["normalisation"]}
        weights = {
            f"{model}.{name}": array
            for model in ("note", "segment")
            for name, array in load_file(folder / f"{model}.safetensors").items()
        }
        return name_of(description["recipe"], parameters, weights) == folder.name
    except (OSError, SafetensorError, UserError, KeyError, TypeError):
        return False


def read_description(folder: Path) -> dict[str, Any]:
    """Read ``encoder.json`` of an encoder's folder.

    Raises
    ------
    UserError
        If it is missing, damaged, or written by a later version.
    """
    path = Path(folder) / "encoder.json"
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
        version = int(description["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"There is no readable encoder in {folder} ({type(error).__name__}): put the folder "
            "back from where it came, or train again with `musiclatentvis train`."
        ) from error
    if version > FORMAT:
        raise UserError(
            f"The encoder in {folder} was written by a later version of MusicLatentVIS: "
            "update this installation to use it."
        )
    return dict(description)


def encoder_info(folder: Path) -> EncoderInfo:
    """Describe the encoder of a folder; raises as :func:`read_description` does."""
    description = read_description(folder)
    return EncoderInfo(
        id=description["id"],
        recipe=description["recipe"],
        folder=Path(folder),
        card=description.get("training", {}),
    )


def built_in() -> list[EncoderInfo]:
    """Return the encoders that ship with the project, sorted by id."""
    return _encoders_in(BUILT_IN)


def default_encoder() -> EncoderInfo:
    """Return the encoder that a new library uses, named in ``pretrained/default``.

    Raises
    ------
    InternalError
        If the project was installed without its weights.
    """
    try:
        name = (BUILT_IN / "default").read_text(encoding="utf-8").strip()
        return encoder_info(BUILT_IN / name)
    except (OSError, UserError) as error:
        raise InternalError(
            f"The weights that ship with the project are missing: {error}"
        ) from error


def available(library: HoldsEncoders) -> list[EncoderInfo]:
    """Return every encoder that the library can use, its own and the shipped ones, sorted by id."""
    by_id = {info.id: info for info in [*built_in(), *installed(library)]}
    return [info for _, info in sorted(by_id.items())]


def installed(library: HoldsEncoders) -> list[EncoderInfo]:
    """Return the encoders of a library, sorted by id."""
    return _encoders_in(library.encoders_folder)


def find(library: HoldsEncoders, encoder_id: str) -> EncoderInfo:
    """Return an encoder of the library, or else one that ships with the project.

    Raises
    ------
    UserError
        If there is no encoder of that id.
    """
    for parent in (library.encoders_folder, BUILT_IN):
        if (parent / encoder_id / "encoder.json").is_file():
            return encoder_info(parent / encoder_id)
    known = [info.id for info in available(library)]
    raise UserError(
        f"There is no encoder {encoder_id!r} in {library.encoders_folder}; "
        f"there are: {', '.join(known) or 'none'}."
    )


def named(library: HoldsEncoders, name: str) -> EncoderInfo:
    """Return the encoder of an id, or of a recipe's name: the library's own before the shipped one.

    Raises
    ------
    UserError
        If there is none, or the library has several of that recipe.
    """
    for known in (installed(library), built_in()):
        of_recipe = [info for info in known if info.recipe == name]
        if len(of_recipe) > 1:
            raise UserError(
                f"The library has several encoders of the recipe {name!r}: say which, "
                f"{', '.join(info.id for info in of_recipe)}."
            )
        if of_recipe:
            return of_recipe[0]
    return find(library, name)


def ensure_installed(library: HoldsEncoders, encoder_id: str) -> Path:
    """Copy an encoder into the library unless it is there, so that the library stands alone.

    Returns
    -------
    folder : Path
        ``<library>/encoders/<id>``.

    Raises
    ------
    UserError
        If there is no encoder of that id.
    """
    target = library.encoders_folder / encoder_id
    if (target / "encoder.json").is_file():
        return target
    return install(find(library, encoder_id).folder, library.encoders_folder)


def install(source: Path, encoders_folder: Path) -> Path:
    """Copy an encoder's folder to `encoders_folder` in one step; returns the copy.

    Raises
    ------
    UserError
        If `source` is no encoder.
    """
    info = encoder_info(source)
    target = encoders_folder / info.id
    encoders_folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=temporary_prefix(info.id), dir=encoders_folder))
    try:
        with room_for(target):
            for name in FILES:
                if (source / name).is_file():
                    _copy_durably(source / name, partial / name)
        partial.chmod(0o755)
        try:
            partial.rename(target)
        except OSError:
            # Somebody else installed the same bytes meanwhile: theirs serve as well.
            if not (target / "encoder.json").is_file():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def loss_curves(folder: Path) -> LossCurves:
    """Read ``losses.csv`` (paper, Fig. 10).

    Returns
    -------
    curves : dict
        ``curves["note" | "segment"]["training" | "validation"]``: one mean squared error
        an epoch.  Empty where the file is missing or damaged: a picture that is not
        drawn must not keep the page from opening.
    """
    curves: LossCurves = {}
    try:
        with (Path(folder) / "losses.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                model = curves.setdefault(row["model"], {"training": [], "validation": []})
                for kind, values in model.items():
                    if row[kind]:
                        values.append(float(row[kind]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return curves


def _encoders_in(parent: Path) -> list[EncoderInfo]:
    found = []
    for path in sorted(parent.glob("*/encoder.json")):
        try:
            found.append(encoder_info(path.parent))
        except UserError:
            # A damaged or later one is not offered; asking for it by id says why.
            continue
    return found


def _copy_durably(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        shutil.copyfileobj(reading, writing)
        writing.flush()
        os.fsync(writing.fileno())
