"""Where the parts meet: the library, the engine and the page become one web app.

``create_app(settings)`` is the WSGI entry; ``serve(settings)`` runs it under
gunicorn with one process and several threads.  This process never imports torch.
"""

from __future__ import annotations

import ctypes
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, has_request_context, request
from flask_caching import Cache
from flask_compress import Compress

from callbacks import (
    annotation,
    clustering,
    clusters,
    curating,
    dimension,
    encoders,
    evaluate,
    extended,
    form,
    frame,
    layers,
    linked,
    listening,
    media,
    multiples,
    news,
    notes,
    player,
    second_map,
    selection,
    selections,
    takeaway,
    titles,
    uploading,
)
from callbacks import library as library_page
from callbacks import map as map_callbacks
from callbacks.derived import Derived
from callbacks.opening import first_answers
from callbacks.services import Services
from data.library import Library
from data.titles import TitleMerges
from jobs.descriptors import DescriptorRunner
from jobs.engine import Engine
from jobs.evaluation_runner import EvaluationRunner
from jobs.kinds import KINDS, LANES
from jobs.runner import JobRunner
from jobs.takeaway import TakeAway
from layout.document import Document
from layout.opening import filled_in
from layout.page import page
from services.collection import LibraryCollection
from services.curation import LibraryCuration, LibraryJobs, LibraryUploads
from services.notes import LibraryNotes
from services.sound import LibrarySound
from settings import Settings

ASSETS = Path(__file__).resolve().parent / "assets"
_A_YEAR = 31_536_000

#: Of glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Dash:
    """The page on the library that the settings name; the demo where there is none yet.

    Raises
    ------
    UserError
        If the library cannot be opened.
    """
    settings = settings or Settings.from_environment()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    library = Library.open(settings.library, create=True, database_url=settings.database_url)
    engine = Engine(settings)
    runner = JobRunner(library, engine, KINDS, LANES)
    collection = LibraryCollection(library, engine, runner)
    uploads = LibraryUploads(library, runner, settings)
    app = build_app(
        Services(
            collection=collection,
            sound=LibrarySound(library, engine),
            notes=LibraryNotes(library, engine),
            derived=Derived(_cache(settings)),
            evaluation=EvaluationRunner(library, runner),
            descriptors=DescriptorRunner(library, engine),
            selections=library.catalogue.selections,
            take_away=TakeAway(library, engine),
            curation=LibraryCuration(library, runner),
            jobs=LibraryJobs(library, runner, settings),
            uploads=uploads,
            titles=TitleMerges(library.catalogue),
        )
    )
    app.server.extensions["musiclatentvis"] = {"engine": engine, "runner": runner}
    uploads.adopt()
    collection.import_demo_if_empty()
    collection.mend_map_if_damaged()
    runner.start()
    return app


def build_app(services: Services) -> Dash:
    """The page on any services that keep the promises of ``callbacks.services``."""
    app = Document(__name__, assets=ASSETS, title="MusicLatentVIS")
    services.derived.bind(app.server)
    app.layout = lambda: _opened(services)
    maps = (encoders, map_callbacks, extended, second_map, layers, multiples)
    following = (linked, form, dimension, clustering, clusters)
    explore = (selection, selections, *maps, *following, player)
    for part in (frame, takeaway, *explore, annotation, notes, evaluate, library_page, titles):
        part.register(app, services)
    media.register(app.server, services)
    listening.register(app.server, services)
    annotation.register_routes(app.server, services)
    news.register(app.server, services)
    takeaway.register_downloads(app.server, services)
    curating.register(app.server, services)
    uploading.register(app.server, services)
    _harden(app.server)
    return app


def _opened(services: Services) -> Any:
    """The page as it is opened, with what its callbacks would answer first."""
    opening = frame.compute_opening(services)
    # Dash asks for the layout once before anybody opens the page.
    answers = first_answers(services, opening) if has_request_context() else {}
    return filled_in(page(opening), answers)


def _harden(server: Flask) -> None:
    """Compressed answers, a health check, and nothing sniffed or framed."""
    server.config["COMPRESS_MIMETYPES"] = [
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
    ]
    # Zstandard takes a figure a hundred times faster than gzip. Browsers accept it from this
    # machine and over HTTPS; gzip serves the rest.
    server.config["COMPRESS_ALGORITHM"] = ["zstd", "gzip"]
    server.config["COMPRESS_ZSTD_LEVEL"] = server.config["COMPRESS_LEVEL"] = 1
    Compress(server)

    @server.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @server.after_request
    def headers(response: Any) -> Any:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        if request.path.startswith("/assets/") and "m" in request.args:
            # The address says when the file was changed: a changed file has another one.
            response.headers["Cache-Control"] = f"max-age={_A_YEAR}, immutable"
        return response


def _cache(settings: Settings) -> Cache:
    if settings.cache_url:
        return Cache(config={"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": settings.cache_url})
    return Cache(
        config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 2000, "CACHE_DEFAULT_TIMEOUT": 3600}
    )


def serve(settings: Settings) -> None:
    """Serve the page until the process is told to stop."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """gunicorn with our settings instead of a command line of its own."""

        def load_config(self) -> None:
            options = {
                "bind": f"{settings.host}:{settings.port}",
                "worker_class": "gthread",
                "workers": 1,
                "threads": 12,
                "timeout": 120,
                "graceful_timeout": 3,
                "proc_name": "musiclatentvis",
                "worker_exit": _close_engine,
                "loglevel": "warning",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            _return_freed_memory()
            app = create_app(settings)
            log.info("MusicLatentVIS is at http://%s:%d", settings.host, settings.port)
            return app.server

    Server().run()


def _return_freed_memory() -> None:
    """Have arrays of four megabytes and more given back to the system when they are freed.

    The GNU C library learns from freed arrays to keep ever larger ones for later. That is what
    made the process grow with the collection, by a fifth from 3,600 to 36,000 segments; now it
    is a twentieth. Smaller arrays are those of a brush, where asking the system for each would
    be felt. Other C libraries have no such call.
    """
    with suppress(AttributeError, OSError):
        adjust = ctypes.CDLL(None).mallopt
        for parameter in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            adjust(parameter, 2**22)


def _close_engine(_: Any, worker: Any) -> None:
    parts = getattr(getattr(worker, "wsgi", None), "extensions", {}).get("musiclatentvis")
    if parts:
        parts["runner"].close()
        parts["engine"].close()
