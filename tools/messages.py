"""The catalogue of translations, brought in step with the code: ``python -m tools.messages``.

New texts get an empty translation, which the tests refuse; what no code says any more is dropped.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from language import scripts
from language.catalogue import entries

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "language" / "zh.po"
#: Rooms whose texts reach the page, beside the modules at the top.
ROOMS = (
    "analysis",
    "callbacks",
    "data",
    "encoders",
    "figures",
    "jobs",
    "language",
    "layout",
    "services",
)
#: Functions of :mod:`language` whose first argument is a text; of ``ngettext`` the second too.
MARKS = ("_", "N_", "ngettext")

_HEADER = """\
# Chinese texts of the page. The English texts are in the code; `make messages` brings both in step.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: zh_CN\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


class Message(NamedTuple):
    """A text that the code says."""

    text: str
    plural: str | None
    where: str


def used(root: Path = ROOT) -> dict[str, Message]:
    """Every text of Python and of the page's scripts, where it is said first."""
    found: dict[str, Message] = {}
    files = [
        *sorted(root.glob("*.py")),
        *(f for r in ROOMS for f in sorted((root / r).rglob("*.py"))),
    ]
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text, plural in marked(tree):
            _add(found, Message(text, plural, path.relative_to(root).as_posix()))
    for text, plural in scripts.messages(root / "assets" / "js").items():
        _add(found, Message(text, plural, "assets/js"))
    return found


def _add(found: dict[str, Message], message: Message) -> None:
    known = found.get(message.text)
    if known is None or (known.plural is None and message.plural is not None):
        found[message.text] = message._replace(where=known.where if known else message.where)


def marked(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Texts in a module and, of a plural, that for several."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        literals = [
            a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
        ]
        if node.func.id in MARKS and literals:
            yield literals[0], literals[1] if node.func.id == "ngettext" else None


def write(path: Path = CATALOGUE) -> list[str]:
    """Bring the catalogue in step with the code; what is still to be translated."""
    known = {entry.message: entry for entry in entries(path)} if path.is_file() else {}
    blocks, missing = [_HEADER], []
    for message in used().values():
        entry = known.get(message.text)
        form = entry.forms[0] if entry else ""
        if not form:
            missing.append(message.text)
        lines = [f"#: {message.where}", f"msgid {_quoted(message.text)}"]
        if message.plural is None:
            lines.append(f"msgstr {_quoted(form)}")
        else:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines.append(f"msgstr[0] {_quoted(form)}")
        blocks.append("\n".join(lines) + "\n")
    path.write_text("\n".join(blocks), encoding="utf-8")
    return missing


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    for untranslated in write():
        print("to be translated:", untranslated)
