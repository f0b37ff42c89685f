"""From rows that stand side by side in a panel to a term that says which they are.

A panel shows the rows of a selection; what is dragged over in it is some of them.  A recipe
does not list rows, so they are named as stretches of their recordings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.recipes import Term
from analysis.segments import SegmentTable


def runs(table: SegmentTable, rows: NDArray[np.integer]) -> list[tuple[int, float, float]]:
    """Rows that follow each other in a recording as stretches of it.

    Parameters
    ----------
    table : SegmentTable
    rows : int [shape=(k,)]
        Ascending.

    Returns
    -------
    list of (int, float, float)
        Recording's id, start and end in seconds.
    """
    found: list[tuple[int, float, float]] = []
    for row in rows.tolist():
        name = table.recordings[table.recording_index[row]].id
        start_s = float(table.start_s[row])
        end_s = start_s + table.duration_s
        if found and found[-1][0] == name and found[-1][2] == start_s:
            found[-1] = (name, found[-1][1], end_s)
        else:
            found.append((name, start_s, end_s))
    return found


def stretches_term(
    table: SegmentTable, chosen: NDArray[np.integer], shown: NDArray[np.integer]
) -> Term:
    """A term that holds for exactly the chosen ones of the rows that are shown.

    Parameters
    ----------
    table : SegmentTable
    chosen : int [shape=(k,)]
        Some of `shown`, at least one, in any order.
    shown : int [shape=(m,)]
        Ascending.

    Returns
    -------
    dict
        ``{"recording": ...}``, or an ``any_of`` of several. Of a recording whose shown rows
        are all chosen, the whole: the term stays short, and says what was meant.
    """
    taken = np.isin(shown, chosen)
    recording = table.recording_index[shown]
    terms: list[Term] = []
    for index in np.unique(recording[taken]):
        here = recording == index
        name = table.recordings[index].id
        if taken[here].all():
            terms.append({"recording": {"id": name}})
            continue
        starts = table.start_s[shown[here]]
        # Where a run of chosen rows begins and ends among those shown of this recording.
        steps = np.diff(np.concatenate([[False], taken[here], [False]]).astype(np.int8))
        for first, after in zip(
            np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True
        ):
            end_s = float(starts[after - 1]) + table.duration_s
            terms.append(
                {"recording": {"id": name, "start_s": float(starts[first]), "end_s": end_s}}
            )
    return terms[0] if len(terms) == 1 else {"any_of": terms}
