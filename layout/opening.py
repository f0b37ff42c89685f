"""What the page shows from its first moment, before its browser has asked for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dash.development.base_component import Component

from analysis.projection import Projection

Layout = TypeVar("Layout", bound=Component)

#: How soon to ask for news, in milliseconds: while something is made, and else.
BUSY_MS, IDLE_MS = 700, 10_000
#: The page's own status: while nothing is made, assets/js/news.js tells it when to ask.
ASLEEP_MS = 86_400_000

#: Values of properties, by a component's id and the property's name.
Props = Mapping[tuple[str, str], Any]

#: What a drop-down of encoders offers: label, value and title of each.
Options = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Opening:
    """The state of the library as the page is opened.

    Attributes
    ----------
    encoders : sequence of dict
        What can be chosen: a choice that the browser kept is only taken when it is among them.
    shown : mapping
        What the map's store holds; empty while there is no map.
    projection : Projection or None
        How the map on show was computed.
    waiting : components or None
        Stands in the map's place while there is none.
    interval : int
        When to ask for news, in milliseconds.
    count : str
        Of recordings and segments.
    takes_folders : bool
        Whether folders of the server may be imported by their path.
    """

    encoders: Options = ()
    shown: Mapping[str, Any] = field(default_factory=dict)
    projection: Projection | None = None
    waiting: Any = None
    interval: int = BUSY_MS
    count: str = ""
    takes_folders: bool = False


def filled_in(layout: Layout, props: Props) -> Layout:
    """A layout with these properties of its components set."""
    by_id: dict[str, dict[str, Any]] = {}
    for (component_id, name), value in props.items():
        by_id.setdefault(component_id, {})[name] = value
    for component in layout._traverse():
        for name, value in by_id.get(getattr(component, "id", ""), {}).items():
            setattr(component, name, value)
    return layout
