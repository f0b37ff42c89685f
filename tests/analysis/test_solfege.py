"""Names of pitches with a movable do."""

from __future__ import annotations

import pytest

from analysis.solfege import DEGREES, cents_off, pitch_name, read_pitch_name
from data.scales import read_scale_notes


def test_the_demo_scales_names_are_those_of_d_major() -> None:
    steps = (0, 2, 4, 5, 7, 9, 11)
    expected = [62 + 12 * octave + step for octave in (0, 1) for step in steps][:12]
    names = list(dict.fromkeys(note.pitch for note in read_scale_notes()))
    assert [pitch_name(pitch, 2) for pitch in expected] == names


@pytest.mark.parametrize("tonic", range(12))
def test_the_octave_begins_at_do_and_every_name_is_read_back(tonic: int) -> None:
    names = [pitch_name(60 + tonic + step, tonic) for step in range(12)]
    assert names == [f"{degree}4" for degree in DEGREES]
    assert pitch_name(59 + tonic, tonic) == "Ti3"
    assert pitch_name(72 + tonic, tonic) == "Do5"
    assert [read_pitch_name(name) for name in names] == names


@pytest.mark.parametrize("tonic", range(12))
def test_fa_and_ti_are_never_called_out_of_tune(tonic: int) -> None:
    do = 60 + tonic
    for off in (-0.49, -0.2, 0.0, 0.2, 0.49):
        for step in (5, 6, 10, 11):  # from half a tone below to half a tone above
            assert cents_off(do + step + off, tonic) is None
        for step in (0, 2, 4, 7, 9):
            assert cents_off(do + step + off, tonic) == round(100 * off)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("la4", "La4"),
        (" Sol5 ", "So5"),
        ("bsi3", "♭Ti3"),
        ("#fa4", "♯Fa4"),
        ("A4", None),
        ("La", None),
        ("La44", None),
        ("", None),
        ("4La", None),
    ],
)
def test_what_somebody_typed(text: str, name: str | None) -> None:
    assert read_pitch_name(text) == name
