"""When notes sound: layout of a form, tempo map, MIDI file; and the finished sound's level."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest

from tools.notation.parser import parse, parse_form
from tools.notation.score import Melody
from tools.rendering.corpus import corpus_melodies, corpus_styles, draw_takes
from tools.rendering.demo import demo_takes
from tools.rendering.instruments import INSTRUMENTS
from tools.rendering.midi import MidiTrack
from tools.rendering.performance import perform
from tools.rendering.scales import PITCHES, VELOCITIES
from tools.rendering.styles import DEMO_STYLES, Style
from tools.rendering.synthesis import SAMPLE_RATE, finish, limit
from tools.rendering.timing import LEAD_IN_S, TempoMap, lay_out

MECHANICAL = Style(
    "Mechanical", vibrato_cents=0, slide=0, ornament=0, tremolo=0, jitter_s=0, legato=1.0
)


@pytest.fixture
def melody() -> Melody:
    return parse(
        "title: T\norigin: O\nkey: 1=D4\nmode: gong\ntempo: 120\nmeter: 2/4\n"
        "form: A B A:fast\n[A]\n1 2_ 3_ | 5 - |\n[B]\n6_ 0_ 5 | 1. 2_ |\n"
    )


def note_starts(midi: bytes, channels: set[int] | None = None) -> list[tuple[float, int]]:
    """Seconds and key of every note of a format 0 file."""
    division = struct.unpack(">H", midi[12:14])[0]
    position, tick, found = 22, 0, []
    while position < len(midi):
        delta = 0
        while True:
            byte = midi[position]
            position += 1
            delta = delta << 7 | byte & 127
            if byte < 128:
                break
        tick += delta
        status = midi[position]
        if status in (0xF0, 0xFF):
            position += 1 if status == 0xF0 else 2
            position += 1 + midi[position]
            continue
        if status >> 4 == 9 and (channels is None or status & 15 in channels):
            found.append((tick / division / 2, midi[position + 1]))
        position += 2 if status >> 4 == 0xC else 3
    return found


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_notes_sound_when_the_notation_says(melody: Melody, instrument: str):
    chosen = replace(INSTRUMENTS[instrument], chord=0.0)
    played = perform(melody, melody.form, chosen, MECHANICAL, seed=1)
    notes = note_starts(played.midi)
    beats = [0, 1, 1.5, 2, 4, 5, 6, 7.5]
    expected = beats + [8 + beat / 1.5 for beat in (0, 1, 1.5, 2)]
    seconds_per_beat = 0.5
    np.testing.assert_allclose(
        [at - LEAD_IN_S for at, _ in notes], np.array(expected) * seconds_per_beat, atol=0.002
    )
    keys = np.array([key for _, key in notes])
    assert (np.diff(keys)[:4] == [2, 2, 3, 2]).all()


def test_sections_are_where_the_form_puts_them(melody: Melody):
    played = perform(melody, melody.form, INSTRUMENTS["Erhu"], MECHANICAL, seed=1)
    assert [section.label for section in played.sections] == ["A", "B", "A fast"]
    starts = [section.start_s - LEAD_IN_S for section in played.sections]
    np.testing.assert_allclose(starts, [0, 2, 4], atol=1e-6)
    assert played.sections[-1].end_s == pytest.approx(LEAD_IN_S + 4 + 2 / 1.5)
    assert played.duration_s > played.sections[-1].end_s


def test_rubato_moves_time_but_never_backwards(melody: Melody):
    _, spans = lay_out(melody, melody.form * 4)
    tempo = TempoMap(spans, 60, 1.0, np.random.default_rng(2))
    seconds = np.array([tempo.seconds(beat) for beat in np.arange(0, 48, 0.5)])
    steps = np.diff(seconds)
    assert steps.min() > 0
    assert steps.max() / steps.min() > 1.3


@pytest.mark.parametrize(
    ("modifier", "count"), [("sparse", 2), ("running", 14), ("high", 4), ("soft", 4)]
)
def test_modifiers_keep_the_length_in_beats(melody: Melody, modifier: str, count: int):
    form = parse_form(f"A:{modifier}", source="t", sections=frozenset("AB"))
    notes, spans = lay_out(melody, form)
    assert spans[0].end_beat == 4
    assert len(notes) == count  # running: notes of 1 and 2 beats become 4 and 8 sixteenths


def test_accompaniment_is_on_channels_of_its_own_and_keeps_silent_when_asked(melody: Melody):
    accompanied = replace(MECHANICAL, accompaniment=("dulcimer", "bass", "percussion"))
    form = parse_form("A B:solo A", source="t", sections=frozenset("AB"))
    played = perform(melody, form, INSTRUMENTS["Erhu"], accompanied, seed=1)
    others = note_starts(played.midi, {9, 10, 11})
    assert len(others) > 10
    silent = [at for at, _ in others if LEAD_IN_S + 2.1 < at < LEAD_IN_S + 3.9]
    assert silent == []


def test_the_same_take_is_the_same_midi(melody: Melody):
    style = DEMO_STYLES["ornate"]
    first = perform(melody, melody.form, INSTRUMENTS["Zheng"], style, seed=5)
    assert first.midi == perform(melody, melody.form, INSTRUMENTS["Zheng"], style, seed=5).midi
    assert first.midi != perform(melody, melody.form, INSTRUMENTS["Zheng"], style, seed=6).midi


def test_a_midi_file_ends_when_asked():
    track = MidiTrack()
    track.setup(0, 77, 100, 0)
    track.note(0, 69, 100, 0.5, 1.0)
    assert note_starts(track.to_bytes(2.0)) == [(0.5, 69)]


def test_finishing_sets_loudness_without_clipping():
    time = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    samples = 0.01 * np.sin(2 * np.pi * 440 * time) * (1 + 20 * (time % 1 < 0.01))
    style = replace(MECHANICAL, loudness_db=-18)
    finished = finish(samples.astype(np.float32), style, 4.0, seed=1)
    assert finished.dtype == np.float32
    assert len(finished) == 4 * SAMPLE_RATE
    assert np.abs(finished).max() < 0.85
    assert abs(finished[-1]) < 1e-6
    rms_db = 10 * np.log10(np.mean(finished[SAMPLE_RATE : 2 * SAMPLE_RATE] ** 2))
    assert -23 < rms_db < -15


def test_the_limiter_leaves_soft_sound_alone():
    samples = 0.3 * np.sin(np.arange(SAMPLE_RATE) / 20)
    np.testing.assert_allclose(limit(samples), samples)


def test_the_demo_holds_the_papers_cases():
    takes = demo_takes()
    erhu = [t for t in takes if t.melody.title == "Guang Ming Xing" and t.instrument == "Erhu"]
    assert len({take.style.tempo for take in erhu}) == 1
    assert sorted(bool(take.style.accompaniment) for take in erhu) == [False, True]
    assert len(takes) >= 28
    assert len({take.path for take in takes}) == len(takes)
    assert len({take.melody.title for take in takes}) >= 14
    styles = [take.style.name for take in takes]
    assert len(set(styles)) >= 8
    assert min(styles.count(name) for name in styles) >= 2
    assert len({take.instrument for take in takes}) == 4


def test_the_scales_pitches_and_levels():
    names = ["Do4", "Re4", "Mi4", "Fa4", "So4", "La4", "Ti4", "Do5"]
    assert [name for name, _ in PITCHES[:8]] == names
    assert PITCHES[-1] == ("So5", 81)
    # The soundfont's velocity law is 40 dB a decade.
    assert np.diff(40 * np.log10(VELOCITIES)).min() >= 6


def test_a_piece_of_the_repertoire_has_one_instrument_and_one_key():
    melodies, styles = corpus_melodies("repertoire", 1), corpus_styles("repertoire", 1)
    takes = draw_takes(melodies, styles, 2.0, seed=1, one_instrument=True)
    played = {(take.melody.title, take.instrument) for take in takes}
    assert len(played) == len({title for title, _ in played}) < len(takes)
    assert len({instrument for _, instrument in played}) == 4
    assert {take.style.transpose for take in takes} == {0}


@pytest.mark.parametrize("kind", ["evaluation", "repertoire"])
def test_training_and_evaluation_share_nothing(kind):
    def names(kind: str) -> tuple[set[str], set[str]]:
        melodies, styles = corpus_melodies(kind, 1), corpus_styles(kind, 1)
        return {melody.title for melody in melodies}, {style.name for style in styles}

    (melodies, styles), (other_melodies, other_styles) = names("training"), names(kind)
    assert len(melodies) >= 40
    assert len(styles) >= 16
    assert not melodies & other_melodies
    assert not styles & other_styles
    assert not other_melodies & {take.melody.title for take in demo_takes()}


def test_a_corpus_is_as_long_as_asked_and_never_repeats_itself():
    takes = draw_takes(corpus_melodies("training", 1), corpus_styles("training", 1), 1.0, seed=2)
    assert 16 <= len(takes) <= 45
    assert len({take.path for take in takes}) == len(takes)
