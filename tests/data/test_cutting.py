"""Tracks are cut to the sample, whatever the format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from av.audio.stream import AudioStream

from data import cutting
from data.cutting import frames
from data.decoding import decode, open_audio
from data.media import transcode
from data.sources import Source, track_id
from tests.making import melody, write_audio
from tests.monkey import write_ape

RATE = 44_100
# Places of a CD: whole frames of 1/75 s, which are 588 samples.
CUTS = (0.0, 301 / 75, 702 / 75, None)
TRACKS = list(pairwise(CUTS))


def _samples(source: Source) -> np.ndarray:
    with open_audio(source.path) as (container, stream):
        parts = [f.to_ndarray() for f in frames(container, stream, source) if f is not None]
    return np.concatenate(parts, axis=1)  # packed formats have their channels in one row


def _album(folder: Path, kind: str) -> Path:
    sound = melody(14, RATE, seed=3)
    if kind == "ape":
        return write_ape(folder / "a.ape", sound, RATE)
    if kind == "alac":
        return write_audio(folder / "a.m4a", sound, channels=2, codec="alac")
    return write_audio(folder / f"a.{kind}", sound, channels=2)


@pytest.mark.parametrize(
    "kind", ["flac", "wav", "ape", "wv", "tta", "alac", "aiff", "w64", "mp3", "ogg"]
)
def test_the_tracks_one_after_the_other_are_the_album(tmp_path: Path, kind: str) -> None:
    album = _album(tmp_path, kind)
    tracks = [_samples(Source(str(album), start, end)) for start, end in TRACKS]
    whole = _samples(Source(str(album)))
    packed = 2 if kind in {"flac", "wav", "aiff", "w64", "tta"} else 1
    assert [t.shape[1] // packed for t in tracks[:2]] == [301 * 588, 401 * 588]
    np.testing.assert_array_equal(np.concatenate(tracks, axis=1), whole)


def test_a_track_sounds_as_if_it_were_a_file_of_its_own(tmp_path: Path) -> None:
    album = _album(tmp_path, "flac")
    start, end = TRACKS[1]
    with open_audio(album) as (container, stream):
        parts = frames(container, stream, Source(str(album), start, end))
        sound = np.concatenate([f.to_ndarray() for f in parts if f is not None], axis=1)
    stereo = np.ascontiguousarray(sound.reshape(-1, 2).T / np.float32(32768))
    alone = write_audio(tmp_path / "b.wav", stereo, channels=2)
    track = decode(Source(str(album), start, end))
    assert track.notes == ()
    assert track.duration_s == pytest.approx(401 / 75, abs=1e-4)
    np.testing.assert_allclose(track.samples, decode(alone).samples, atol=2e-4)


@pytest.mark.parametrize("kind", ["flac", "wav", "ape", "wv", "tta", "alac"])
def test_a_late_track_needs_no_decoding_from_the_beginning(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    decoded = cutting._decoded

    def counted(container: Any, stream: Any) -> Iterator[Any]:
        for frame in decoded(container, stream):
            heard.append(frame.samples)
            yield frame

    monkeypatch.setattr(cutting, "_decoded", counted)
    decode(Source(str(_album(tmp_path, kind)), 12.0))
    assert sum(heard) <= 3.5 * RATE


def test_damage_before_a_track_does_not_move_it(tmp_path: Path) -> None:
    album = _album(tmp_path, "flac")
    start, end = TRACKS[2]
    whole = decode(Source(str(album), start, end)).samples
    content = bytearray(album.read_bytes())
    content[20_000:30_000] = bytes(10_000)
    album.write_bytes(content)
    np.testing.assert_array_equal(decode(Source(str(album), start, end)).samples, whole)


def test_a_part_of_a_part_stays_inside(tmp_path: Path) -> None:
    track = Source("a.flac", 100.0, 160.0)
    assert track.part(10, 20) == Source("a.flac", 110.0, 120.0)
    assert track.part(50, 90) == Source("a.flac", 150.0, 160.0)
    assert Source("a.flac").part(5).is_whole is False


def test_content_ids_are_of_the_files_content_and_the_place(tmp_path: Path) -> None:
    album = _album(tmp_path, "flac")
    copy = tmp_path / "copy.flac"
    copy.write_bytes(album.read_bytes())
    ids = [Source(str(p), *span).content_id() for p in (album, copy) for span in TRACKS]
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    assert ids[1] == track_id(Source(str(album)).content_id(), *TRACKS[1])


def test_browsers_get_the_track_only(tmp_path: Path) -> None:
    album = _album(tmp_path, "flac")
    transcode(Source(str(album), *TRACKS[1]), tmp_path / "track.ogg")
    assert decode(tmp_path / "track.ogg").duration_s == pytest.approx(401 / 75, abs=0.01)


def test_a_stream_may_change_its_form_in_the_middle(tmp_path: Path) -> None:
    first = write_audio(tmp_path / "a.mp3", melody(3), 44_100)
    second = write_audio(tmp_path / "b.mp3", melody(2, 48_000), 48_000, channels=2)
    joined = tmp_path / "c.mp3"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    transcode(joined, tmp_path / "c.ogg")
    assert decode(tmp_path / "c.ogg").duration_s == pytest.approx(5, abs=0.2)
    assert decode(joined).duration_s == pytest.approx(5, abs=0.2)


def test_a_stream_that_begins_in_the_middle_ends_nothing() -> None:
    class Announcing:
        """Stands for an FLV file: PyAV stumbles over packets of streams that it did not know."""

        def __init__(self) -> None:
            self.left = ["one", IndexError(), "two", IndexError(), "three"]

        def demux(self, stream: object) -> Iterator[str]:
            while self.left:
                packet = self.left.pop(0)
                if isinstance(packet, IndexError):
                    raise packet
                yield packet

    assert list(cutting._packets(Announcing(), cast(AudioStream, None))) == ["one", "two", "three"]
