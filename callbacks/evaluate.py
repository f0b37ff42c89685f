"""The Evaluate page: a button, the last report, and how the encoder was trained."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, html, no_update

from analysis.report import (
    Cell,
    Column,
    EvaluationState,
    Figures,
    Row,
    Table,
    facts,
    number,
    tables,
)
from callbacks.services import Services
from figures.losses import losses_figure
from figures.structure import structure_figure
from figures.style import message_figure, real_minus
from language import N_, _, translated
from layout.evaluate import HINT, progress_bar
from layout.ids import Id, Store

#: Facts of a model card that have a name of their own in every language; others stay as they are.
FACTS = (
    N_("encoder"),
    N_("seed"),
    N_("split"),
    N_("hours"),
    N_("recordings"),
    N_("pieces"),
    N_("performers"),
    N_("instruments"),
    N_("validation recordings"),
    N_("validation pieces"),
    N_("origin"),
    N_("device"),
    N_("training columns"),
    N_("validation columns"),
    N_("training slices"),
    N_("validation slices"),
    N_("paper validation"),
    N_("note variance"),
    N_("note unit variance"),
    N_("drawing"),
    N_("training"),
    N_("validation"),
)
OUTDATED = N_("Labels or recordings have changed since: evaluate again.")


def register(app: Dash, services: Services) -> None:
    """Wire the page, which is filled while it is on show."""

    @app.callback(
        Output(Id.EVALUATE_STATUS, "children"),
        Output(Id.EVALUATE_RUN, "disabled"),
        Output(Id.EVALUATE_INTERVAL, "disabled"),
        Output(Store.EVALUATION, "data"),
        Input(Id.EVALUATE_RUN, "n_clicks"),
        Input(Id.EVALUATE_INTERVAL, "n_intervals"),
        Input(Store.EVALUATE_PAGE, "data"),
        Input(Store.MAP, "data"),
        State(Store.EVALUATION, "data"),
        prevent_initial_call=True,
    )
    def update_status(
        clicks: int, _: int, shows: bool | None, __: Any, shown: str | None
    ) -> tuple[Any, Any, Any, Any]:
        if not shows:
            return no_update, no_update, no_update, no_update
        if clicks and ctx.triggered_id == Id.EVALUATE_RUN:
            services.evaluation.start()
        return compute_status(services, shown)

    @app.callback(
        Output(Id.EVALUATE_FACTS, "children"),
        Output(Id.EVALUATE_REPORT, "children"),
        Output(Id.EVALUATE_RECORDING, "options"),
        Output(Id.EVALUATE_RECORDING, "value"),
        Output(Id.EVALUATE_STRUCTURE, "hidden"),
        Input(Store.EVALUATION, "data"),
        prevent_initial_call=True,
    )
    def update_report(_: str) -> tuple[Any, ...]:
        return compute_report(services.evaluation.state())

    @app.callback(
        Output(Id.EVALUATE_STRUCTURE_GRAPH, "figure"),
        Input(Id.EVALUATE_RECORDING, "value"),
        Input(Store.EVALUATION, "data"),
        prevent_initial_call=True,
    )
    def update_structure(recording: int | None, _: str) -> Any:
        return compute_structure(services.evaluation.state().figures, recording)

    @app.callback(
        Output(Id.ENCODER_NOTE_LOSSES, "figure"),
        Output(Id.ENCODER_SEGMENT_LOSSES, "figure"),
        Output(Id.ENCODER_CARD, "children"),
        Input(Store.EVALUATE_PAGE, "data"),
        Input(Store.MAP, "data"),
        prevent_initial_call=True,
    )
    def update_encoder(shows: bool | None, _: Any) -> tuple[Any, Any, Any]:
        if not shows:
            return no_update, no_update, no_update
        return compute_encoder(services)


def compute_status(services: Services, shown: str | None) -> tuple[Any, bool, bool, Any]:
    """What goes on, whether the button rests, whether nobody need ask again, what to show."""
    state = services.evaluation.state()
    token = no_update if state.token == shown else state.token
    if state.busy:
        words = html.Span(f"{translated(state.sentence)} …")
        return [words, progress_bar(state.progress)], True, False, token
    return _remark(services, state), services.collection.status().map_id is None, True, token


def _remark(services: Services, state: EvaluationState) -> Any:
    if state.sentence:
        return html.Span(translated(state.sentence), className="problem")
    table = services.collection.table(None)
    if state.figures is not None and table is not None and state.figures["labels"] != table.key:
        return html.Span(_(OUTDATED))
    return ""


def compute_report(state: EvaluationState) -> tuple[Any, Any, list[dict[str, Any]], Any, bool]:
    """Facts, tables, and the recordings whose structure can be looked at."""
    if state.figures is None:
        return _(HINT), [], [], None, True
    recordings = state.figures["structure"]["recordings"]
    options = [
        {"label": f"{row['title']} · {row['performer']} · {row['instrument']}", "value": row["id"]}
        for row in sorted(recordings, key=_by_name)
    ]
    first = next((row["id"] for row in recordings if row["sections"]), None)
    chosen = first if first is not None else (options[0]["value"] if options else None)
    panels = [table_panel(table) for table in tables(state.figures)]
    return facts(state.figures), panels, options, chosen, not options


def compute_structure(figures: Figures | None, recording: int | None) -> Any:
    """Novelty, boundaries and returns of one recording."""
    rows = figures["structure"]["recordings"] if figures is not None else []
    row = next((row for row in rows if row["id"] == recording), None)
    return structure_figure(row) if row is not None else message_figure("")


def compute_encoder(services: Services) -> tuple[Any, Any, Any]:
    """Loss curves and the model card's facts."""
    encoder = services.collection.encoder()
    if encoder is None:
        sentence = _("No encoder is in use yet: import recordings first.")
        return message_figure(sentence), message_figure(sentence), ""
    card = html.Dl(
        [
            html.Div([html.Dt(_(name)), html.Dd(value)])
            for name, value in {"encoder": encoder.id, **encoder.summary}.items()
        ]
    )
    return (
        losses_figure(encoder.note_losses, _("Columns of 501 bins through 32 numbers")),
        losses_figure(encoder.segment_losses, _("Ten seconds through 16 numbers")),
        card,
    )


def table_panel(table: Table) -> html.Section:
    """One table with its words, as a panel."""
    parts: list[Any] = [html.H2(table.title), html.P(table.text, className="hint")]
    if table.rows:
        parts.append(
            html.Div(
                html.Table(
                    [html.Thead(_heads(table)), html.Tbody([_row(table, r) for r in table.rows])]
                ),
                className="evaluate-scroll",
            )
        )
    parts += [html.P(remark, className="hint") for remark in table.remarks]
    return html.Section(parts, className=f"panel evaluate-table evaluate-{table.key}")


def _heads(table: Table) -> list[html.Tr]:
    names = html.Tr(
        [html.Th(), *(html.Th(c.name, className=_kind(c, place)) for place, c in _starts(table))]
    )
    groups: list[tuple[str, int]] = []
    for column in table.columns:
        if groups and groups[-1][0] == column.group:
            groups[-1] = (column.group, groups[-1][1] + 1)
        else:
            groups.append((column.group, 1))
    if not any(name for name, _ in groups):
        return [names]
    above = [
        html.Th(name, colSpan=span, className="group" if name else "") for name, span in groups
    ]
    return [html.Tr([html.Th(), *above]), names]


def _row(table: Table, row: Row) -> html.Tr:
    competes = row.role != "chance"
    cells = [
        _cell(cell, column, table.best(place) if competes else None, _kind(column, starts))
        for place, (cell, (starts, column)) in enumerate(
            zip(row.cells, _starts(table), strict=True)
        )
    ]
    return html.Tr([html.Th(row.name, title=row.about), *cells], className=row.role)


def _cell(cell: Cell, column: Column, best: float | None, kind: str) -> html.Td:
    if column.kind != "score" or not isinstance(cell, float):
        return html.Td(number(cell), className=kind)
    strong = " best" if best is not None and cell >= best else ""
    share = min(max(cell, 0.0), 1.0)
    return html.Td(
        real_minus(number(cell)),
        className=f"score {kind}{strong}",
        style={"--share": f"{share:.3f}"},
    )


def _starts(table: Table) -> list[tuple[bool, Column]]:
    """Each column, and whether a new group begins with it."""
    before = ["", *(column.group for column in table.columns)]
    return [
        (bool(column.group) and column.group != group, column)
        for column, group in zip(table.columns, before, strict=False)
    ]


def _kind(column: Column, starts: bool) -> str:
    return f"{'words' if column.kind == 'text' else 'amount'}{' starts' if starts else ''}"


def _by_name(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["title"], row["performer"], row["instrument"]
