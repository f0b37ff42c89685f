"""Commands that choose whose latents the library has: train encoders, or change to others."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cli.common import (
    Commands,
    ProgressBar,
    add_engine,
    open_library,
    path,
    start_engine,
    tell,
    writing_alone,
)
from settings import Settings

if TYPE_CHECKING:
    from data.library import Library
    from jobs.engine import Engine
    from jobs.summary import ImportSummary


def add(commands: Commands) -> None:
    """Add ``train`` and ``encode``."""
    train = commands.add("train", _train, "Train both encoders on the library and use them.")
    train.add_argument("--recipe", default="paper", help="how to train (default: paper)")
    train.add_argument("--epochs", type=int, help="epochs, instead of the recipe's")
    train.add_argument("--seed", type=int, default=0, help="same seed, same weights (default: 0)")
    train.add_argument(
        "--split",
        choices=("piece", "paper"),
        default="piece",
        help="piece: validation pieces are never trained on; paper: slices of all recordings",
    )
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument("--out", type=path, metavar="DIR", help="also write the encoder here")
    train.add_argument(
        "--origin",
        default="",
        metavar="SENTENCE",
        help="where the recordings come from, for the model card",
    )
    add_engine(train)

    encode = commands.add("encode", _encode, "Change to another encoder; what it encoded is kept.")
    encode.add_argument("encoder", help="its id, or its recipe: contrast, paper")
    add_engine(encode)


def _train(settings: Settings, parsed: argparse.Namespace) -> int:
    from jobs.training import train

    with open_library(settings) as library, start_engine(settings) as engine:
        encoder_id = train(
            library,
            engine,
            parsed.recipe,
            parsed.epochs,
            parsed.seed,
            parsed.split,
            parsed.resume,
            parsed.out,
            origin=parsed.origin,
        )
        print(f"Trained the encoder {encoder_id}; the library is encoded with it now.")
        summaries = _used(library, engine, encoder_id)
    return tell(summaries)


def _encode(settings: Settings, parsed: argparse.Namespace) -> int:
    from encoders.registry import named

    with open_library(settings) as library, start_engine(settings) as engine:
        encoder_id = named(library, parsed.encoder).id
        summaries = _used(library, engine, encoder_id)
    print(f"The library uses the encoder {encoder_id} now.")
    return tell(summaries)


def _used(library: Library, engine: Engine, encoder_id: str) -> list[ImportSummary]:
    """Encode the library with an encoder from now on."""
    from jobs.importing import use_encoder

    with writing_alone(library.folder), ProgressBar() as progress:
        return use_encoder(library, engine, encoder_id, progress)
