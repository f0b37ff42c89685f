"""Titles that look or sound alike: offered as one piece, never merged in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, ctx, html, no_update

from callbacks.services import Services
from language import _, ngettext
from layout.ids import Id, Store
from layout.parts import attributes

#: Pairs shown at once; the next ones follow when these are judged.
SHOWN_PAIRS = 12


def register(app: Dash, services: Services) -> None:
    """Wire the list; a button says what it asks for in its data attributes."""

    @app.callback(
        Output(Id.LIBRARY_TITLES, "children"),
        Input(Store.LIBRARY_PAGE, "data"),
        Input(Store.TITLE_ACTION, "data"),
        Input(Store.LIBRARY, "data"),
        prevent_initial_call=True,
    )
    def update_titles(shows: bool | None, asked: Mapping[str, Any] | None, __: Any) -> Any:
        if not shows:
            return no_update
        return compute_titles(services, asked if ctx.triggered_id == Store.TITLE_ACTION else None)


def compute_titles(services: Services, asked: Mapping[str, Any] | None) -> Any:
    """The pairs on offer, and those that were merged, after what was asked for was done.

    Parameters
    ----------
    services : Services
    asked : mapping or None
        ``{"do": "merge" or "apart", "first", "second"}``.
    """
    if asked:
        act = services.titles.merge if asked["do"] == "merge" else services.titles.keep_apart
        act(str(asked["first"]), str(asked["second"]))
    offers = services.titles.alike()
    merged = services.titles.merged()
    parts: list[Any] = []
    if offers:
        head = ngettext(
            "1 pair of titles looks alike", "{count:,} pairs of titles look alike", len(offers)
        )
        said = _(
            "Are they one piece? Both titles stay as they are; filters, colours and "
            "comparisons then take them together."
        )
        content = [
            html.P(said, className="hint"),
            html.Ul([_offer(pair) for pair in offers[:SHOWN_PAIRS]]),
        ]
        if len(offers) > SHOWN_PAIRS:
            more = len(offers) - SHOWN_PAIRS
            content.append(
                html.P(ngettext("and 1 more", "and {count:,} more", more), className="hint")
            )
        # Whoever has just answered goes on to the next pair.
        parts.append(html.Details([html.Summary(head), *content], open=bool(asked)))
    if merged:
        done = [
            html.Li([*_names(first, second), _button("apart", first, second, _("Part again"))])
            for first, second in merged
        ]
        head = ngettext(
            "1 pair of titles is one piece", "{count:,} pairs of titles are one piece", len(done)
        )
        parts.append(html.Details([html.Summary(head), html.Ul(done)]))
    return parts


def _offer(pair: Any) -> html.Li:
    said = _("sound the same") if pair.same_sound else _("{share:.0%} alike", share=pair.similarity)
    return html.Li(
        [
            *_names(
                pair.first, pair.second, f" ({pair.first_count:,})", f" ({pair.second_count:,})"
            ),
            html.Span(said, className="caption"),
            _button("merge", pair.first, pair.second, _("One piece")),
            _button("apart", pair.first, pair.second, _("Two pieces")),
        ]
    )


def _names(first: str, second: str, *counts: str) -> list[Any]:
    one, other = counts or ("", "")
    return [html.Span([html.B(first), one]), html.Span([html.B(second), other])]


def _button(do: str, first: str, second: str, text: str) -> html.Button:
    return html.Button(
        text,
        type="button",
        className="link-button",
        **attributes(data_titles=do, data_first=first, data_second=second),
    )
