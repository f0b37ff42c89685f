"""How a selection was made, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.recipes import Term
from analysis.segments import SegmentTable
from callbacks.services import Recipe
from figures.style import clock
from language import N_, _

EVERYTHING = N_("everything")
NOT_ANNOTATED = N_("Not annotated")
#: More names than this are counted.
_NAMED = 3


def how_made(recipe: Recipe, table: SegmentTable) -> str:
    """A recipe as one line, such as ``Erhu · a lasso on the map · without Liang Xiao 1:00–1:40``.

    Parameters
    ----------
    recipe : dict
        Valid.
    table : SegmentTable
        Knows the recordings' titles.
    """
    terms = recipe.get("all_of") or []
    return " · ".join(_words(term, table) for term in terms) or _(EVERYTHING)


def _words(term: Term, table: SegmentTable) -> str:
    kind = next(key for key in term if key != "of")
    return _SAYING[kind](term[kind], table)


def _names(value: list[str], __: SegmentTable) -> str:
    if len(value) > _NAMED:
        some = _(", ").join(value[:_NAMED])
        return _("{some} and {count} more", some=some, count=len(value) - _NAMED)
    return _(", ").join(value)


def _range(value: dict[str, Any], __: SegmentTable) -> str:
    ranges = value.get("ranges", [[value.get("min"), value.get("max")]])
    ends = [_("{low} to {high}", low=_end(low), high=_end(high)) for low, high in ranges]
    return f"dim-{value['dim']} {_(' or ').join(ends)}"


def _end(value: float | None) -> str:
    return _("any") if value is None else f"{value:.2f}"


def _recording(value: dict[str, Any], table: SegmentTable) -> str:
    title = next((r.title for r in table.recordings if r.id == value["id"]), _("another recording"))
    start, end = value.get("start_s"), value.get("end_s")
    if start is None and end is None:
        return title
    return f"{title} {clock(start or 0)}–{_('end') if end is None else clock(end)}"


def _cluster(value: dict[str, Any], __: SegmentTable) -> str:
    label = value["label"]
    return _("cluster {number}", number=label + 1) if label >= 0 else _("in no cluster")


def _annotation(value: dict[str, Any], __: SegmentTable) -> str:
    return value["label"] or _(NOT_ANNOTATED)


def _any_of(value: list[Term], table: SegmentTable) -> str:
    stretches = sum("recording" in term for term in value)
    if stretches == len(value) and stretches > _NAMED:
        return _("{count} stretches of recordings", count=stretches)
    return _(" or ").join(_words(term, table) for term in value)


def _all_of(value: list[Term], table: SegmentTable) -> str:
    return _(", ").join(_words(term, table) for term in value)


def _not(value: Term, table: SegmentTable) -> str:
    inner = _words(value, table)
    if "any_of" in value or "all_of" in value:
        inner = f"({inner})"
    return _("without {what}", what=inner)


_SAYING: dict[str, Callable[[Any, SegmentTable], str]] = {
    "lasso": lambda value, table: _("a lasso on the map"),
    "box": lambda value, table: _("a box on the map"),
    "performer": _names,
    "title": _names,
    "instrument": _names,
    "range": _range,
    "recording": _recording,
    "cluster": _cluster,
    "annotation": _annotation,
    "any_of": _any_of,
    "all_of": _all_of,
    "not": _not,
}
