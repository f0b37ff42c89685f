"""Routes by which recordings come through the page: a batch is begun, filled file by file, closed.

A file goes from the connection to the library's disk in blocks, whatever its size, and takes its
name when it is whole.
"""

from __future__ import annotations

from typing import IO, Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from callbacks.origin import refuse_strangers
from callbacks.services import Services
from errors import UserError
from language import N_, translated


def register(server: Flask, services: Services) -> None:
    """Add the routes."""
    Answer = Response | tuple[Response, int]

    @server.post("/library/uploads")
    def begin() -> Answer:
        refuse_strangers()
        files = request.get_json()
        if not isinstance(files, list) or not all(_described(file) for file in files):
            abort(400)
        try:
            return jsonify(batch=services.uploads.begin([(path, size) for path, size in files]))
        except UserError as problem:
            return _refused(problem)

    @server.post("/library/uploads/<batch>/file")
    def receive(batch: str) -> Answer:
        refuse_strangers()
        try:
            receive_file(services, batch, request.args.get("path", ""))
            return jsonify(kept=True)
        except UserError as problem:
            return _refused(problem)

    @server.post("/library/uploads/<batch>/done")
    def finish(batch: str) -> Answer:
        refuse_strangers()
        try:
            return jsonify(begun=services.uploads.finish(batch))
        except UserError as problem:
            return _refused(problem)


def receive_file(services: Services, batch: str, path: str) -> None:
    """Write the request's one file into a batch as it comes in.

    Raises
    ------
    UserError
        If it may not be kept, or did not come whole; nothing of it stays then.
    """
    size = request.content_length
    if size is None or request.mimetype != "multipart/form-data":
        raise UserError(N_("No file came with this request."))
    # What is read ends where the request said that it would: its size is the file's limit too.
    with services.uploads.receiving(batch, path, size) as file:

        def target(*_: Any, **__: Any) -> IO[bytes]:
            return file

        parser = FormDataParser(
            stream_factory=target, max_form_memory_size=500_000, max_form_parts=1, silent=False
        )
        try:
            _, _, files = parser.parse(
                request.stream, request.mimetype, size, request.mimetype_params
            )
        except (ValueError, ClientDisconnected, RequestEntityTooLarge) as problem:
            raise UserError(N_("The connection ended before the file was whole.")) from problem
        if len(files) != 1:
            raise UserError(N_("No file came with this request."))


def _described(file: Any) -> bool:
    match file:
        case [str(), int() as size]:
            return size >= 0
    return False


def _refused(problem: UserError) -> tuple[Response, int]:
    return jsonify(problem=translated(problem)), 400
