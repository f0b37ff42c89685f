"""Which encoder made what is seen: what can be chosen, and following a choice to its map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, no_update

from callbacks.services import EncoderRow, Services
from layout.ids import Id, Store
from layout.maps import OWN, work_note


def register(app: Dash, services: Services) -> None:
    """Wire what both drop-downs offer; each map follows its own in `frame` and `second_map`."""

    @app.callback(
        Output(Id.MAP_ENCODER, "options"),
        Output(Id.SECOND_ENCODER, "options"),
        Input(Store.MAP, "data"),
        prevent_initial_call=True,  # the page opens with them
    )
    def update_encoders(_: Any) -> tuple[Any, Any]:
        options = compute_encoders(services.collection.encoders())
        return options, options


@dataclass(frozen=True)
class Followed:
    """How far a map is behind the encoder that was asked for.

    Attributes
    ----------
    shown : dict or no_update
        ``{"map", "encoder", "asked"}`` of a map that was not on show.
    asked : str or no_update
        What the drop-down goes back to, where nothing came of the choice.
    work, problem : components or no_update
        What is being done; what went wrong. A problem stands until the next choice.
    busy : bool
        Whether it is worth asking again soon.
    """

    shown: Any
    asked: Any
    work: Any
    problem: Any
    busy: bool


def follow(services: Services, asked: str | None, shown: Mapping[str, Any]) -> Followed:
    """The map of the encoder that was asked for, or why it is not there (yet).

    Parameters
    ----------
    services : Services
    asked : str or None
        Id of an encoder, or `OWN`.
    shown : mapping
        What the store holds of the map on show; empty at first.
    """
    asked = asked or OWN
    status = services.collection.status("" if asked == OWN else asked)
    rows = services.collection.encoders()
    if status.map_id is not None:
        own = any(row.own and row.id == asked for row in rows)
        back = OWN if own else no_update
        if status.map_id == shown.get("map"):
            return Followed(no_update, back, "", no_update, status.busy)
        table = services.collection.table(status.map_id)
        encoder = table.encoder_id if table is not None else ""
        found = {"map": status.map_id, "encoder": encoder, "asked": asked}
        return Followed(found, back, "", "", status.busy)
    if asked == OWN:  # there is no map at all: the page says so in its place
        return Followed(no_update, no_update, "", "", status.busy)
    if status.busy:
        words = f"Preparing {name_of(rows, asked)}. {status.sentence}"
        if shown.get("encoder"):
            words += f" Until then you see {name_of(rows, shown['encoder'])}."
        return Followed(no_update, no_update, work_note(words, status.progress), "", True)
    return Followed(no_update, shown.get("asked") or OWN, "", status.sentence, False)


def compute_encoders(rows: Sequence[EncoderRow]) -> list[dict[str, str]]:
    """What a drop-down offers: names, with the whole id and where it comes from as a hint."""
    return [
        {
            "label": name_of(rows, row.id),
            "value": OWN if row.own else row.id,
            "title": f"{row.id}, {_origin(row)}",
        }
        for row in rows
    ]


def name_of(rows: Sequence[EncoderRow], encoder: str) -> str:
    """An encoder's recipe, or its id where that names it better."""
    recipes = Counter(row.recipe for row in rows)
    found = next((row for row in rows if row.id == encoder), None)
    return found.recipe if found is not None and recipes[found.recipe] == 1 else encoder


def _origin(row: EncoderRow) -> str:
    origin = "ships with MusicLatentVIS" if row.shipped else "trained on this library"
    return f"{origin}; the library uses it" if row.own else origin
