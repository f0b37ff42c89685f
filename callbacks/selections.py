"""Named selections: kept, shown again, removed, and two of them compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from analysis.comparison import Comparison, compare, contents
from analysis.recipes import on_map
from callbacks import views
from callbacks.recipe_words import how_made
from callbacks.services import KeptSelection, Recipe, Services
from errors import UserError
from figures.comparison import comparison_figure
from figures.style import message_figure
from language import _, ngettext, translated
from layout.ids import Id, Store
from layout.parts import attributes, icon, items
from layout.selections import NOW, REST

#: Names of each kind that the contents list; the rest is counted.
_LISTED = 8


def register(app: Dash, services: Services) -> None:
    """Wire the workspace."""
    # Closed, a brush changes nothing here, and the server is not asked.
    app.clientside_callback(
        "window.dash_clientside.selections.view",
        Output(Store.SELECTIONS_VIEW, "data"),
        Input(Store.WORKSPACE, "data"),
        Input(Store.HIGHLIGHT, "data"),  # after the panels
        Input(Store.COMPARED, "data"),
        Input(Store.KEPT, "data"),
        State(Store.SELECTION, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Store.KEPT, "data"),
        Output(Id.SELECTION_KEPT, "children"),
        Output(Id.SELECTION_NAME, "value"),
        Input(Id.SELECTION_KEEP, "n_clicks"),
        Input(Id.SELECTION_NAME, "n_submit"),
        State(Id.SELECTION_NAME, "value"),
        State(Id.SELECTION_WHO, "value"),
        State(Store.SELECTION, "data"),
        State(Store.KEPT, "data"),
        prevent_initial_call=True,
    )
    def keep(
        clicks: int, submits: int, name: str | None, who: str | None, recipe: Recipe, kept: int
    ) -> tuple[Any, Any, Any]:
        try:
            services.selections.keep(name or "", who or "", recipe)
        except UserError as problem:
            return no_update, html.Span(translated(problem), className="problem"), no_update
        return kept + 1, _("Kept."), ""

    @app.callback(
        Output(Store.KEPT, "data", allow_duplicate=True),
        Output(Store.PICK, "data", allow_duplicate=True),
        Output(Id.SELECTION_KEPT, "children", allow_duplicate=True),
        Input(Store.KEPT_ACTION, "data"),
        State(Store.MAP, "data"),
        State(Store.KEPT, "data"),
        prevent_initial_call=True,
    )
    def act(asked: Mapping[str, Any] | None, shown: Mapping[str, Any], kept: int) -> Any:
        if not asked:
            return no_update, no_update, no_update
        if asked["do"] == "show":
            found = _kept(services, asked["id"])
            if found is None:
                return no_update, no_update, ""
            recipe = on_map(found.recipe, shown.get("map", ""))
            return no_update, {"action": "show", "recipe": recipe, "time": asked["time"]}, ""
        if asked["do"] == "remove":
            services.selections.remove(asked["id"])
            undo = html.Button(_("Undo"), **attributes(data_kept_restore=str(asked["id"])))
            return kept + 1, no_update, [_("Removed."), " ", undo]
        services.selections.restore(asked["id"])
        return kept + 1, no_update, ""

    @app.callback(
        Output(Id.SELECTIONS_LIST, "data-items"),
        Output(Id.COMPARISON_CAPTION, "children"),
        Output(Id.COMPARISON_GRAPH, "figure"),
        Output(Id.COMPARISON_CONTENTS, "data-items"),
        Input(Store.SELECTIONS_VIEW, "data"),
        prevent_initial_call=True,
    )
    def update(asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        if not asked:
            return no_update, no_update, no_update, no_update
        return compute_selections(services, asked)


@dataclass(frozen=True)
class Side:
    """A selection that can stand on either side of the comparison."""

    id: str
    name: str
    how: str
    who: str
    rows: views.Rows | None
    problem: str = ""


def compute_selections(services: Services, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """The list, what is compared in one line, the figure, and what is in each.

    Parameters
    ----------
    services : Services
    asked : mapping
        ``{"selection", "first", "second"}``: the page's recipe, and whom A and B stand for.
    """
    view = views.selected(services, asked["selection"])
    if view is None:
        return items([]), "", message_figure(""), items([])
    sides = _sides(services, view)
    chosen = [_chosen(sides, asked["first"], NOW), _chosen(sides, asked["second"], REST)]
    listed = [_line(side, chosen) for side in sides]
    first, second = (side.rows for side in chosen)
    if first is None or second is None or not len(first) or not len(second):
        caption = next((side.problem for side in chosen if side.problem), "")
        caption = caption or _("A and B need a segment each: select some, or choose others.")
        return items(listed), caption, message_figure(""), items([])
    found = compare(view.table, first, second)
    shown = _contents(view, first, second)
    return items(listed), _caption(chosen, found), comparison_figure(found), items(shown)


def _sides(services: Services, view: views.Selected) -> list[Side]:
    everything = {"map": view.table.map_id, "all_of": []}
    rest = {**everything, "all_of": [{"not": {"all_of": view.recipe["all_of"]}}]}
    now = Side(NOW, _("Selected now"), how_made(view.recipe, view.table), "", view.rows)
    rows = None if view.is_everything else views.rows_of(services, view.table, rest)
    sides = [now, Side(REST, _("All others"), _("what is not selected now"), "", rows)]
    for kept in services.selections.all():
        recipe = on_map(kept.recipe, view.table.map_id)
        who = f"{kept.who}, {kept.made[:10]}" if kept.who else kept.made[:10]
        how = how_made(kept.recipe, view.table)
        try:
            found = views.rows_of(services, view.table, recipe)
            sides.append(Side(str(kept.id), kept.name, how, who, found))
        except UserError as problem:
            sides.append(Side(str(kept.id), kept.name, how, who, None, translated(problem)))
    return sides


def _chosen(sides: list[Side], id: str | None, otherwise: str) -> Side:
    by_id = {side.id: side for side in sides}
    return by_id.get(id or "", by_id[otherwise])


def _kept(services: Services, id: int) -> KeptSelection | None:
    return next((kept for kept in services.selections.all() if kept.id == id), None)


def _line(side: Side, chosen: list[Side]) -> html.Div:
    """A selection: on which side it stands, how many, how it was made, by whom."""
    letters = [
        html.Button(
            letter,
            type="button",
            title=_("Compare it as {letter}", letter=letter),
            className=f"side side-{letter.lower()}",
            **attributes(
                data_side=letter,
                data_selection=side.id,
                aria_pressed=str(chosen[at].id == side.id).lower(),
            ),
        )
        for at, letter in enumerate("AB")
    ]
    count = "–" if side.rows is None else f"{len(side.rows):,}"
    buttons = [] if side.id in (NOW, REST) else _buttons(side)
    return html.Div(
        [
            html.Span(letters, className="sides"),
            html.Span(side.name, className="selection-title", title=side.name),
            html.Span(count, className="selection-count", title=_("Segments")),
            html.Span(side.problem or side.how, className="selection-how", title=side.how),
            html.Span(side.who, className="selection-who"),
            html.Span(buttons, className="selection-buttons"),
        ],
        className="selection-line",
        role="row",
    )


def _buttons(side: Side) -> list[html.Button]:
    remove = _("Remove “{name}”", name=side.name)
    return [
        html.Button(
            _("Show"),
            type="button",
            className="link-button",
            title=_("Select “{name}” on the page", name=side.name),
            **attributes(data_kept_show=side.id),
        ),
        html.Button(
            icon("close"),
            type="button",
            className="icon-button",
            title=remove,
            **attributes(data_kept_remove=side.id, aria_label=remove),
        ),
    ]


def _caption(chosen: list[Side], found: Comparison) -> list[Any]:
    first, second = chosen
    assert first.rows is not None
    assert second.rows is not None
    best = int(found.order[0])
    shared = _("{count:,} are in both.", count=found.shared) if found.shared else ""
    differ = _(
        "They differ most in {dimension}: AUC {area:.2f}, where 0.50 is no difference.",
        dimension=f"dim-{best}",
        area=found.differences[best],
    )
    size = _("{said}.", said=_sized(second.name, second.rows))
    return [
        html.B("A", className="side-a"),
        f" {_sized(first.name, first.rows)} · ",
        html.B("B", className="side-b"),
        " " + " ".join(filter(None, (size, shared, differ))),
    ]


def _sized(name: str, rows: views.Rows) -> str:
    segments = ngettext("1 segment", "{count:,} segments", len(rows))
    return _("{name}, {segments}", name=name, segments=segments)


def _contents(view: views.Selected, first: views.Rows, second: views.Rows) -> list[Any]:
    """Who and what is in each, as three short tables."""
    tables = []
    for label, title in (
        ("performer", _("Performers")),
        ("title", _("Titles")),
        ("instrument", _("Instruments")),
    ):
        counts = [dict(contents(view.table, rows, label)) for rows in (first, second)]
        names = sorted(
            {*counts[0], *counts[1]},
            key=lambda name: (
                -max(counts[0].get(name, 0) / len(first), counts[1].get(name, 0) / len(second))
            ),
        )
        rows = [
            html.Div(
                [
                    html.Span(name, title=name),
                    *(html.Span(f"{part.get(name, 0):,}") for part in counts),
                ],
                className="contents-row",
            )
            for name in names[:_LISTED]
        ]
        if len(names) > _LISTED:
            rows.append(
                html.Div(_("and {count:,} more", count=len(names) - _LISTED), className="caption")
            )
        head = html.Div(
            [html.B(title), html.B("A", className="side-a"), html.B("B", className="side-b")],
            className="contents-row",
        )
        tables.append(html.Div([head, *rows], className="contents-table"))
    return tables
