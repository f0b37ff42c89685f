"""The HTML document around the page, in the language of who asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dash import Dash
from flask import request

import language
from language import scripts

#: Cookie that keeps the language a person has chosen (``assets/js/00-language.js``).
COOKIE = "language"

_DOCUMENT = """<!DOCTYPE html>
<html lang="{%language%}">
    <head>
        {%metas%}
        <title>{%title%}</title>
        {%favicon%}
        {%css%}
        {%early%}
    </head>
    <body>
        {%app_entry%}
        <script type="application/json" id="page-texts">{%texts%}</script>
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>
"""

_EARLY = (
    "plotly/package_data/plotly.min.js",
    "dash/dcc/async-graph.js",
    "dash/dcc/async-dropdown.js",
)


class Document(Dash):
    """A Dash app whose every answer is in the language of the browser that asks."""

    def __init__(self, name: str, *, assets: Path, title: str) -> None:
        super().__init__(
            name,
            assets_folder=str(assets),
            title=title,
            update_title="",
            compress=False,
            index_string=_DOCUMENT,
        )
        self._scripts = assets / "js"
        self.server.before_request(_speak)

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The document, with its language and the texts of its scripts."""
        texts = json.dumps(scripts.translations(self._scripts), ensure_ascii=False)
        document = super().interpolate_index(**parts)
        document = document.replace("{%language%}", language.current())
        document = document.replace("{%early%}", self._early())
        return document.replace("{%texts%}", texts.replace("</", "<\\/"))

    def _early(self) -> str:
        """What Dash fetches only when it meets the first graph is fetched with the rest."""
        prefix = self.config.requests_pathname_prefix
        return "".join(
            f'<link rel="preload" as="script" href="{prefix}_dash-component-suites/{path}">'
            for path in _EARLY
        )


def _speak() -> None:
    """The language that was chosen, else what the browser says its reader prefers."""
    chosen = request.cookies.get(COOKIE)
    language.use(chosen or request.accept_languages.best_match(language.NAMES) or language.ENGLISH)
