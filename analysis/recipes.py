"""Selection recipes: how a selection was made, as a small JSON object.

A recipe is ``{"map": "<map id>", "all_of": [term, ...]}``.  A segment is selected
when every term holds for it, so a recipe without terms selects everything.

Terms
-----
``{"lasso": [[x, y], ...]}``
    Inside the polygon (even-odd rule), map units.
``{"box": [x0, y0, x1, y1]}``
    Inside the rectangle, its edges included, corners in any order.
``{"lasso": [...], "of": "<map id>"}``, ``{"box": [...], "of": "<map id>"}``
    The same on another map than the recipe's: the segment lies inside the shape there.
``{"performer": [...]}, {"title": [...]}, {"instrument": [...]}``
    The label is one of these.  An empty list restricts nothing, like an empty
    drop-down; any spelling of an instrument will do.
``{"range": {"dim": 12, "min": 0.1, "max": 0.4}}``
``{"range": {"dim": 12, "ranges": [[a, b], ...]}}``
    The latent dimension lies in the interval, or in any of them, ends included;
    a bound that is ``null`` or missing is open.
``{"cluster": {"of": {"method": ..., <settings>, "selection": <recipe>}, "label": 1}}``
    The segment is in that cluster when the rows of the inner recipe (all when
    missing) are clustered.  What a page adds to a clustering, the ``"names"`` and
    ``"colours"`` of its clusters, does not change who is in them and is left out.
``{"recording": {"id": 7, "start_s": 20, "end_s": 60}}``
    The segment starts in that stretch of that recording, its end not included; ends that
    are ``null`` or missing are open.
``{"annotation": {"layer": "technique", "label": "Trill"}}``
    That label of that layer fills most of the segment; a ``null`` label: none does.
``{"any_of": [term, ...]}``, ``{"all_of": [term, ...]}``, ``{"not": term}``
    What is added, kept of both, and taken away.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from typing import Any

from analysis.clustering import check_settings
from errors import UserError
from language import N_
from language.instruments import instrument_name

Recipe = dict[str, Any]
Term = dict[str, Any]

LABEL_KINDS = ("performer", "title", "instrument")
PLACE_KINDS = ("lasso", "box")
#: How a page shows the clusters of a clustering; not part of what they are.
CLUSTER_LOOKS = ("names", "colours")

MAX_TERMS = 5_000
MAX_POINTS = 20_000
MAX_LABELS = 20_000
#: A selection built up by adding and taking away in turn nests one level each time.
MAX_DEPTH = 64


def normalise(recipe: Any, depth: int = 0) -> Recipe:
    """Check a recipe and write it in its one canonical form.

    Numbers become floats, labels are sorted and their repeats dropped, terms that
    restrict nothing are left out and the others sorted: two recipes that say the
    same in another order become equal.

    Parameters
    ----------
    recipe : object
        Anything: recipes come out of URLs.

    Raises
    ------
    UserError
        If it is not a recipe, says where.
    """
    if not isinstance(recipe, dict) or not set(recipe) <= {"map", "all_of"}:
        raise _malformed('it must be an object with "map" and "all_of"')
    map_id = recipe.get("map", "")
    if not isinstance(map_id, str):
        raise _malformed('"map" must be a text')
    terms = _terms(recipe.get("all_of", []), depth)
    return {"map": map_id, "all_of": terms}


def digest(recipe: Any) -> str:
    """Name of a recipe: equal for recipes that say the same, 16 hexadecimal digits.

    Raises
    ------
    UserError
        If `recipe` is malformed.
    """
    text = json.dumps(normalise(recipe), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def without(recipe: Recipe, *kinds: str) -> Recipe:
    """The recipe less its terms of these kinds.

    An ``any_of``, ``all_of`` or ``not`` goes when it is made of these kinds alone.

    Parameters
    ----------
    recipe : dict
    *kinds : str
        ``"lasso"``, ``"box"``, ``"performer"``, ``"range"``, ...

    Raises
    ------
    UserError
        If `recipe` is malformed.
    """
    checked = normalise(recipe)
    kept = [term for term in checked["all_of"] if not kinds_of(term) <= set(kinds)]
    return {**checked, "all_of": kept}


def on_map(recipe: Recipe, map_id: str) -> Recipe:
    """The same selection, said on another map: its shapes remember where they were drawn.

    Parameters
    ----------
    recipe : dict
    map_id : str

    Raises
    ------
    UserError
        If `recipe` is malformed.
    """
    checked = normalise(recipe)
    terms = [_on_map(term, checked["map"], map_id) for term in checked["all_of"]]
    return normalise({"map": map_id, "all_of": terms})


def _on_map(term: Term, drawn_on: str, map_id: str) -> Term:
    kind, value = next(iter(term.items()))
    if kind in ("any_of", "all_of"):
        return {kind: [_on_map(inner, drawn_on, map_id) for inner in value]}
    if kind == "not":
        return {kind: _on_map(value, drawn_on, map_id)}
    if kind not in PLACE_KINDS:
        return term
    of = map_of(term) or drawn_on
    return {kind: value} if of == map_id else {kind: value, "of": of}


def kinds_of(term: Term) -> set[str]:
    """The kinds of a (valid) term, looking into those that are made of others."""
    kind, value = next(iter(term.items()))
    if kind in ("any_of", "all_of"):
        return set().union(*(kinds_of(inner) for inner in value))
    return kinds_of(value) if kind == "not" else {kind}


def map_of(term: Term) -> str:
    """Id of the map that a (valid) shape was drawn on; empty for the recipe's own map."""
    return str(term.get("of", ""))


def _terms(terms: Any, depth: int) -> list[Term]:
    if depth > MAX_DEPTH:
        raise _malformed(f"it is nested more than {MAX_DEPTH} levels deep")
    if not isinstance(terms, list) or len(terms) > MAX_TERMS:
        raise _malformed(f"terms must be a list of {MAX_TERMS} at most")
    checked = [_term(term, depth + 1) for term in terms]
    by_text = {json.dumps(term, sort_keys=True): term for term in checked if term}
    return [by_text[text] for text in sorted(by_text)]


def _term(term: Any, depth: int) -> Term:
    """One term in canonical form; empty when it restricts nothing."""
    if not isinstance(term, dict):
        raise _malformed("a term must be an object")
    of = term.get("of")
    kinds = [key for key in term if key != "of"]
    if len(kinds) != 1:
        raise _malformed('a term must be an object with one key, and "of" beside a shape')
    kind, value = kinds[0], term[kinds[0]]
    if "of" in term and (kind not in PLACE_KINDS or not isinstance(of, str) or not of):
        raise _malformed('"of" must be the id of a map that a lasso or a box was drawn on')
    if kind not in _KINDS:
        raise _malformed(f"there is no term {kind!r}; there are {', '.join(_KINDS)}")
    checked = _KINDS[kind](value, depth)
    if kind in LABEL_KINDS and not checked:
        return {}
    return {kind: checked} | ({"of": of} if of else {})


def _lasso(value: Any, depth: int) -> list[list[float]]:
    if not isinstance(value, list) or not 3 <= len(value) <= MAX_POINTS:
        raise _malformed(f"a lasso needs 3 to {MAX_POINTS:,} points")
    return [_numbers(point, 2, "a point of the lasso") for point in value]


def _box(value: Any, depth: int) -> list[float]:
    x0, y0, x1, y1 = _numbers(value, 4, "a box")
    return [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]


def _labels(value: Any, depth: int) -> list[str]:
    is_list = isinstance(value, list) and len(value) <= MAX_LABELS
    if not is_list or not all(isinstance(label, str) for label in value):
        raise _malformed("performer, title and instrument need a list of names")
    return sorted(set(value))


def _instruments(value: Any, depth: int) -> list[str]:
    # A link may be older than our name for an instrument.
    return sorted({instrument_name(label) for label in _labels(value, depth)})


def _range(value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= {"dim", "min", "max", "ranges"}:
        raise _malformed('a range needs "dim" with "min" and "max", or with "ranges"')
    dim = value.get("dim")
    if not isinstance(dim, int) or isinstance(dim, bool) or dim < 0:
        raise _malformed('the "dim" of a range must be a whole number from 0')
    ranges = value.get("ranges", [[value.get("min"), value.get("max")]])
    if not isinstance(ranges, list) or not 1 <= len(ranges) <= MAX_TERMS:
        raise _malformed('"ranges" must be a list of [lowest, highest]')
    return {"dim": dim, "ranges": sorted((_interval(pair) for pair in ranges), key=str)}


def _interval(pair: Any) -> list[float | None]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise _malformed('"ranges" must be a list of [lowest, highest]')
    return [None if end is None else _number(end, "an end of a range") for end in pair]


def _cluster(value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"of", "label"}:
        raise _malformed('a cluster needs "of" and "label"')
    label = value["label"]
    if not isinstance(label, int) or isinstance(label, bool) or label < -1:
        raise _malformed("the label of a cluster must be a whole number from -1")
    return {"of": normalise_clustering(value["of"], depth), "label": label}


def normalise_clustering(recipe: Any, depth: int = 0) -> dict[str, Any]:
    """Check a clustering recipe ``{"method", <settings>, "selection"}`` and complete it.

    Returns
    -------
    dict
        With all settings of the method and a normalised ``"selection"``, without names
        and colours.

    Raises
    ------
    UserError
        If it is malformed or a setting is out of range.
    """
    if not isinstance(recipe, dict):
        raise _malformed("a clustering must be an object")
    others = ("method", "selection", *CLUSTER_LOOKS)
    settings = {key: recipe[key] for key in recipe if key not in others}
    method = recipe.get("method")
    selection = recipe.get("selection") or {}
    return {
        "method": method,
        **check_settings(str(method), settings),
        "selection": normalise(selection, depth),
    }


def _recording(value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= {"id", "start_s", "end_s"}:
        raise _malformed('a recording needs "id", and may have "start_s" and "end_s"')
    if not isinstance(value.get("id"), int) or isinstance(value["id"], bool):
        raise _malformed('the "id" of a recording must be a whole number')
    start_s, end_s = _interval([value.get("start_s"), value.get("end_s")])
    return {"id": value["id"], "start_s": start_s, "end_s": end_s}


def _several(value: Any, depth: int) -> list[Term]:
    terms = _terms(value, depth)
    if not terms:
        raise _malformed("any_of and all_of need a term that restricts something")
    return terms


def _not(value: Any, depth: int) -> Term:
    (term,) = _terms([value], depth) or [{}]
    if not term:
        raise _malformed("not needs a term that restricts something")
    return term


def _annotation(value: Any, depth: int) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"layer", "label"}:
        raise _malformed('an annotation needs "layer" and "label"')
    if not isinstance(value["layer"], str) or not isinstance(value["label"], str | None):
        raise _malformed('the "layer" and "label" of an annotation must be texts')
    return {"layer": value["layer"], "label": value["label"]}


def _numbers(value: Any, count: int, what: str) -> list[float]:
    if not isinstance(value, list | tuple) or len(value) != count:
        raise _malformed(f"{what} must be {count} numbers")
    return [_number(number, what) for number in value]


def _number(value: Any, what: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _malformed(f"{what} must be a number, not {str(value)[:40]!r}")
    return float(value)


def _malformed(why: str) -> UserError:
    return UserError(N_("This selection cannot be read, {why}: make it again on the map."), why=why)


_KINDS: dict[str, Callable[[Any, int], Any]] = {
    "lasso": _lasso,
    "box": _box,
    "performer": _labels,
    "title": _labels,
    "instrument": _instruments,
    "range": _range,
    "cluster": _cluster,
    "recording": _recording,
    "annotation": _annotation,
    "any_of": _several,
    "all_of": _several,
    "not": _not,
}
