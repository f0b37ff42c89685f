"""Titles that may be one piece, on the Library page."""

from __future__ import annotations

from dash import html

from language import _
from layout.ids import Id
from layout.parts import attributes


def alike_titles() -> html.Section:
    """Room for the pairs; it takes none while there are none."""
    return html.Section(
        id=Id.LIBRARY_TITLES,
        className="library-titles",
        **attributes(aria_label=_("Titles that look alike"), aria_live="polite"),
    )
