"""Numbered notation: what is read, and what is said about mistakes."""

from __future__ import annotations

import pytest

from tools.notation.generate import FINALS, generate_melody
from tools.notation.parser import NotationError, parse
from tools.notation.score import Melody, Part
from tools.rendering.demo import MELODIES, read_melodies

HEADER = "title: T\norigin: O\nkey: 1=D4\nmode: gong\ntempo: 60\nmeter: {meter}\n{more}\n"


def melody(body: str, meter: str = "2/4", more: str = "") -> Melody:
    return parse(HEADER.format(meter=meter, more=more) + body, source="t.txt")


def pitches_and_beats(body: str, meter: str = "free") -> list[tuple[int | None, float]]:
    return [(note.pitch, note.beats) for note in melody(body, meter).sections["A"]]


def test_degrees_octaves_and_accidentals_are_pitches():
    read = pitches_and_beats("[A]\n1 2 3 4 5 6 7 1' 5, #4 b7 1'' 0")
    pitches = [pitch for pitch, _ in read]
    assert pitches == [62, 64, 66, 67, 69, 71, 73, 74, 57, 68, 72, 86, None]


@pytest.mark.parametrize(
    ("text", "beats"),
    [("1", 1), ("1_", 0.5), ("1=", 0.25), ("1=_", 0.125), ("1.", 1.5), ("1_.", 0.75), ("1 - -", 3)],
)
def test_underlines_dots_and_dashes_are_durations(text: str, beats: float):
    assert pitches_and_beats(f"[A]\n{text}") == [(62, beats)]


def test_a_tie_joins_notes_across_a_bar_line():
    assert pitches_and_beats("[A]\n2 1~ | 1 3 |", "2/4") == [(64, 1), (62, 2), (66, 1)]


def test_sections_form_and_comments():
    read = melody("[A]\n1 2 |  % a comment\n[B]\n3 4 |", more="form: A B A:fast+soft")
    assert list(read.sections) == ["A", "B"]
    assert read.form == (Part("A"), Part("B"), Part("A", ("fast", "soft")))
    assert read.form[2].label == "A fast soft"
    assert read.beats_per_bar == 2


def test_without_a_form_the_sections_are_played_as_written():
    assert melody("[A]\n1 2 |\n[B]\n3 4 |").form == (Part("A"), Part("B"))


@pytest.mark.parametrize(
    ("body", "line", "column", "words"),
    [
        ("[A]\n1 2 | 3 8 |", 9, 9, "'8' is no note"),
        ("[A]\n1 2 | 1 2 3 | 1 2 |", 9, 13, "3 beats long, not 2"),
        ("[A]\n1 2 | 3 | 1 2 |", 9, 9, "1 beats long, not 2"),
        ("[A]\n- 1 |", 9, 1, "no note before it"),
        ("[A]\n1 2~ | 3 4 |", 9, 8, "two different pitches"),
        ("[A]\n1 2~ |", 9, 6, "leads to nothing"),
        ("[A]\n0 - |", 9, 5, "holds no note"),
        ("[A", 8, 1, "such as [A]"),
        ("[A]\n1 2 |\n[A]\n1 2 |", 10, 2, "a second time"),
    ],
)
def test_mistakes_are_named_with_line_and_column(body: str, line: int, column: int, words: str):
    with pytest.raises(NotationError) as caught:
        melody(body)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"t.txt, line {line}, column {column}: ")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("key: 1=H4", "not of the form 1=D4"),
        ("mode: blues", "none of gong"),
        ("tempo: quick", "no number from 20"),
        ("meter: 2+2", "neither like 2/4"),
        ("form: A C", "section C, which does not exist"),
        ("form: A:loudly", "'loudly' is none of"),
    ],
)
def test_mistakes_in_the_header(changed: str, words: str):
    name = changed.split(":")[0]
    lines = [line for line in HEADER.format(meter="2/4", more="").splitlines() if line]
    text = "\n".join([line for line in lines if not line.startswith(name)] + [changed])
    with pytest.raises(NotationError) as caught:
        parse(text + "\n[A]\n1 2 |")
    assert words in str(caught.value)


def test_a_missing_header_line_is_named():
    with pytest.raises(NotationError, match="no 'key:' line"):
        parse("title: T\norigin: O\n[A]\n1 2 |")


def test_every_melody_file_is_read_and_no_title_stands_twice():
    groups = [read_melodies(group) for group in ("demo", "training", "evaluation")]
    files = list(MELODIES.rglob("*.txt"))
    assert len(set().union(*groups)) == len(files) == sum(map(len, groups))
    assert len(groups[0]) >= 14


@pytest.mark.parametrize("number", range(8))
def test_generated_melodies_end_on_the_final_of_their_mode(number: int):
    text = generate_melody(f"T{number}", seed=3)
    generated = parse(text)
    assert text == generate_melody(f"T{number}", seed=3)
    assert text != generate_melody(f"T{number}", seed=4)
    for section in generated.sections.values():
        assert section[-1].degree == FINALS[generated.mode]
        assert {note.degree for note in section} <= {1, 2, 3, 5, 6}
        assert sum(note.beats for note in section) == 32
