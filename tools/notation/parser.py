"""Read numbered notation (jianpu) from text.

A file has a header of ``name: value`` lines, then sections::

    title: Mo Li Hua
    origin: Jiangsu folk song
    key: 1=D4
    mode: zhi
    tempo: 66
    meter: 2/4
    form: A B A:fast+soft

    [A]
    3 3_ 5_ | 6_ 1'_ 1'_ 6_ | 5 5_ 6_ | 5 - |     % from a percent sign on: a comment

Conventions
-----------
* ``1`` to ``7`` are the degrees of the scale, ``0`` is a rest; ``#`` and ``b`` before the
  digit raise or lower it by a semitone.
* ``'`` after the digit is an octave up, ``,`` an octave down (the dots of printed jianpu).
* A bare digit is a quarter note; ``_`` is one underline (half as long), ``=`` two
  underlines (a quarter as long); ``.`` makes it longer by half.
* ``-`` on its own makes the note before it a quarter note longer; ``~`` at the end of a
  note ties it to the next one, which must have the same pitch.
* ``|`` ends a bar.  Bars must be as long as the metre says; the first and the last bar of
  a section may be shorter.  ``meter: free`` switches that off.
* ``form`` names the sections in playing order, each with modifiers after a colon
  (:data:`tools.notation.score.MODIFIERS`); without it they are played once, as written.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path

from errors import UserError
from tools.notation.score import MODIFIERS, Melody, Note, Part

REQUIRED = ("title", "origin", "key", "mode", "tempo", "meter")
MODES = ("gong", "shang", "jue", "zhi", "yu")
_SEMITONES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11}
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NOTE = re.compile(
    r"(?P<accidental>[#b]?)(?P<degree>[0-7])(?P<octave>'*|,*)(?P<length>[_=]*)(?P<dots>\.{0,2})(?P<tie>~?)$"
)
_KEY = re.compile(r"1\s*=\s*([A-G])([#b]?)([2-6])$")


class NotationError(UserError):
    """Text that is no numbered notation; the message names file, line and column."""

    def __init__(self, source: str, line: int, column: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}, column {column}: {problem}")
        self.line = line
        self.column = column


def read_melody(path: Path) -> Melody:
    """Read one melody file (UTF-8); see :func:`parse` for errors."""
    return parse(path.read_text(encoding="utf-8"), source=path.name)


def parse(text: str, source: str = "notation") -> Melody:
    """Parse a melody.

    Parameters
    ----------
    text : str
        The whole file.
    source : str
        Name used in messages.

    Raises
    ------
    NotationError
        If a line cannot be read, a bar has the wrong length, or the form names an unknown
        section; with line and column, both counted from 1.
    """
    header: dict[str, tuple[str, int, int]] = {}
    lines: dict[str, list[tuple[int, str]]] = {}
    current: list[tuple[int, str]] | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split("%", 1)[0].rstrip()
        if not line.strip():
            continue
        if line.startswith("["):
            current = lines.setdefault(_section_name(line, source, number, lines), [])
        elif current is None:
            name, value, column = _header_line(line, source, number)
            header[name] = (value, number, column)
        else:
            current.append((number, line))
    return _assemble(header, lines, source)


def _section_name(line: str, source: str, number: int, known: Collection[str]) -> str:
    match = re.fullmatch(r"\[(\w+)\]", line)
    if not match:
        raise NotationError(source, number, 1, "a section starts with its name, such as [A]")
    if match[1] in known:
        raise NotationError(source, number, 2, f"section {match[1]} stands here a second time")
    return match[1]


def _header_line(line: str, source: str, number: int) -> tuple[str, str, int]:
    name, colon, value = line.partition(":")
    if not colon or not value.strip():
        raise NotationError(source, number, 1, "expected 'name: value' before the first section")
    column = len(name) + 2 + len(value) - len(value.lstrip())
    return name.strip().lower(), value.strip(), column


def _assemble(
    header: dict[str, tuple[str, int, int]], lines: dict[str, list[tuple[int, str]]], source: str
) -> Melody:
    for name in REQUIRED:
        if name not in header:
            raise NotationError(source, 1, 1, f"the header has no '{name}:' line")
    if not lines:
        raise NotationError(source, 1, 1, "there is no section; one starts with [A]")
    tonic = _tonic(*header["key"], source)
    beats_per_bar = _beats_per_bar(*header["meter"], source)
    mode, line, column = header["mode"]
    if mode not in MODES:
        raise NotationError(source, line, column, f"mode '{mode}' is none of {', '.join(MODES)}")
    tempo, line, column = header["tempo"]
    if not re.fullmatch(r"\d+(\.\d+)?", tempo) or not 20 <= float(tempo) <= 300:
        raise NotationError(source, line, column, f"tempo '{tempo}' is no number from 20 to 300")
    sections = {
        name: _Section(source, tonic, Fraction(beats_per_bar)).read(body)
        for name, body in lines.items()
    }
    if "form" in header:
        form = parse_form(*header["form"], source=source, sections=frozenset(sections))
    else:
        form = tuple(Part(name) for name in sections)
    return Melody(
        title=header["title"][0],
        origin=header["origin"][0],
        tonic=tonic,
        mode=mode,
        tempo=float(tempo),
        beats_per_bar=float(beats_per_bar),
        sections=sections,
        form=form,
    )


def _tonic(value: str, line: int, column: int, source: str) -> int:
    match = _KEY.match(value)
    if not match:
        raise NotationError(source, line, column, f"key '{value}' is not of the form 1=D4")
    return 12 * (int(match[3]) + 1) + _LETTERS[match[1]] + {"#": 1, "b": -1, "": 0}[match[2]]


def _beats_per_bar(value: str, line: int, column: int, source: str) -> Fraction:
    if value == "free":
        return Fraction(0)
    match = re.fullmatch(r"(\d+)/(2|4|8)", value)
    if not match:
        raise NotationError(source, line, column, f"meter '{value}' is neither like 2/4 nor 'free'")
    return Fraction(int(match[1]) * 4, int(match[2]))


def parse_form(
    value: str, line: int = 1, column: int = 1, *, source: str, sections: frozenset[str]
) -> tuple[Part, ...]:
    """Parse a form such as ``A B A:fast+soft`` into parts, checking every name."""
    parts = []
    for match in re.finditer(r"\S+", value):
        name, _, rest = match[0].partition(":")
        modifiers = tuple(rest.split("+")) if rest else ()
        place = (source, line, column + match.start())
        if name not in sections:
            raise NotationError(*place, f"the form names section {name}, which does not exist")
        for modifier in modifiers:
            if modifier not in MODIFIERS:
                known = ", ".join(sorted(MODIFIERS))
                raise NotationError(*place, f"modifier '{modifier}' is none of {known}")
        parts.append(Part(name, modifiers))
    return tuple(parts)


class _Section:
    """Reads the notes of one section, bar by bar."""

    def __init__(self, source: str, tonic: int, beats_per_bar: Fraction) -> None:
        self.source = source
        self.tonic = tonic
        self.beats_per_bar = beats_per_bar
        self.notes: list[Note] = []
        self.tied = False
        self.bar = Fraction(0)
        self.bars = 0
        self.pending_short_bar: tuple[int, int, str] | None = None

    def read(self, body: list[tuple[int, str]]) -> tuple[Note, ...]:
        line, column = body[0][0] if body else 1, 1
        for line, text in body:
            for match in re.finditer(r"\||[^\s|]+", text):
                column = match.start() + 1
                self._token(match[0], line, column)
        if self.tied:
            raise NotationError(self.source, line, column, "a tie leads to nothing")
        if self.bar > self.beats_per_bar > 0:
            raise NotationError(self.source, line, column, self._bar_problem())
        if not any(note.pitch is not None for note in self.notes):
            raise NotationError(self.source, line, column, "the section holds no note")
        return tuple(self.notes)

    def _token(self, token: str, line: int, column: int) -> None:
        if token == "|":
            self._end_bar(line, column)
            return
        if self.pending_short_bar and self.bars > 1:
            raise NotationError(self.source, *self.pending_short_bar)
        self.pending_short_bar = None
        if token == "-":
            self._extend(line, column)
            return
        match = _NOTE.match(token)
        if not match:
            raise NotationError(self.source, line, column, f"'{token}' is no note, rest, - or |")
        self._note(match, line, column)

    def _end_bar(self, line: int, column: int) -> None:
        self.bars += 1
        if self.beats_per_bar > 0:
            if self.bar > self.beats_per_bar or self.bar == 0:
                raise NotationError(self.source, line, column, self._bar_problem())
            if self.bar < self.beats_per_bar:
                self.pending_short_bar = (line, column, self._bar_problem())
        self.bar = Fraction(0)

    def _bar_problem(self) -> str:
        return f"the bar is {float(self.bar):g} beats long, not {float(self.beats_per_bar):g}"

    def _extend(self, line: int, column: int) -> None:
        if not self.notes:
            raise NotationError(self.source, line, column, "'-' has no note before it to extend")
        last = self.notes[-1]
        self.notes[-1] = Note(last.pitch, last.degree, last.beats + 1)
        self.bar += 1

    def _note(self, match: re.Match[str], line: int, column: int) -> None:
        degree = int(match["degree"])
        underlines = match["length"].count("_") + 2 * match["length"].count("=")
        beats = Fraction(1, 2**underlines) * (2 - Fraction(1, 2 ** len(match["dots"])))
        pitch = None
        if degree:
            octave = match["octave"].count("'") - match["octave"].count(",")
            shift = {"#": 1, "b": -1, "": 0}[match["accidental"]]
            pitch = self.tonic + _SEMITONES[degree] + 12 * octave + shift
        self.bar += beats
        if self.tied:
            last = self.notes[-1]
            if last.pitch != pitch:
                raise NotationError(self.source, line, column, "a tie joins two different pitches")
            self.notes[-1] = Note(pitch, degree, last.beats + float(beats))
        else:
            self.notes.append(Note(pitch, degree, float(beats)))
        self.tied = bool(match["tie"])
