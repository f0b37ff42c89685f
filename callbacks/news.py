"""Whether there is news: a route that an open page asks while nothing goes on.

A callback of Dash goes through all components of the page twice, and would hold a brush up; so it
only asks when this says something else than before.
"""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.services import Services


def register(server: Flask, services: Services) -> None:
    """Add the route."""

    @server.get("/news")
    def news() -> Response:
        response = Response(compute_news(services, request.args.get("map")), mimetype="text/plain")
        response.cache_control.no_store = True
        return response


def compute_news(services: Services, map_id: str | None) -> str:
    """What differs as soon as a page that shows this map would show something else."""
    library = services.collection.status()
    said = (library.map_id, library.busy, library.sentence, services.jobs.remaps(map_id))
    return repr((services.collection.revision(), *said))
