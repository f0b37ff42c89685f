"""Titles that may be one piece, for the command line: a numbered list, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence

from data.catalogue import Catalogue
from data.titles import Alike, alike, keep_apart, merge_titles, merged_titles
from errors import UsageError


def title_lines(catalogue: Catalogue) -> list[str]:
    """The pairs on offer with their numbers, and what was merged so far."""
    offers = alike(catalogue)
    lines = [f"{number:3}  {_said(pair)}" for number, pair in enumerate(offers, start=1)]
    if offers:
        lines.append(
            "Merge what is one piece with 'musiclatentvis titles --merge 1 2 …'; "
            "'--apart' takes a pair off the list."
        )
    else:
        lines.append("No titles look or sound alike.")
    merged = merged_titles(catalogue)
    lines += [f"  merged: {first} = {second}" for first, second in merged]
    return lines


def judge(catalogue: Catalogue, named: Sequence[str], *, same: bool) -> list[str]:
    """Merge pairs of titles or keep them apart; what was done, a line each.

    Parameters
    ----------
    catalogue : Catalogue
    named : sequence of str
        Numbers of :func:`title_lines`, or two titles of the library.
    same : bool
        True merges, False keeps apart.

    Raises
    ------
    UsageError
        If they are neither.
    """
    act, said = (merge_titles, "are one piece") if same else (keep_apart, "are two pieces")
    pairs = _pairs(catalogue, named)
    for first, second in pairs:
        act(catalogue, first, second)
    return [f"{first} and {second} {said} now." for first, second in pairs]


def _pairs(catalogue: Catalogue, named: Sequence[str]) -> list[tuple[str, str]]:
    titles = {recording.title for recording in catalogue.recordings(state=None)}
    if len(named) == 2 and set(named) <= titles:
        return [(named[0], named[1])]
    offers = alike(catalogue)
    if not all(name.isdecimal() and 1 <= int(name) <= len(offers) for name in named):
        raise UsageError(
            f"Give numbers from 1 to {len(offers)} as 'musiclatentvis titles' lists them, or two "
            "titles exactly as they are written."
            if offers
            else "No titles are on offer: give two titles exactly as they are written."
        )
    chosen = [offers[int(name) - 1] for name in named]
    return [(pair.first, pair.second) for pair in chosen]


def _said(pair: Alike) -> str:
    how = "sound the same" if pair.same_sound else f"{pair.similarity:.0%} alike"
    return f"{pair.first} ({pair.first_count}) – {pair.second} ({pair.second_count}): {how}"
