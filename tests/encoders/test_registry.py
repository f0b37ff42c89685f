"""Encoders are found, installed and described without torch."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from encoders import registry
from errors import UserError

ROOT = Path(__file__).parents[2]


@dataclass
class Folder:
    encoders_folder: Path


@pytest.fixture
def library(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "library" / "encoders")


def test_the_default_encoder_ships_complete_and_small() -> None:
    info = registry.default_encoder()
    assert info.id == info.folder.name and info.recipe == "contrast"
    assert {other.recipe for other in registry.built_in()} == {"contrast", "paper"}
    assert all((info.folder / name).is_file() for name in registry.FILES)
    assert sum(file.stat().st_size for file in info.folder.iterdir()) < 5_000_000
    curves = registry.loss_curves(info.folder)
    assert curves["note"]["training"][-1] < curves["note"]["training"][0]
    assert curves["segment"]["validation"][-1] < curves["segment"]["validation"][0]


def test_the_id_of_the_default_encoder_is_the_hash_of_its_contents() -> None:
    from safetensors.torch import load_file

    from encoders.encoder import encoder_id

    info = registry.default_encoder()
    description = registry.read_description(info.folder)
    weights = {
        f"{model}.{name}": tensor
        for model in ("note", "segment")
        for name, tensor in load_file(info.folder / f"{model}.safetensors").items()
    }
    parameters = description["parameters"] | {"normalisation": description["normalisation"]}
    assert encoder_id(info.recipe, parameters, weights) == info.id


def test_installing_copies_once(library: Folder) -> None:
    name = registry.default_encoder().id
    folder = registry.ensure_installed(library, name)
    assert folder == library.encoders_folder / name
    assert [info.id for info in registry.installed(library)] == [name]
    (folder / "MODEL_CARD.md").write_text("mine")
    assert registry.ensure_installed(library, name) == folder
    assert (folder / "MODEL_CARD.md").read_text() == "mine"
    assert not list(library.encoders_folder.glob(".*"))


def test_a_library_may_have_encoders_of_its_own(library: Folder, encoder_folder: Path) -> None:
    shutil.copytree(encoder_folder, library.encoders_folder / encoder_folder.name)
    info = registry.find(library, encoder_folder.name)
    assert (info.id, info.recipe) == ("paper-00000000", "paper")
    assert (info.note_dimensions, info.segment_dimensions) == (32, 16)


def test_an_unknown_encoder_is_named_with_those_there_are(library: Folder) -> None:
    with pytest.raises(UserError, match=registry.default_encoder().id):
        registry.ensure_installed(library, "paper-ffffffff")


def test_loss_curves_are_read_by_model_and_kind(encoder_folder: Path) -> None:
    assert registry.loss_curves(encoder_folder) == {
        "note": {"training": [0.5, 0.25], "validation": []},
        "segment": {"training": [0.9, 0.8], "validation": [0.95, 0.85]},
    }


def test_missing_loss_curves_are_no_error(tmp_path: Path) -> None:
    assert registry.loss_curves(tmp_path) == {}


def test_what_the_web_process_imports_stays_without_torch() -> None:
    modules = "encoders.registry, encoders.service, jobs.engine, jobs.previews, jobs.training"
    script = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == 0
