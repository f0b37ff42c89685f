"""The texts of the page's JavaScript, which the page brings along with its document."""

from __future__ import annotations

import json
import re
from pathlib import Path

from language import catalogue

_TEXT = r'"((?:[^"\\]|\\.)*)"'
#: ``text("…")`` and ``texts("…", "…", count)``, see ``assets/js/00-language.js``.
_CALL = re.compile(rf"\b(?:text\(\s*{_TEXT}|texts\(\s*{_TEXT},\s*{_TEXT})")


def messages(folder: Path) -> dict[str, str | None]:
    """Texts in the scripts of a folder: English, with that for several where there is one."""
    found = {}
    for script in sorted(folder.glob("*.js")):
        for text, one, many in _CALL.findall(script.read_text(encoding="utf-8")):
            found[json.loads(f'"{text or one}"')] = json.loads(f'"{many}"') if one else None
    return found


def translations(folder: Path) -> dict[str, str]:
    """Those of :func:`messages` that the language spoken has in other words."""
    known = catalogue()
    return {text: known[text][0] for text in messages(folder) if text in known}
