"""What a dimension means: the card that a click on its name opens.

While it is closed a brush costs nothing here: the browser writes the view's store, which the
server follows, only while there is a card (``assets/js/dimension.js``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from dash import Dash, Input, Output, State, ctx, html, no_update

from analysis import selection
from analysis.dimension import Groups, compare_groups, ends, rank_correlations
from callbacks import views
from callbacks.dimension_view import (
    end_items,
    group_items,
    sound_items,
    title_of,
)
from callbacks.services import Recipe, Services
from figures.palette import Colouring
from language import _, translated
from layout.dimension import BEST
from layout.ids import Id, Store
from layout.parts import items


def register(app: Dash, services: Services) -> None:
    """Wire the card."""
    app.clientside_callback(
        "window.dash_clientside.dimension.view",
        Output(Store.DIMENSION_VIEW, "data"),
        Output(Id.DIMENSION_CARD, "hidden"),
        Input(Store.DIMENSION, "data"),
        Input(Store.HIGHLIGHT, "data"),  # after the panels
        State(Store.SELECTION, "data"),
        State(Id.COLOR_BY, "value"),
        State(Store.CLUSTERING, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(Id.DIMENSION_SOUND, "data-items"),
        Output(Id.DIMENSION_STATUS, "children"),
        Output(Id.DIMENSION_INTERVAL, "disabled"),
        Output(Id.DIMENSION_CARD, "data-dimension"),
        Output(Id.DIMENSION_TITLE, "children"),
        Output(Id.DIMENSION_GROUPS, "data-items"),
        Output(Id.DIMENSION_LOW, "data-items"),
        Output(Id.DIMENSION_HIGH, "data-items"),
        Input(Store.DIMENSION_VIEW, "data"),
        Input(Id.DIMENSION_INTERVAL, "n_intervals"),
        prevent_initial_call=True,
    )
    def update_dimension(asked: Recipe | None, _: int) -> tuple[Any, ...]:
        if asked is None:
            return no_update, no_update, True, *[no_update] * 5
        sound = compute_sound(services, asked)
        if set(ctx.triggered_prop_ids.values()) == {Id.DIMENSION_INTERVAL}:
            return *sound, *[no_update] * 5  # what was measured is all that is new
        return *sound, *compute_card(services, asked)


class Sound(NamedTuple):
    """What goes with a dimension, in the order of the outputs."""

    items: str
    status: str
    idle: bool


class Card(NamedTuple):
    """What needs no sound, in the order of the outputs."""

    dimension: str
    title: Any
    groups: str
    low: str
    high: str


def compute_sound(services: Services, asked: Recipe) -> Sound:
    """Correlations with what a musician hears, as soon as the selected segments are measured.

    Parameters
    ----------
    services : Services
    asked : dict
        ``{"choice", "selection", "color_by", "clustering"}``.
    """
    view = views.selected(services, asked["selection"])
    if view is None or not len(view.rows):
        return Sound(items([]), "", True)
    state = services.descriptors.state(view.table)
    if state.busy and not state.known[view.rows].all():
        return Sound(items([]), translated(state.sentence), False)
    dimension = chosen_dimension(services, view, asked)
    measured = state.values[view.rows]
    found = rank_correlations(view.table.latents[view.rows, dimension], measured)
    counts = (~np.isnan(measured)).sum(axis=0)
    return Sound(items(sound_items(found, counts)), translated(state.sentence), not state.busy)


def compute_card(services: Services, asked: Recipe) -> Card:
    """The dimension's place, what it tells apart, and the segments at its ends."""
    view = views.selected(services, asked["selection"])
    if view is None or not len(view.rows):
        nothing = items([html.P(_(views.NOTHING_SELECTED), className="hint")])
        return Card("", _("Dimension"), nothing, items([]), items([]))
    dimension = chosen_dimension(services, view, asked)
    colours = _colours(services, view, asked)
    groups = groups_of(services, view, asked, colours)
    values = view.table.latents[view.rows, dimension]
    lowest, highest = ends(values, view.table.recording_index[view.rows])
    variances, order = views.dimension_order(view)
    rank = int(np.flatnonzero(order == dimension)[0]) + 1
    return Card(
        dimension=str(dimension),
        title=title_of(dimension, float(variances[dimension]), rank, len(view.rows)),
        groups=items(
            group_items(dimension, values, colours.codes[view.rows], colours, groups),
        ),
        low=items(end_items(_("Hear its lowest"), view, dimension, view.rows[lowest])),
        high=items(end_items(_("Hear its highest"), view, dimension, view.rows[highest])),
    )


def chosen_dimension(services: Services, view: views.Selected, asked: Recipe) -> int:
    """The number that was clicked, or the dimension that tells the coloured groups apart best."""
    choice = asked["choice"]
    if choice != BEST:
        return min(max(int(choice), 0), view.table.latents.shape[1] - 1)
    groups = groups_of(services, view, asked, _colours(services, view, asked))
    if groups is None:
        return int(views.dimension_order(view)[1][0])
    return groups.best_dimensions()[0][0]


def groups_of(
    services: Services, view: views.Selected, asked: Recipe, colours: Colouring
) -> Groups | None:
    """How every dimension tells the coloured groups apart, the same for all cards of a view."""
    found: tuple[Groups | None] = services.derived.get(
        "groups",
        [
            view.table.key,
            selection.digest(view.recipe),
            asked["color_by"],
            asked["clustering"] if asked["color_by"] == "cluster" else None,
        ],
        lambda: (compare_groups(view.table.latents[view.rows], colours.codes[view.rows]),),
    )
    return found[0]


def _colours(services: Services, view: views.Selected, asked: Recipe) -> Colouring:
    return views.colouring(services, view.table, asked["color_by"], asked["clustering"])
