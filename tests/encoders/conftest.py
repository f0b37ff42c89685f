"""A small encoder with made weights: no training, no shipped weights needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from encoders.registry import FORMAT


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with random weights, as a folder named by its id."""
    import torch
    from safetensors.torch import save_file

    from encoders.models import NoteAutoencoder, SegmentAutoencoder

    with torch.random.fork_rng():
        torch.manual_seed(0)
        note, segment = NoteAutoencoder(), SegmentAutoencoder()
    folder = tmp_path_factory.mktemp("encoders") / "paper-00000000"
    folder.mkdir()
    save_file(note.state_dict(), folder / "note.safetensors")
    save_file(segment.state_dict(), folder / "segment.safetensors")
    description = {
        "format": FORMAT,
        "id": folder.name,
        "recipe": "paper",
        "parameters": {"note": {}, "segment": {}},
        "normalisation": {"floor": 0.0125, "minimum": -4.38, "maximum": 4.83},
    }
    (folder / "encoder.json").write_text(json.dumps(description), encoding="utf-8")
    (folder / "losses.csv").write_text(
        "model,epoch,training,validation\n"
        "note,1,0.5,\nnote,2,0.25,\nsegment,1,0.9,0.95\nsegment,2,0.8,0.85\n",
        encoding="utf-8",
    )
    return folder
