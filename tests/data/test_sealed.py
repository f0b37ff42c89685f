from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from data.sealed import Damaged, is_sealed, read_facts, read_sealed, sealed

TENSORS = {
    "notes": np.random.default_rng(0).random((7, 32)).astype(np.float16),
    "segments": np.random.default_rng(1).random((2, 16)).astype(np.float32),
    "none": np.empty((0, 2), np.float32),
}
FACTS = {"collection": "abc", "figures": '{"k": "光"}'}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.safetensors"
    path.write_bytes(sealed(TENSORS, FACTS))
    return path


def test_what_was_written_comes_back_and_any_reader_of_safetensors_reads_it(path: Path) -> None:
    assert is_sealed(path)
    assert read_facts(path) == FACTS
    for found in (read_sealed(path), load_file(path)):
        assert found.keys() == TENSORS.keys()
        for name, array in TENSORS.items():
            np.testing.assert_array_equal(found[name], array)
    assert list(read_sealed(path, "segments")) == ["segments"]


def test_the_same_content_is_the_same_bytes() -> None:
    backwards = dict(reversed(FACTS.items()))
    assert {sealed(TENSORS, facts) for facts in (FACTS, backwards) for _ in range(5)} == {
        sealed(dict(reversed(TENSORS.items())), FACTS)
    }


def test_a_changed_byte_anywhere_is_found(path: Path) -> None:
    whole = path.read_bytes()
    padding = whole.index(b"}}") if b"}}" in whole else 0
    for place in range(0, len(whole), 3):
        if whole[place : place + 1] == b" " and place > padding:
            continue  # blanks that fill the header up mean nothing
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(Damaged):
            is_sealed(path)


def test_one_damaged_array_leaves_the_others_readable(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    at = bytes(whole).index(TENSORS["notes"].tobytes())
    whole[at] ^= 1
    path.write_bytes(whole)
    np.testing.assert_array_equal(read_sealed(path, "segments")["segments"], TENSORS["segments"])
    with pytest.raises(Damaged, match="does not fit its checksum"):
        read_sealed(path, "notes")


def test_files_of_older_versions_are_read_as_they_are(path: Path) -> None:
    path.write_bytes(save(TENSORS, FACTS))
    assert not is_sealed(path)
    assert read_facts(path) == FACTS
    np.testing.assert_array_equal(read_sealed(path, "notes")["notes"], TENSORS["notes"])


@pytest.mark.parametrize("size", [0, 5, 60, 400])
def test_a_cut_file_is_damaged_and_a_missing_one_missing(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(Damaged, match="is damaged"):
        read_sealed(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_sealed(path)
