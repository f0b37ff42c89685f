"""The pictures of ``report.html``: inline SVG, coloured by the page's own style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Figures = Mapping[str, Any]

#: Recordings whose structure is drawn.
SHOWN = 12
#: What the headline's bars stand for.
HEADLINE = {
    "instrument by recording": "instrument",
    "performer by recording": "performer",
    "piece by segment": "same piece (mAP)",
}
# Calm fills for sections of one name.
_FILLS = ("#9bb7c9", "#c9b89b", "#a9c2a0", "#c4a3b5", "#b5b2cc", "#cfc48f", "#9fc4bf", "#c7a79b")

_WIDTH = 1000


def headline_svg(spaces: Sequence[Figures]) -> str:
    """Horizontal bars of every space, one panel for each of three questions; chance dashed."""
    if all(space[key]["value"] is None for space in spaces for key in HEADLINE):
        return ""
    left, gap, line = 150, 24, 18
    wide = (_WIDTH - left - gap * len(HEADLINE)) / len(HEADLINE)
    height = 24 + line * len(spaces)
    parts = [
        f'<text x="{left - 8}" y="{37 + line * i}" text-anchor="end">{escape(space["name"])}</text>'
        for i, space in enumerate(spaces)
    ]
    for place, (key, name) in enumerate(HEADLINE.items()):
        x = left + place * (wide + gap)
        parts.append(f'<text class="soft" x="{x:.1f}" y="14">{escape(name)}</text>')
        for i, space in enumerate(spaces):
            value = space[key]["value"]
            if value is None:
                continue
            role = "learned" if space["name"] == "segment latents" else ""
            parts.append(
                f'<rect class="bar {role}" x="{x:.1f}" y="{26 + line * i}" rx="2" '
                f'width="{wide * value:.1f}" height="{line - 5}"><title>{escape(space["name"])}, '
                f"{escape(name)}: {value:.3f}</title></rect>"
            )
        chance = spaces[0][key].get("chance")
        if chance is not None:
            mark = x + wide * chance
            parts.append(_line(mark, 22, mark, height, "mark"))
    return _svg(height + 4, parts, "Bars of every space; chance is dashed")


def variance_svg(variance: Sequence[float]) -> str:
    """The variance of each dimension, the widest first."""
    order = sorted(range(len(variance)), key=lambda dim: -variance[dim])
    widest = max([*variance, 0.0]) or 1.0
    step = _WIDTH / max(len(order), 1)
    parts = []
    for place, dim in enumerate(order):
        tall = 70 * variance[dim] / widest
        middle = step * (place + 0.5)
        parts.append(
            f'<rect class="bar" x="{middle - 14:.1f}" y="{90 - tall:.1f}" width="28" rx="2" '
            f'height="{tall:.1f}"><title>dim-{dim}: {variance[dim]:.5f}</title></rect>'
            f'<text class="soft" x="{middle:.1f}" y="104" text-anchor="middle">dim-{dim}</text>'
        )
    title = '<text class="soft" x="0" y="12">variance of each dimension</text>'
    return _svg(110, [title, *parts], "Variance of each dimension")


def structure_svg(recordings: Sequence[Figures]) -> str:
    """Novelty, found and known boundaries and returns; recordings of known sections first."""
    first = sorted(recordings, key=lambda recording: not recording["sections"])[:SHOWN]
    if not first:
        return ""
    legend = (
        "<p class=remark>Area: novelty; red lines: boundaries found; dashed lines and coloured "
        "band: known sections; bars on one line below: a passage and its return.</p>"
    )
    return legend + "".join(_recording_svg(recording) for recording in first)


def _recording_svg(recording: Figures) -> str:
    per_second = _WIDTH / recording["duration_s"]
    name = " · ".join(recording[key] for key in ("title", "performer", "instrument"))
    curve = recording["novelty"]
    high = max([*curve, 1e-9])
    points = " ".join(
        f"{per_second * (recording['first_s'] + i):.1f},{74 - 44 * max(value, 0) / high:.1f}"
        for i, value in enumerate(curve)
    )
    start = per_second * recording["first_s"]
    end = per_second * (recording["first_s"] + len(curve) - 1)
    repeats = recording["repeats"][:5]
    parts = [
        f'<text x="0" y="12">{escape(name)}</text>',
        *_sections(recording["sections"], per_second),
        f'<polygon class="curve" points="{start:.1f},74 {points} {end:.1f},74"/>',
        *(_line(per_second * t, 28, per_second * t, 78, "found") for t in recording["boundaries"]),
    ]
    for row, repeat in enumerate(repeats):
        y, wide = 82 + 6 * row, per_second * repeat["duration"]
        a, b = per_second * repeat["start_a"], per_second * repeat["start_b"]
        parts += [
            _line(a, y + 2, b, y + 2, "return"),
            *(
                f'<rect class="repeat" x="{x:.1f}" y="{y}" width="{wide:.1f}" height="4" rx="2">'
                f"<title>cosine {repeat['similarity']:.3f}</title></rect>"
                for x in (a, b)
            ),
        ]
    return _svg(86 + 6 * len(repeats), parts, f"Structure of {name}")


def _sections(sections: Sequence[Sequence[Any]], per_second: float) -> list[str]:
    names = list(dict.fromkeys(str(label).split(" ")[0] for _, _, label in sections))
    parts = []
    for start, end, label in sections:
        fill = _FILLS[names.index(str(label).split(" ")[0]) % len(_FILLS)]
        x, wide = per_second * start, per_second * (end - start)
        parts += [
            f'<rect x="{x:.1f}" y="17" width="{wide:.1f}" height="11" fill="{fill}" '
            f'fill-opacity=".6"><title>{escape(str(label))}</title></rect>',
            f'<text x="{x + 3:.1f}" y="26" style="font-size:9px">'
            f"{escape(str(label)[: max(1, int(wide / 6))])}</text>",
            _line(x, 28, x, 76, "known"),
        ]
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
