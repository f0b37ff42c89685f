"""Latents have the promised shapes, places and types, whatever the recording's length."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from encoders.encoder import load_encoder, read_encoder
from encoders.models import NoteAutoencoder, SegmentAutoencoder
from errors import UserError


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return (0.1 * generator.standard_normal(int(seconds * 20_000))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0, 0.01, 3, 10, 25.51])
def test_one_note_a_column_and_one_segment_each_whole_ten_seconds(
    encoder_folder: Path, seconds: float
) -> None:
    notes, segments = load_encoder(str(encoder_folder)).encode(noise(seconds))
    columns = int(seconds * 20_000) // 500
    assert (notes.shape, segments.shape) == ((columns, 32), (columns // 400, 16))
    assert notes.dtype == segments.dtype == np.float32
    assert np.isfinite(notes).all() and np.isfinite(segments).all()


def test_stored_notes_give_the_very_segments_of_the_import(encoder_folder: Path) -> None:
    encoder = load_encoder(str(encoder_folder))
    notes, segments = encoder.encode(noise(35))
    again = encoder.segment_latents(notes.astype(np.float16))
    np.testing.assert_array_equal(again, segments)


def test_a_segment_reads_every_twentieth_column_from_its_start(encoder_folder: Path) -> None:
    encoder = load_encoder(str(encoder_folder))
    notes, segments = encoder.encode(noise(20))
    changed = notes.copy()
    used = np.zeros(len(notes), bool)
    used[::20] = True
    changed[~used] += 1.0
    np.testing.assert_array_equal(encoder.segment_latents(changed), segments)
    changed[400] += 1.0
    after = encoder.segment_latents(changed)
    np.testing.assert_array_equal(after[0], segments[0])
    assert not np.allclose(after[1], segments[1])


def test_segments_at_any_hop_and_offset(encoder_folder: Path) -> None:
    encoder = load_encoder(str(encoder_folder))
    notes, segments = encoder.encode(noise(31))
    each_second = encoder.segment_latents(notes, hop=40)
    assert each_second.shape == (22, 16)
    np.testing.assert_allclose(each_second[::10], segments, atol=1e-6)
    shifted = encoder.segment_latents(notes, hop=400, offset=40)
    np.testing.assert_allclose(shifted, each_second[1::10], atol=1e-6)
    assert encoder.segment_latents(notes[:399]).shape == (0, 16)
    with pytest.raises(ValueError, match="hop"):
        encoder.segment_latents(notes, hop=0)


def test_the_spectrogram_is_what_the_notes_come_from(encoder_folder: Path) -> None:
    encoder = load_encoder(str(encoder_folder))
    columns = encoder.spectrogram(noise(5))
    assert columns.shape == (200, 501)
    assert columns.min() >= 0 and columns.max() <= 1
    notes, _ = encoder.encode(noise(5))
    np.testing.assert_allclose(encoder.note_latents(columns), notes, atol=2e-3)


def test_decoders_return_to_the_shapes_they_came_from(encoder_folder: Path) -> None:
    encoder = load_encoder(str(encoder_folder))
    notes, segments = encoder.encode(noise(20))
    columns = encoder.decode_notes(notes)
    assert columns.shape == (800, 501)
    assert columns.min() >= 0 and columns.max() <= 1
    assert encoder.decode_segments(segments).shape == (2, 20, 32)


def test_the_note_autoencoder_is_not_linear() -> None:
    model = NoteAutoencoder()
    with torch.no_grad():
        one, two = torch.rand(1, 501), torch.rand(1, 501)
        middle = model.encode((one + two) / 2)
        assert not torch.allclose(middle, (model.encode(one) + model.encode(two)) / 2, atol=1e-5)


def test_segment_latents_lie_between_minus_one_and_one() -> None:
    latents = SegmentAutoencoder().eval().encode(100 * torch.randn(8, 20, 32))
    assert latents.abs().max() <= 1


def test_a_folder_without_an_encoder_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no readable encoder"):
        read_encoder(tmp_path)


def test_damaged_weights_are_said_in_one_sentence(encoder_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(encoder_folder, tmp_path / "copy"))
    (copy / "note.safetensors").write_bytes(b"not weights")
    with pytest.raises(UserError, match="damaged"):
        read_encoder(copy)


def test_an_encoder_of_a_later_version_is_refused(encoder_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(encoder_folder, tmp_path / "copy"))
    description = json.loads((copy / "encoder.json").read_text())
    (copy / "encoder.json").write_text(json.dumps(description | {"format": 99}))
    with pytest.raises(UserError, match="later version"):
        read_encoder(copy)
