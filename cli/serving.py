"""The command that serves the page."""

from __future__ import annotations

import argparse

from cli.common import Commands, add_engine
from settings import Settings


def add(commands: Commands) -> None:
    """Add ``serve``."""
    serve = commands.add("serve", _serve, "Serve the page; a first start imports the demo.")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 8050)")
    add_engine(serve)


def _serve(settings: Settings, parsed: argparse.Namespace) -> int:
    from server import serve

    serve(settings)
    return 0
