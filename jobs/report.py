"""``report.html``: the figures of an evaluation as one page without outside parts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
       max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.remark { color: #666; font-size: .85rem; }
.bar { background: #eee; height: .7rem; min-width: 9rem; position: relative; }
.bar i { background: #0072b2; display: block; height: 100%; }
.bar b { background: #d55e00; position: absolute; top: -.2rem; bottom: -.2rem; width: 2px; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181a1b; } th, td { border-color: #444; }
  .bar { background: #333; } .remark { color: #999; }
}
"""


def report_html(figures: Mapping[str, Any]) -> str:
    """Lay the figures out.

    Parameters
    ----------
    figures : dict
        As :func:`jobs.evaluating.evaluate` returns them.

    Returns
    -------
    html : str
        A whole document; every text from the library is escaped.
    """
    parts = [
        "<h1>Evaluation of the latents</h1>",
        _facts(figures),
        "<h2>Whose segments are each other's neighbours?</h2>",
        "<p>Share of segments whose five nearest segments <em>of other recordings</em> have, by "
        "majority, the same label. The orange mark is chance: always guessing the commonest.</p>",
        *(_separability(name, rows) for name, rows in figures["separability"].items()),
        "<h2>Do clusters agree with the labels?</h2>",
        "<p>Ward clusters, as many as there are labels; the silhouette is that of the labels.</p>",
        _clusters(figures["clusters"]),
        "<h2>Is the map faithful?</h2>",
        _map(figures["map_faithfulness"]),
        "<h2>Dimensions</h2>",
        _dimensions(figures),
        "<h2>Notes of the recorded scales (T1)</h2>",
        "<p>The same question for 25 ms columns, with neighbours from other notes only.</p>",
        *_scales(figures["scales"]),
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Evaluation of the latents</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _facts(figures: Mapping[str, Any]) -> str:
    compared = figures["segments_compared"]
    sampled = "" if compared == figures["segments"] else f" ({compared:,} drawn at random compared)"
    return (
        f"<p>Encoder {escape(figures['encoder'])}, map {escape(figures['map'])}: "
        f"{figures['segments']:,} segments{sampled} of {figures['recordings']:,} recordings.</p>"
    )


def _separability(label: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    head = "<tr><th></th><th>accuracy</th><th></th><th>balanced</th><th>chance</th></tr>"
    lines = [
        f"<tr><td>{escape(space)}</td><td class=number>{_number(row['accuracy'])}</td>"
        f"<td>{_bar(row['accuracy'], row['chance'])}</td>"
        f"<td class=number>{_number(row['balanced_accuracy'])}</td>"
        f"<td class=number>{_number(row['chance'])}</td></tr>"
        for space, row in rows.items()
    ]
    first = next(iter(rows.values()))
    size = f"{first['segments']:,} of {first['labels']} labels. {first['remark']}"
    return (
        f"<h3>{escape(label.capitalize())}</h3><table>{head}{''.join(lines)}</table>"
        f"<p class=remark>{escape(size)}</p>"
    )


def _clusters(rows: Mapping[str, Mapping[str, Any]]) -> str:
    head = "<tr><th></th><th>ARI</th><th>NMI</th><th>silhouette</th><th></th></tr>"
    lines = [
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td class=number>{_number(row[key])}</td>" for key in _CLUSTER_KEYS)
        + f"<td class=remark>{escape(row['remark'])}</td></tr>"
        for name, row in rows.items()
    ]
    return f"<table>{head}{''.join(lines)}</table>"


_CLUSTER_KEYS = ("ari", "nmi", "silhouette")


def _map(row: Mapping[str, Any]) -> str:
    return (
        f"<p>{escape(row['method'])}: trustworthiness {_number(row['trustworthiness'], 4)}, "
        f"continuity {_number(row['continuity'], 4)} on {row['segments']:,} segments. "
        f"{escape(row['remark'])}</p>"
    )


def _dimensions(figures: Mapping[str, Any]) -> str:
    variance = figures["variance"]
    order = sorted(range(len(variance)), key=lambda dim: -variance[dim])
    widest = max(variance) or 1.0
    lines = [
        f"<tr><td>dim-{dim}</td><td class=number>{variance[dim]:.5f}</td>"
        f"<td>{_bar(variance[dim] / widest, None)}</td></tr>"
        for dim in order
    ]
    dead = ", ".join(f"dim-{dim}" for dim in figures["dead_dimensions"])
    sentence = f"Hardly any variation: {dead}." if dead else "No dimension is dead."
    return f"<table>{''.join(lines)}</table><p>{sentence}</p>"


def _scales(scales: Mapping[str, Any]) -> list[str]:
    if "remark" in scales:
        return [f"<p class=remark>{escape(scales['remark'])}</p>"]
    return [_separability(name, rows) for name, rows in scales.items()]


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _bar(value: float | None, mark: float | None) -> str:
    if value is None:
        return ""
    line = "" if mark is None else f'<b style="left:{100 * mark:.1f}%"></b>'
    return f'<div class=bar><i style="width:{100 * value:.1f}%"></i>{line}</div>'
