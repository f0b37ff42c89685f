"""``report.html``: the figures of an evaluation as one page without outside parts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from analysis.report import Cell, Column, Row, Table, facts, number, tables
from jobs.report_plots import headline_svg, structure_svg, variance_svg

_STYLE = """
:root { --ink: #23262b; --soft: #666c76; --line: #dfdcd4; --page: #f3f2ee; --panel: #fff;
        --bar: #d9d4c8; --learned: #8c2f1b; --learned-bar: #e7b9ac; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --soft: #a3a8b1; --line: #33373e; --page: #16181c; --panel: #1f2227;
          --bar: #454a53; --learned: #f0957d; --learned-bar: #6e3a2d; }
}
* { box-sizing: border-box; }
body { font: 14px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
       max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink);
       background: var(--page); }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; } h2 { font-size: 1.05rem; margin: 0 0 .2rem; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
          padding: 1rem 1.2rem; margin: 1rem 0; overflow-x: auto; }
p { margin: .2rem 0 .6rem; max-width: 56rem; } p.text, p.remark, .about { color: var(--soft); }
p.remark { font-size: .82rem; margin: .3rem 0 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 400; color: var(--soft); text-align: right; padding: .1rem .6rem;
     vertical-align: bottom; font-size: .82rem; }
th.group { text-align: center; border-bottom: 1px solid var(--line); color: var(--ink); }
tbody th { text-align: left; color: var(--ink); font-size: inherit; white-space: nowrap;
           vertical-align: top; padding: .22rem .6rem .22rem 0; }
td { text-align: right; padding: .22rem .6rem; min-width: 5.2rem; }
td.words { text-align: left; }
tbody tr { border-top: 1px solid var(--line); }
tr.learned th { color: var(--learned); font-weight: 600; }
tr.chance th, tr.chance td { color: var(--soft); font-style: italic; }
td.best { font-weight: 700; }
td i { display: block; height: 3px; border-radius: 2px; background: var(--bar);
       margin: 2px 0 0 auto; }
tr.learned td i { background: var(--learned-bar); }
svg { display: block; width: 100%; height: auto; margin: .6rem 0; }
svg text { fill: var(--ink); font-size: 11px; } svg .soft { fill: var(--soft); }
svg .bar { fill: var(--bar); } svg .bar.learned { fill: var(--learned); }
svg .mark { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 2 2; }
svg .curve { fill: var(--learned-bar); fill-opacity: .55; stroke: var(--learned); }
svg .found { stroke: var(--learned); stroke-width: 1.5; }
svg .known { stroke: var(--soft); stroke-dasharray: 3 3; }
svg .repeat { fill: var(--learned); fill-opacity: .75; }
svg .return { stroke: var(--soft); stroke-width: .8; }
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
    plots = {
        "neighbours": headline_svg(figures["spaces"]),
        "autoencoders": variance_svg(figures["variance"]),
        "boundaries": structure_svg(figures["structure"]["recordings"]),
    }
    body = "\n".join(
        [
            "<h1>Evaluation of the latents</h1>",
            f"<p class=about>{escape(facts(figures))}</p>",
            *(section_html(table, plots.get(table.key, "")) for table in tables(figures)),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Evaluation of the latents</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def section_html(table: Table, plot: str = "") -> str:
    """One table with its words, and a picture below."""
    remarks = "".join(f"<p class=remark>{escape(remark)}</p>" for remark in table.remarks)
    grid = _grid(table) if table.rows else ""
    return (
        f'<section id="{escape(table.key)}"><h2>{escape(table.title)}</h2>'
        f"<p class=text>{escape(table.text)}</p>{grid}{plot}{remarks}</section>"
    )


def _grid(table: Table) -> str:
    heads = "".join(f"<th>{escape(column.name)}</th>" for column in table.columns)
    rows = "".join(_row(table, row) for row in table.rows)
    return (
        f"<table><thead>{_groups(table)}<tr><th></th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _groups(table: Table) -> str:
    """A line above the headings that names several of them at once."""
    if not any(column.group for column in table.columns):
        return ""
    spans: list[tuple[str, int]] = []
    for column in table.columns:
        if spans and spans[-1][0] == column.group:
            spans[-1] = (column.group, spans[-1][1] + 1)
        else:
            spans.append((column.group, 1))
    cells = "".join(
        f'<th class="{"group" if name else ""}" colspan={span}>{escape(name)}</th>'
        for name, span in spans
    )
    return f"<tr><th></th>{cells}</tr>"


def _row(table: Table, row: Row) -> str:
    cells = "".join(
        _cell(cell, column, table.best(place) if row.role != "chance" else None)
        for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True))
    )
    return (
        f'<tr class="{row.role}"><th title="{escape(row.about)}">{escape(row.name)}</th>'
        f"{cells}</tr>"
    )


def _cell(cell: Cell, column: Column, best: float | None) -> str:
    if column.kind == "text":
        return f"<td class=words>{escape(number(cell))}</td>"
    if column.kind != "score" or not isinstance(cell, float):
        return f"<td>{number(cell)}</td>"
    strong = "best" if best is not None and cell >= best else ""
    width = 100 * min(max(cell, 0.0), 1.0)
    return f'<td class="{strong}">{number(cell)}<i style="width:{width:.0f}%"></i></td>'
