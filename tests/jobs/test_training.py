"""A whole training on a few short recordings: determinism, interruption, what is written."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from data.catalogue import Recording
from data.files import sha256_of
from data.library import Library
from encoders.encoder import load_encoder
from encoders.recipes import RECIPES, assign_roles, recipe_named
from encoders.registry import FILES, installed, loss_curves
from encoders.training import Progress, Stopped
from errors import UsageError, UserError
from jobs.engine import Engine
from jobs.training import train
from settings import Settings

EPOCHS = 6


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Settings(workers=1)) as engine:
        yield engine


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Recording]:
    folder = tmp_path_factory.mktemp("audio")
    return [_recording(folder, title, seed) for seed, title in enumerate("AABBCC")]


@pytest.fixture
def library(tmp_path: Path, recordings: list[Recording]) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        library.catalogue.save_recordings(recordings)
        yield library


@pytest.fixture(scope="module", params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def trained(
    recipe: str,
    tmp_path_factory: pytest.TempPathFactory,
    engine: Engine,
    recordings: list[Recording],
) -> Path:
    """The encoder of an uninterrupted training, seed 0."""
    folder = tmp_path_factory.mktemp("trained")
    with Library.open(folder, create=True) as library:
        library.catalogue.save_recordings(recordings)
        name = train(library, engine, recipe, epochs=EPOCHS, show_progress=False)
        return library.encoders_folder / name


def test_writes_an_encoder_that_can_be_used(trained: Path) -> None:
    assert sorted(file.name for file in trained.iterdir()) == sorted(FILES)
    encoder = load_encoder(str(trained))
    assert encoder.id == trained.name
    notes, segments = encoder.encode(_tune(3))
    assert (notes.shape[1], segments.shape[1]) == (32, 16)
    card = (trained / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "kept for validation" in card and "{" not in card
    assert ("0.00210" in card) == trained.name.startswith("paper")


def test_losses_fall_and_are_kept_for_every_epoch(recipe: str, trained: Path) -> None:
    curves = loss_curves(trained)
    assert len(curves["note"]["training"]) == len(curves["note"]["validation"]) == EPOCHS
    assert len(curves["segment"]["training"]) == recipe_named(recipe, EPOCHS).segment_epochs
    for kinds in curves.values():
        assert kinds["training"][-1] < kinds["training"][0]


def test_the_same_seed_gives_the_same_weights(
    recipe: str, trained: Path, library: Library, engine: Engine
) -> None:
    assert train(library, engine, recipe, epochs=EPOCHS, show_progress=False) == trained.name


def test_another_seed_gives_other_weights(
    recipe: str, trained: Path, library: Library, engine: Engine
) -> None:
    other = train(library, engine, recipe, epochs=EPOCHS, seed=1, show_progress=False)
    assert other != trained.name
    assert [info.id for info in installed(library)] == [other]


@pytest.mark.parametrize("stage", ["note", "segment"])
def test_an_interrupted_training_ends_with_the_same_weights(
    stage: str,
    recipe: str,
    trained: Path,
    library: Library,
    engine: Engine,
) -> None:
    interrupt = _interrupt_at(stage, 2)
    with pytest.raises(Stopped, match=f"epoch 2 of . of the {stage} encoder.*--resume"):
        train(library, engine, recipe, EPOCHS, show_progress=False, report=interrupt)
    assert installed(library) == []
    seen: list[Progress] = []
    name = train(
        library, engine, recipe, EPOCHS, resume=True, show_progress=False, report=seen.append
    )
    assert (seen[0].stage, seen[0].epoch) == (stage, 3)
    assert name == trained.name
    assert loss_curves(library.encoders_folder / name) == loss_curves(trained)


def test_a_checkpoint_of_other_recordings_is_refused(
    library: Library, engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        train(library, engine, epochs=2, show_progress=False, report=_interrupt_at("note", 1))
    library.catalogue.save_recording(_recording(tmp_path, "D", 7))
    with pytest.raises(UserError, match="other recordings"):
        train(library, engine, epochs=2, resume=True, show_progress=False)


def test_nothing_to_resume_is_said(library: Library, engine: Engine) -> None:
    with pytest.raises(UserError, match="no interrupted training"):
        train(library, engine, epochs=1, resume=True, show_progress=False)


def test_an_empty_library_is_said(tmp_path: Path, engine: Engine) -> None:
    with (
        Library.open(tmp_path / "empty", create=True) as library,
        pytest.raises(UserError, match="no recordings"),
    ):
        train(library, engine, show_progress=False)


def test_a_recording_that_is_gone_is_left_out_and_the_papers_split_works(
    library: Library, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = _recording(tmp_path, "D", 8)
    library.catalogue.save_recording(gone)
    gone.file.unlink()
    name = train(library, engine, epochs=1, split="paper", out=tmp_path / "out")
    assert "left out" in capsys.readouterr().out
    description = json.loads((tmp_path / "out" / name / "encoder.json").read_text())
    assert description["training"]["recordings"] == 6
    assert loss_curves(tmp_path / "out" / name)["note"]["validation"] == []


def test_a_silent_collection_is_said(tmp_path: Path, engine: Engine) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        silent = _write(tmp_path / "silent.wav", np.zeros(220_000, np.float32), "A")
        library.catalogue.save_recording(silent)
        with pytest.raises(UserError, match="silent"):
            train(library, engine, epochs=1, show_progress=False)


def test_validation_pieces_are_whole_and_a_fifth() -> None:
    titles = [f"piece {n // 3}" for n in range(60)]
    roles = assign_roles(titles, "piece", seed=0)
    held_out = {title for title, role in zip(titles, roles, strict=True) if role == "validation"}
    learned = {title for title, role in zip(titles, roles, strict=True) if role == "training"}
    assert not held_out & learned
    assert roles.count("validation") == 12
    assert assign_roles(titles[::-1], "piece", seed=0) == roles[::-1]
    assert assign_roles(titles, "piece", seed=1) != roles
    assert assign_roles(["one"] * 3, "piece", seed=0) == ["training"] * 3
    assert assign_roles(titles, "paper", seed=0) == ["both"] * 60


def test_unknown_recipes_splits_and_epochs_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="paper"):
        recipe_named("nonsense")
    with pytest.raises(UsageError, match="at least 1"):
        recipe_named("paper", epochs=0)
    with pytest.raises(UsageError, match="piece"):
        assign_roles(["a"], "nonsense", seed=0)


def _interrupt_at(stage: str, epoch: int):  # type: ignore[no-untyped-def]
    """Press Ctrl-C after an epoch."""
    import signal

    def report(progress: Progress) -> None:
        if (progress.stage, progress.epoch) == (stage, epoch):
            signal.raise_signal(signal.SIGINT)

    return report


def _tune(seed: int, seconds: float = 11.0) -> np.ndarray:
    """Random notes with two overtones."""
    generator = np.random.default_rng(seed)
    time = np.arange(int(seconds * 20_000)) / 20_000
    pitch = 220 * 2 ** (generator.integers(0, 24, int(seconds * 4) + 1) / 12)
    phase = 2 * np.pi * np.cumsum(pitch[(time * 4).astype(int)]) / 20_000
    tone = np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.2 * np.sin(3 * phase)
    return (0.2 * tone * (1 - (time * 4) % 1)).astype(np.float32)


def _recording(folder: Path, title: str, seed: int) -> Recording:
    return _write(folder / f"{title}{seed}.wav", _tune(seed), title)


def _write(path: Path, samples: np.ndarray, title: str) -> Recording:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(20_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return Recording(root=str(path.parent), path=path.name, sha256=sha256_of(path), title=title)
