"""Routes for walking by ear: what the rows of a map are, and where one can go from one of them.

They are no callbacks: nothing on the page waits for them, a brush does not pay for them, and a
browser keeps the answers. A map's id changes with its rows and places.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flask import Flask, Response, abort, jsonify, request

from analysis.segments import SegmentTable
from analysis.walking import Neighbour, neighbours, similarities, towards
from callbacks.media import media_path
from callbacks.services import Services
from language.instruments import instrument_label, instrument_short

#: Neighbours in one answer: five to see, and as many for those that were heard already.
NEIGHBOURS = 10


def register(server: Flask, services: Services) -> None:
    """Add the routes."""

    @server.get("/listen/<map_id>/segments")
    def segments(map_id: str) -> Response:
        return _kept(compute_segments(_table(map_id)))

    @server.get("/listen/<map_id>/from/<int:row>")
    def ways(map_id: str, row: int) -> Response:
        table = _table(map_id)
        if row >= len(table):
            abort(404)
        return _kept(
            services.derived.get("ways", [table.key, row], lambda: compute_ways(table, row))
        )

    def _table(map_id: str) -> SegmentTable:
        table = services.collection.table(map_id)
        if table is None:
            abort(404)
        return table


def compute_segments(table: SegmentTable) -> list[dict[str, Any]]:
    """Each recording of a map with its rows: `segments` of them from `first` on, by time."""
    first, counts = np.unique(table.recording_index, return_index=True, return_counts=True)[1:]
    order = table.recording_index[first]
    return [
        {
            "recording": recording.id,
            "title": recording.title,
            "performer": recording.performer,
            "instrument": recording.instrument,
            "instrument_label": instrument_label(recording.instrument),
            "instrument_short": instrument_short(recording.instrument),
            "duration_s": recording.duration_s,
            "first": int(row),
            "segments": int(count),
            "media": media_path(recording.id),
        }
        for recording, row, count in zip(
            (table.recordings[index] for index in order), first, counts, strict=True
        )
    ]


def compute_ways(table: SegmentTable, row: int) -> dict[str, Any]:
    """Where one can go from a segment: its neighbours, and one segment in each direction."""
    similarity = similarities(table, row)
    return {
        "neighbours": [_way(found) for found in neighbours(table, row, similarity, NEIGHBOURS)],
        "towards": {name: _way(found) for name, found in towards(table, row, similarity).items()},
    }


def _way(found: Neighbour) -> dict[str, Any]:
    return {"row": found.row, "similarity": round(found.similarity, 4)}


def _kept(value: Any) -> Response:
    """An answer that the browser keeps, and asks again whether labels were changed."""
    response = jsonify(value)
    response.add_etag()
    response.cache_control.private = True
    response.cache_control.max_age = 60
    response.make_conditional(request)
    return response
