"""What the callbacks would answer first: the page opens with it, instead of asking for each.

A page that asks comes in parts: every answer is a request, and Dash goes through all of its
components several times for each. Whoever prevents the first call of a callback answers here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import no_update

from callbacks.annotation import compute_layers
from callbacks.clustering import FIELDS, hidden_fields
from callbacks.extended import compute_extended
from callbacks.linked import PANELS
from callbacks.map import compute_map
from callbacks.selection import compute_filters
from callbacks.services import Services
from layout.colours import colour_options
from layout.ids import Id, Store
from layout.opening import Opening, Props
from layout.sidebar import FIRST_COLOUR, FIRST_METHOD


def first_answers(services: Services, opening: Opening) -> Props:
    """Properties of components as the page opens: everything selected, coloured by performer.

    Parameters
    ----------
    services : Services
    opening : Opening
        Which map is shown.
    """
    map_id = opening.shown.get("map")
    return dict(_settings()) | (dict(_answers(services, map_id)) if map_id else {})


def _settings() -> Iterator[tuple[tuple[str, str], Any]]:
    """What holds with and without a map."""
    yield (Id.SELECTION_CLEAR, "disabled"), True
    for field, hidden in zip(FIELDS, hidden_fields(FIRST_METHOD), strict=True):
        yield (field, "hidden"), hidden


def _answers(services: Services, map_id: str) -> Iterator[tuple[tuple[str, str], Any]]:
    everything = {"map": map_id, "all_of": []}
    colour = (FIRST_COLOUR, None)
    yield (Store.SELECTION, "data"), everything
    filters = (Id.PERFORMER_FILTER, Id.PIECE_FILTER, Id.INSTRUMENT_FILTER)
    for filter_id, options in zip(filters, compute_filters(services, map_id), strict=True):
        yield (filter_id, "options"), options
    yield (Id.COLOR_BY, "options"), colour_options(compute_layers(services, map_id))
    yield (Id.MAP_GRAPH, "figure"), compute_map(services, map_id, everything, *colour)
    extended, title = compute_extended(services, map_id)
    yield (Id.MAP_AGAIN, "children"), extended
    yield (Id.MAP_AGAIN, "title"), title
    for panel in PANELS:
        for output, value in zip(
            panel.outputs, panel.answer(services, everything, *colour), strict=True
        ):
            if value is not no_update:
                yield output, value
