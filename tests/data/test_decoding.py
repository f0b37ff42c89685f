from __future__ import annotations

from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from data.decoding import (
    AUDIO_SUFFIXES,
    SAMPLE_RATE,
    VIDEO_SUFFIXES,
    UnreadableAudio,
    decode,
)
from data.tags import read_tags
from tests.making import CODECS, FILMS, melody, write_audio, write_film
from tests.monkey import write_ape
from tests.old_formats import write_dff, write_shn


@pytest.mark.parametrize("suffix", sorted(CODECS))
def test_every_format_decodes_to_the_same_music(tmp_path: Path, suffix: str) -> None:
    rate = 48_000 if suffix == ".opus" else 44_100
    sound = melody(12, rate)
    decoded = decode(write_audio(tmp_path / f"a{suffix}", sound, rate, channels=2))
    assert suffix in AUDIO_SUFFIXES
    assert decoded.samples.dtype == np.float32
    assert decoded.duration_s == pytest.approx(12, abs=0.1)
    assert (decoded.source_rate, decoded.channels, decoded.notes) == (rate, 2, ())
    original = decode(write_audio(tmp_path / "b.wav", sound, rate)).samples
    pairs = [np.abs(np.fft.rfft(x[:230_000]))[:60_000] for x in (decoded.samples, original)]
    similarity = np.dot(*pairs) / np.linalg.norm(pairs[0]) / np.linalg.norm(pairs[1])
    assert similarity > 0.98


def test_monkeys_audio_and_apple_lossless_are_read(tmp_path: Path) -> None:
    sound = melody(4, 16_000)
    original = decode(write_audio(tmp_path / "a.wav", sound, 16_000)).samples
    for path in (
        write_ape(tmp_path / "a.ape", sound, 16_000),
        write_audio(tmp_path / "a.m4a", sound, 16_000, codec="alac"),
    ):
        decoded = decode(path)
        assert decoded.codec == path.suffix[1:].replace("m4a", "alac")
        np.testing.assert_allclose(decoded.samples, original, atol=1e-4)


def test_formats_of_old_collections_are_read(tmp_path: Path) -> None:
    sound = melody(2)
    original = decode(write_audio(tmp_path / "a.wav", sound)).samples
    shorten = decode(write_shn(tmp_path / "a.shn", sound, 44_100))
    assert (shorten.codec, shorten.source_rate, shorten.notes) == ("shorten", 44_100, ())
    np.testing.assert_allclose(shorten.samples, original, atol=1e-4)
    dsd = decode(write_dff(tmp_path / "a.dff", sound))
    assert (dsd.codec, dsd.source_rate) == ("dsd_msbf", 352_800)
    assert _likeness(dsd.samples, original) > 0.98
    for suffix in (".ra", ".amr"):
        speech = decode(write_audio(tmp_path / f"a{suffix}", melody(22, 8_000), 8_000))
        assert speech.notes == ("sampled at 8 kHz: nothing above 4 kHz",)
        assert _likeness(speech.samples, original) > 0.95
    assert {".shn", ".dff", ".ra", ".rm", ".rmvb", ".amr", ".spx"} <= AUDIO_SUFFIXES


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Cosine of the magnitudes below 3 kHz."""
    length = min(len(one), len(other))
    pair = [np.abs(np.fft.rfft(x[:length]))[: int(0.15 * length)] for x in (one, other)]
    return float(np.dot(*pair) / np.linalg.norm(pair[0]) / np.linalg.norm(pair[1]))


@pytest.mark.parametrize("suffix", sorted(FILMS))
def test_the_sound_of_a_film_is_its_music(tmp_path: Path, suffix: str) -> None:
    decoded = decode(write_film(tmp_path / f"a{suffix}", melody(12, 48_000)))
    assert decoded.duration_s == pytest.approx(12, abs=0.1)
    assert (decoded.channels, decoded.notes) == (2, ())
    assert suffix in VIDEO_SUFFIXES <= AUDIO_SUFFIXES
    with pytest.raises(UnreadableAudio, match="a video without sound"):
        decode(write_film(tmp_path / f"b{suffix}", None))


def test_a_picture_on_the_cover_is_no_film(tmp_path: Path) -> None:
    sound = write_audio(tmp_path / "a.flac", melody(3))
    with av.open(str(sound)) as source, av.open(str(tmp_path / "b.m4a"), "w", "mp4") as out:
        cover = cast(VideoStream, out.add_stream("mjpeg", rate=1))
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        audio = out.add_stream_from_template(source.streams.audio[0])
        picture = VideoFrame(64, 48, "yuvj420p")
        out.mux([*cover.encode(picture), *cover.encode(None)])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = audio
                out.mux(packet)
    assert decode(tmp_path / "b.m4a").duration_s == pytest.approx(3, abs=0.01)


def test_a_sine_keeps_pitch_and_level(tmp_path: Path) -> None:
    time = np.arange(5 * 44_100) / 44_100
    sine = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    samples = decode(write_audio(tmp_path / "a.flac", sine)).samples
    spectrum = np.abs(np.fft.rfft(samples[: 4 * SAMPLE_RATE]))
    assert np.argmax(spectrum) / 4 == pytest.approx(440, abs=0.25)
    assert samples[1000:-1000].max() == pytest.approx(0.5, abs=0.01)


def test_stereo_is_the_mean_of_both_channels(tmp_path: Path) -> None:
    left = melody(3)
    samples = decode(
        write_audio(tmp_path / "a.wav", np.stack([left, 0 * left]), channels=2)
    ).samples
    alone = decode(write_audio(tmp_path / "b.wav", left)).samples
    np.testing.assert_allclose(samples, alone / 2, atol=1e-3)


def test_opposite_full_scale_channels_never_clip(tmp_path: Path) -> None:
    loud = np.sign(melody(3)) * 0.99
    samples = decode(write_audio(tmp_path / "a.wav", loud.astype(np.float32), channels=6)).samples
    assert np.abs(samples).mean() <= 1.0


@pytest.mark.parametrize(
    ("rate", "channels", "remark"),
    [
        (8_000, 1, "sampled at 8 kHz: nothing above 4 kHz"),
        (192_000, 2, "sampled at 192 kHz: reduced to 20 kHz, nothing above 10 kHz is used"),
        (44_100, 6, "6 channels were mixed to mono"),
    ],
)
def test_unusual_sound_is_decoded_with_a_remark(
    tmp_path: Path, rate: int, channels: int, remark: str
) -> None:
    decoded = decode(write_audio(tmp_path / "a.wav", melody(3, rate), rate, channels))
    assert decoded.duration_s == pytest.approx(3, abs=0.01)
    assert decoded.notes == (remark,)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_a_truncated_file_keeps_what_is_there(tmp_path: Path, suffix: str) -> None:
    path = write_audio(tmp_path / f"a{suffix}", melody(20))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    decoded = decode(path)
    assert 8 < decoded.duration_s < 16
    (note,) = decoded.notes
    assert note.startswith("truncated")
    assert f"{decoded.duration_s:.0f} s" in note


def test_a_damaged_middle_is_left_out_with_a_remark(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.flac", melody(20))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 9000] = bytes(9000)
    path.write_bytes(content)
    decoded = decode(path)
    assert decoded.duration_s > 15
    assert decoded.notes


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp3", b"", "empty"),
        ("text.mp3", b"This is a letter, not a song.\n" * 200, "no readable audio"),
        ("noise.ogg", bytes(range(256)) * 300, "no readable audio"),
        ("header.flac", b"fLaC", "no readable audio"),
        ("list.mp3", b"ffconcat version 1.0\nfile other.wav\n", "no readable audio"),
        ("list.wav", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.wav\n", "no readable"),
    ],
)
def test_what_is_no_audio_says_so(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    write_audio(tmp_path / "other.wav", melody(1))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableAudio, match=reason) as caught:
        decode(tmp_path / name)
    assert str(caught.value).startswith(name)
    assert str(caught.value).count("\n") == 0


def test_damage_anywhere_never_escapes_as_another_error(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for suffix in (".ogg", ".mp3", ".flac", ".m4a", ".opus", ".wav"):
        rate = 48_000
        whole = write_audio(tmp_path / f"a{suffix}", melody(2, rate), rate).read_bytes()
        for _ in range(20):
            content = bytearray(whole[: random.integers(1, len(whole) + 1)])
            for place in random.integers(0, len(content), 30):
                content[place] = random.integers(0, 256)
            path = tmp_path / f"b{suffix}"
            path.write_bytes(content)
            try:
                decoded = decode(path)
            except UnreadableAudio:
                continue
            assert np.isfinite(decoded.samples).all()


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableAudio, match="cannot be opened: No such file"):
        decode(tmp_path / "none.ogg")


def test_tags_are_read_whatever_their_container(tmp_path: Path) -> None:
    tags = {"title": "茉莉花", "artist": "Flute A"}
    for suffix in (".ogg", ".mp3", ".flac", ".m4a", ".opus"):
        path = write_audio(tmp_path / f"a{suffix}", melody(1, 48_000), 48_000, tags=tags)
        assert read_tags(path).fields == {"title": "茉莉花", "performer": "Flute A"}


def test_a_guessed_duration_is_no_reason_for_a_remark(tmp_path: Path) -> None:
    # Without its first frame, which counts the others, an MP3 of silence then music looks
    # many times longer or shorter than it is.
    path = write_audio(tmp_path / "a.mp3", melody(5))
    content = path.read_bytes()
    second = content.index(b"\xff\xfb", content.index(b"\xff\xfb") + 100)
    path.write_bytes(content[second:])
    assert decode(path).notes == ()
