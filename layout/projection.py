"""How a map is computed: the drop-down above it, and a small card with the method's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from analysis.projection import LIMITS, METHOD_NAMES, Projection
from language import N_, _
from layout.ids import Id
from layout.parts import attributes, dropdown, field, icon

_ABOUT = {
    "tsne": N_(
        "Keeps neighbours together. A small perplexity shows little groups, a large one the "
        "large picture. Another seed shows what is chance."
    ),
    "pca": N_(
        "The two directions in which the segments differ most. Nothing can be set, and "
        "distances mean something; neighbours can be far apart in the other directions."
    ),
    "umap": N_(
        "Keeps neighbours together too. More neighbours show the large picture, a larger "
        "distance loosens dense groups. Another seed shows what is chance."
    ),
}


@dataclass(frozen=True)
class Controls:
    """Ids of what chooses one map; `settings` has those of :class:`Projection`, by name."""

    method: Id
    card: Id
    settings: dict[str, Id]


FIRST = Controls(
    Id.MAP_METHOD,
    Id.MAP_SETTINGS,
    {
        "perplexity": Id.MAP_PERPLEXITY,
        "neighbours": Id.MAP_NEIGHBOURS,
        "min_distance": Id.MAP_DISTANCE,
        "seed": Id.MAP_SEED,
    },
)
SECOND = Controls(
    Id.SECOND_METHOD,
    Id.SECOND_SETTINGS,
    {
        "perplexity": Id.SECOND_PERPLEXITY,
        "neighbours": Id.SECOND_NEIGHBOURS,
        "min_distance": Id.SECOND_DISTANCE,
        "seed": Id.SECOND_SEED,
    },
)

_LABELS = {
    "perplexity": N_("Perplexity"),
    "neighbours": N_("Neighbours"),
    "min_distance": N_("Min. distance"),
    "seed": N_("Seed"),
}


def projection_controls(controls: Controls, label: str, projection: Projection | None) -> list[Any]:
    """Drop-down of the method and the card of its settings.

    Parameters
    ----------
    controls : Controls
    label : str
        What a screen reader says of the drop-down.
    projection : Projection or None
        What they open with.
    """
    values = {**DEFAULTS, **(projection.settings if projection else {})}
    method = projection.method if projection else "tsne"
    return [
        html.Div(
            dropdown(
                id=controls.method,
                options=[{"label": name, "value": value} for value, name in METHOD_NAMES.items()],
                value=method,
                clearable=False,
                searchable=False,
                **KEPT,
            ),
            title=label,
        ),
        html.Details(
            [
                html.Summary(
                    icon("settings"),
                    className="icon-button",
                    title=_("Settings of this map"),
                    **attributes(aria_label=_("Settings of this map")),
                ),
                html.Div(
                    [
                        *[
                            html.P(_(text), className=f"about of-{of}")
                            for of, text in _ABOUT.items()
                        ],
                        *[
                            _number(name, at, values[name])
                            for name, at in controls.settings.items()
                        ],
                        html.P(_("Enter shows the map."), className="hint of-tsne of-umap"),
                    ],
                    className="popover-card",
                ),
            ],
            id=controls.card,
            className="popover-details map-settings",
            **attributes(data_method=method),
        ),
    ]


#: A reload shows what was chosen in this tab, another tab the library's own map.
KEPT: dict[str, Any] = {"persistence": True, "persistence_type": "session"}

#: What stands in the fields that the map on show has no setting for.
DEFAULTS = {
    name: value for method in METHOD_NAMES for name, value in Projection.of(method).settings.items()
}

_OF = {
    name: " ".join(
        f"of-{method}" for method in METHOD_NAMES if name in Projection.of(method).settings
    )
    for name in DEFAULTS
}


def _number(name: str, id: Id, value: float) -> html.Div:
    low, high = LIMITS[name]
    control = dcc.Input(
        id=id,
        type="number",
        value=value,
        min=low,
        max=high,
        step=1 if name in ("neighbours", "seed") else "any",
        # A map is computed for what was meant, not for each digit on the way to it.
        debounce=True,
        className="number",
        **KEPT,
    )
    return html.Div(field(_(_LABELS[name]), control), className=_OF[name])
