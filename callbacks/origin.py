"""Whether a request that changes something comes from our own page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request


def refuse_strangers() -> None:
    """End the request when another site's page has sent it.

    Browsers say where a request comes from and let no page change that. What says nothing, such
    as a script on somebody's machine, is no browser that could be abused.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    same_host = origin is None or urlsplit(origin).netloc == request.host
    if site not in ("same-origin", "none") or not same_host:
        abort(403)
