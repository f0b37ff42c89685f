"""Which map is seen: what can be chosen, and following a choice to its map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, no_update

from analysis.projection import METHOD_NAMES, Projection
from analysis.segments import Sketch
from callbacks.services import EncoderRow, Services, Status
from errors import UserError
from language import _, translated
from layout.ids import Id, Store
from layout.maps import OWN, work_note
from layout.projection import FIRST, SECOND


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

    for controls in (FIRST, SECOND):
        # The card of settings shows those of the method above it.
        app.clientside_callback(
            "window.dash_clientside.popover.method",
            Output(controls.card, "data-method"),
            Input(controls.method, "value"),
        )


@dataclass(frozen=True)
class Followed:
    """How far a map is behind what was asked for.

    Attributes
    ----------
    shown : dict or no_update
        What the store holds of a map that was not on show, as :func:`shown_as` says.
    asked : str or no_update
        What the drop-down of encoders goes back to, where nothing came of the choice.
    controls : tuple or no_update
        What the drop-down of methods and the settings go back to.
    work, problem : components or no_update
        What is being done; what went wrong. A problem stands until the next choice.
    sketch : dict or None
        Names what is to be seen of the map meanwhile: which one, and which step of it.
    busy : bool
        Whether it is worth asking again soon.
    """

    shown: Any
    asked: Any
    controls: Sequence[Any]
    work: Any
    problem: Any
    sketch: dict[str, Any] | None
    busy: bool


def follow(
    services: Services, asked: str | None, wanted: Projection | None, shown: Mapping[str, Any]
) -> Followed:
    """The map that was asked for, or why it is not there (yet).

    Parameters
    ----------
    services : Services
    asked : str or None
        Id of an encoder, or `OWN`.
    wanted : Projection or None
        How its latents are to be placed; None as on the library's own map.
    shown : mapping
        What the store holds of the map on show; empty at first.
    """
    asked = asked or OWN
    encoder = "" if asked == OWN else asked
    if shown.get("own") and wanted == projection_shown(shown):
        wanted = None  # whoever looks at the library's own map goes on to its next one
    status = services.collection.status(encoder, wanted)
    rows = services.collection.encoders()
    followed = wanted is None and as_recipe(status.projection) != shown.get("projection")
    controls = values_of(status.projection) if followed else NOT_MOVED
    if status.map_id is not None:
        own = any(row.own and row.id == asked for row in rows)
        back = OWN if own else no_update
        if status.map_id == shown.get("map"):
            if status.sketch is not None:  # it is being computed again
                work = work_note(_waiting(rows, asked, status, shown), status.progress)
                sketch = _sketch(asked, status)
                return Followed(no_update, back, controls, work, "", sketch, True)
            wrong = no_update if status.busy or not status.sentence else status.sentence
            return Followed(no_update, back, controls, "", wrong, None, status.busy)
        table = services.collection.table(status.map_id)
        found = shown_as(services, status, asked, table.encoder_id if table is not None else "")
        return Followed(found, back, controls, "", "", None, status.busy)
    if status.projection is None:  # there is no map at all: the page says so in its place
        return Followed(no_update, no_update, controls, "", no_update, None, status.busy)
    if status.busy:
        work = work_note(_waiting(rows, asked, status, shown), status.progress)
        return Followed(no_update, no_update, controls, work, "", _sketch(asked, status), True)
    back = shown.get("asked") or OWN
    controls = values_of(projection_shown(shown))
    return Followed(no_update, back, controls, "", translated(status.sentence), None, False)


def shown_as(services: Services, status: Status, asked: str, encoder: str) -> dict[str, Any]:
    """What a store holds of a map on show.

    Returns
    -------
    dict
        ``map`` and ``encoder``, its ids; ``asked``, the choice that led to it; ``projection``, how
        it was computed; ``own``, whether it is the library's current map.
    """
    return {
        "map": status.map_id,
        "encoder": encoder,
        "asked": asked,
        "projection": as_recipe(status.projection),
        "own": status.map_id == services.collection.status().map_id,
    }


def as_recipe(projection: Projection | None) -> dict[str, Any] | None:
    """A projection as the browser keeps it."""
    return {"method": projection.method, **projection.settings} if projection else None


def projection_shown(shown: Mapping[str, Any]) -> Projection | None:
    """How the map on show was computed."""
    return Projection.of(**shown["projection"]) if shown.get("projection") else None


def projection_asked(
    values: Sequence[Any], shown: Mapping[str, Any]
) -> tuple[Projection | None, str]:
    """What the controls of a map ask for, and what is wrong with it in a sentence.

    Parameters
    ----------
    values : sequence
        Of the drop-down of methods, then of the settings in the order of the controls.
    shown : mapping
        Fields that are empty, or out of range, fall back on the map on show.
    """
    method, *settings = values
    if method is None:
        return None, ""
    given = dict(zip(FIRST.settings, settings, strict=True))
    before = projection_shown(shown)
    same = before.settings if before is not None and before.method == method else {}
    try:
        return Projection.of(
            method, **{**same, **{k: v for k, v in given.items() if v is not None}}
        ), ""
    except UserError as problem:
        return before, translated(problem)


def values_of(projection: Projection | None) -> tuple[Any, ...]:
    """What the controls show of a projection; fields of other methods stay."""
    if projection is None:
        return NOT_MOVED
    settings = projection.settings
    return projection.method, *(settings.get(name, no_update) for name in FIRST.settings)


#: Nothing to change on the controls of a map.
NOT_MOVED: tuple[Any, ...] = (no_update,) * (1 + len(FIRST.settings))


def _waiting(
    rows: Sequence[EncoderRow], asked: str, status: Status, shown: Mapping[str, Any]
) -> str:
    """What is being prepared, how far it is, and what is seen meanwhile."""
    own = next((row.id for row in rows if row.own), "")
    encoder = name_of(rows, own if asked == OWN else asked)
    method = METHOD_NAMES[status.projection.method] if status.projection else _("map")
    said = translated(status.sentence)
    if status.sketch is not None:
        return _(
            "{method} of {encoder} takes shape. {said}", method=method, encoder=encoder, said=said
        )
    before = projection_shown(shown)
    until = name_of(rows, shown["encoder"]) if shown.get("encoder") else ""
    if before is None or not until:
        return _("Preparing {encoder}. {said}", encoder=encoder, said=said)
    if before == status.projection:
        return _(
            "Preparing {encoder}. {said} Until then you see {before}.",
            encoder=encoder,
            said=said,
            before=until,
        )
    return _(
        "Preparing {encoder}, {method}. {said} Until then you see {before}.",
        encoder=encoder,
        method=method,
        said=said,
        before=f"{until}, {METHOD_NAMES[before.method]}",
    )


def _sketch(asked: str, status: Status) -> dict[str, Any] | None:
    if status.sketch is None:
        return None
    projection = as_recipe(status.projection)
    return {"asked": asked, "projection": projection, "step": status.sketch.step}


def sketched(services: Services, sketch: Mapping[str, Any] | None) -> Sketch | None:
    """What a store's sketch names, while the map is being computed."""
    if not sketch:
        return None
    asked = "" if sketch["asked"] == OWN else sketch["asked"]
    return services.collection.status(asked, Projection.of(**sketch["projection"])).sketch


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
    origin = _("ships with MusicLatentVIS") if row.shipped else _("trained on this library")
    return _("{origin}; the library uses it", origin=origin) if row.own else origin
