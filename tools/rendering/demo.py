"""What the demo collection holds: which melody, on what, in which style."""

from __future__ import annotations

from pathlib import Path

from tools.notation.parser import read_melody
from tools.notation.score import Melody
from tools.rendering.styles import DEMO_STYLES
from tools.rendering.takes import Rendered, Take, render_all, write_metadata, write_sections

MELODIES = Path(__file__).resolve().parent.parent / "notation" / "melodies"
BIT_RATE = 32_000

# Title: instrument and style of each recording.  The first line is the paper's T2 (one
# melody, two erhu styles at one tempo, one of them accompanied), the next two its T3.
_PLAN: dict[str, tuple[tuple[str, str], ...]] = {
    "Guang Ming Xing": (("Erhu", "plain"), ("Erhu", "ensemble"), ("Bamboo Flute", "bright")),
    "Xi Yang Xiao Gu": (("Pipa", "plain"),),
    "Chu Shui Lian": (("Zheng", "hall"),),
    "Mo Li Hua": (
        ("Bamboo Flute", "plain"),
        ("Erhu", "rubato"),
        ("Zheng", "gentle"),
        ("Pipa", "ensemble"),
    ),
    "Zi Zhu Diao": (("Bamboo Flute", "bright"), ("Pipa", "brisk"), ("Zheng", "ensemble")),
    "Liang Xiao": (("Erhu", "gentle"), ("Bamboo Flute", "hall")),
    "San Liu": (("Pipa", "teahouse"), ("Zheng", "bright")),
    "Xing Jie": (("Bamboo Flute", "teahouse"), ("Erhu", "ornate")),
    "Huan Le Ge": (("Pipa", "bright"),),
    "Feng Yang Hua Gu": (("Pipa", "brisk"), ("Zheng", "plain")),
    "Cai Cha Deng": (("Bamboo Flute", "brisk"), ("Pipa", "ornate")),
    "Lan Hua Hua": (("Erhu", "drone"),),
    "Xiao Bai Cai": (("Erhu", "hall"),),
    "Meng Jiang Nu": (("Zheng", "ornate"), ("Pipa", "gentle")),
    "Yang Guan San Die": (("Zheng", "rubato"),),
    "Er Quan Yin": (("Erhu", "drone"),),
    "Xiao Fang Niu": (("Bamboo Flute", "ornate"),),
}


def read_melodies(group: str) -> dict[str, Melody]:
    """Read the melodies of a group (``demo``, ``training`` or ``evaluation``) by title."""
    melodies = [read_melody(path) for path in sorted((MELODIES / group).glob("*.txt"))]
    return {melody.title: melody for melody in melodies}


def demo_takes() -> list[Take]:
    """Every recording of the demo collection, in the order of its metadata."""
    melodies = read_melodies("demo")
    return [
        Take(melodies[title], melodies[title].form, instrument, DEMO_STYLES[style])
        for title, versions in _PLAN.items()
        for instrument, style in versions
    ]


def render_demo(folder: Path) -> list[Rendered]:
    """Render ``recordings/``, ``metadata.csv`` and ``sections.csv`` below `folder`."""
    takes = demo_takes()
    rendered = render_all(takes, folder / "recordings", BIT_RATE)
    write_metadata(folder / "metadata.csv", takes)
    write_sections(folder / "sections.csv", rendered)
    return rendered
