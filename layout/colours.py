"""What the page can be coloured by."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.segments import LAYER_PREFIX
from language import N_, _

#: Names of the layers that data sets bring; others are shown as they were written.
_LAYERS = {"technique": N_("Technique"), "section": N_("Section")}


def colour_options(layers: Sequence[str] = ()) -> list[dict[str, str]]:
    """Ways to colour: labels, then layers of annotations, then what was computed.

    Parameters
    ----------
    layers : sequence of str
        Names of the layers of annotations that the map has.
    """
    return [
        {"label": _("Performer"), "value": "performer"},
        {"label": _("Instrument"), "value": "instrument"},
        {"label": _("Title"), "value": "piece"},
        *({"label": layer_name(name), "value": f"{LAYER_PREFIX}{name}"} for name in layers),
        {"label": _("Cluster"), "value": "cluster"},
        {"label": _("Neighbours kept"), "value": "kept"},
    ]


def layer_name(name: str) -> str:
    """A layer as the page calls it."""
    return _(_LAYERS[name]) if name in _LAYERS else name
