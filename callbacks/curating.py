"""Routes of the Library page: its rows, and what a person does with them.

They are no callbacks: a table of ten thousand rows would go through Dash with every change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, Response, abort, jsonify, request

from callbacks.media import media_path
from callbacks.origin import refuse_strangers
from callbacks.services import RecordingRow, Services
from errors import UserError
from language import N_, _, ngettext, translated

#: Recordings that one change may name.
MOST = 100_000


def register(server: Flask, services: Services) -> None:
    """Add the routes."""

    @server.get("/library/recordings")
    def recordings() -> Response:
        response = jsonify(compute_recordings(services))
        response.add_etag()
        response.cache_control.no_cache = True
        response.make_conditional(request)
        return response

    @server.post("/library/do")
    def act() -> Response | tuple[Response, int]:
        refuse_strangers()
        asked = request.get_json()
        if not isinstance(asked, dict) or asked.get("do") not in ACTIONS:
            abort(400)
        try:
            return jsonify(compute_action(services, asked))
        except UserError as problem:
            return jsonify(problem=translated(problem)), 400

    @server.get("/library/jobs/<int:job>/log")
    def log(job: int) -> Response:
        return jsonify([[made, translated(text)] for made, text in services.jobs.log(job)])


def compute_recordings(services: Services) -> dict[str, Any]:
    """Every recording as a row of the table, and what undo and redo would do."""
    revision = services.collection.revision()
    rows = [_row(row) for row in services.collection.recordings()]
    return {"revision": revision, "rows": rows, **_steps(services)}


def compute_action(services: Services, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Do something; what to say, the rows that it changed, and what can be undone then.

    Parameters
    ----------
    services : Services
    asked : mapping
        ``{"do"}`` and what that needs.

    Raises
    ------
    UserError
        If it cannot be done.
    """
    says = ACTIONS[asked["do"]](services, asked)
    answer = {"says": says, **_steps(services), "revision": services.collection.revision()}
    if asked["do"] in STARTS:
        return answer
    # An edit changes what it names; anything else may change others, such as duplicates.
    named = set(_ids(asked)) if asked["do"] == "edit" else None
    found = services.collection.recordings()
    rows = [_row(row) for row in found if named is None or row.id in named]
    return {**answer, "rows": rows}


def _edit(services: Services, asked: Mapping[str, Any]) -> str:
    value = asked.get("value")
    count = services.curation.edit(
        _ids(asked), str(asked.get("field")), None if value is None else str(value)
    )
    return ngettext("1 recording changed.", "{count:,} recordings changed.", count)


def _retire(services: Services, asked: Mapping[str, Any]) -> str:
    count = services.curation.retire(_ids(asked))
    return ngettext("1 recording retired.", "{count:,} recordings retired.", count)


def _restore(services: Services, asked: Mapping[str, Any]) -> str:
    count = services.curation.restore(_ids(asked))
    return ngettext("1 recording restored.", "{count:,} recordings restored.", count)


def _undo(services: Services, asked: Mapping[str, Any]) -> str:
    return _("Undone.") if services.curation.undo() else ""


def _redo(services: Services, asked: Mapping[str, Any]) -> str:
    return _("Done again.") if services.curation.redo() else ""


def _rescan(services: Services, asked: Mapping[str, Any]) -> str:
    services.jobs.rescan()
    return ""


def _retry(services: Services, asked: Mapping[str, Any]) -> str:
    services.jobs.rescan(retry=True)
    return ""


def _folder(services: Services, asked: Mapping[str, Any]) -> str:
    folder = str(asked.get("folder") or "").strip()
    if not folder:
        raise UserError(N_("Type the folder’s path first."))
    services.jobs.import_folder(folder)
    return ""


def _remap(services: Services, asked: Mapping[str, Any]) -> str:
    services.jobs.remap()
    return ""


def _train(services: Services, asked: Mapping[str, Any]) -> str:
    services.jobs.train("contrast")
    return ""


def _cancel(services: Services, asked: Mapping[str, Any]) -> str:
    services.jobs.cancel(int(asked["job"]))
    return ""


#: What the page can ask for.
ACTIONS: Mapping[str, Callable[[Services, Mapping[str, Any]], str]] = {
    "edit": _edit,
    "retire": _retire,
    "restore": _restore,
    "undo": _undo,
    "redo": _redo,
    "rescan": _rescan,
    "retry": _retry,
    "folder": _folder,
    "remap": _remap,
    "train": _train,
    "cancel": _cancel,
}
#: Those that begin or end a job and change no row now.
STARTS = frozenset({"rescan", "retry", "folder", "remap", "train", "cancel"})


def _ids(asked: Mapping[str, Any]) -> Sequence[int]:
    ids = asked.get("ids")
    if not isinstance(ids, list) or not all(type(one) is int for one in ids) or len(ids) > MOST:
        abort(400)
    return ids


def _steps(services: Services) -> dict[str, str]:
    undo, redo = services.curation.steps()
    return {"undo": translated(undo), "redo": translated(redo)}


def _row(row: RecordingRow) -> dict[str, Any]:
    remarks = "; ".join(map(translated, filter(None, (row.reason, *row.remarks))))
    return {
        "id": row.id,
        "key": str(row.id),
        "title": row.title,
        "performer": row.performer,
        "instrument": row.instrument,
        "duration_s": round(row.duration_s, 1),
        "path": row.path,
        "folder": row.folder,
        "state": row.state,
        "remarks": remarks,
        "edited": list(row.edited),
        "audio": f"{media_path(row.id)}/audio",
    }
