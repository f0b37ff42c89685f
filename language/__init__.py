"""The page in English and Chinese: texts are English, and translated where they are shown.

A request to the server has a language of its own (:func:`use`); whatever runs outside of one, such
as the command line, the log and the background, speaks English.  A text that arises there and is
shown later is a :class:`Sentence`, which remembers the values that were put into it.

The functions have gettext's names.  The catalogue is ``language/zh.po``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from language.catalogue import Catalogue, read

#: Languages of the page and their own names; texts are written in the first.
NAMES = {"en": "English", "zh": "中文"}
ENGLISH = next(iter(NAMES))

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


def use(language: str) -> None:
    """Speak this language from now on in this context; English where we do not have it."""
    _current.set(language if language in NAMES else ENGLISH)


def current() -> str:
    """The language that is spoken: a key of :data:`NAMES`."""
    return _current.get()


def catalogue() -> Catalogue:
    """Translations into the language that is spoken; empty for English."""
    return _catalogue(current())


def N_(message: str) -> str:
    """Mark a text that :func:`_` or :func:`translated` gets later."""
    return message


def _(message: str, **values: Any) -> str:
    """A text in the language that is spoken.

    Parameters
    ----------
    message : str
        English, as a literal. Where there are values it is a format string.
    values
        For its named fields.
    """
    text = catalogue().get(message, (message,))[0]
    return text.format(**values) if values else text


def ngettext(one: str, many: str, count: float, **values: Any) -> str:
    """A text about `count` things; its field ``{count}`` takes a format, as in ``{count:,}``."""
    found = catalogue().get(one)  # Chinese has one form for all numbers
    text = found[0] if found else (one if count == 1 else many)
    return text.format(count=count, **values)


def listed(words: Sequence[str]) -> str:
    """Words one after the other: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return _("{some} and {last}", some=_(", ").join(words[:-1]), last=words[-1])


class Sentence(str):
    """An English text that remembers how it was made, so that it can be translated later.

    Parameters
    ----------
    message : str
        Marked with :func:`N_`; a format string where there are values.
    values
        For its named fields; sentences among them are translated too.
    """

    message: str
    values: dict[str, Any]

    def __new__(cls, message: str, **values: Any) -> Sentence:  # noqa: D102 - see the class
        made = super().__new__(cls, message.format(**values) if values else message)
        made.message, made.values = message, values
        return made


def joined(sentences: Sequence[str]) -> str:
    """Sentences one after the other, each of which can still be translated."""
    if len(sentences) < 2:
        return "".join(sentences)
    fields = {f"sentence_{place}": said for place, said in enumerate(sentences)}
    return Sentence(" ".join(f"{{{name}}}" for name in fields), **fields)


def translated(text: str | Exception) -> str:
    """A text, or what an exception says, in the language that is spoken; as it is if unknown."""
    said = text.args[0] if isinstance(text, Exception) and len(text.args) == 1 else text
    if not isinstance(said, Sentence):
        return _(str(said)) if said else ""
    values = {k: translated(v) if isinstance(v, Sentence) else v for k, v in said.values.items()}
    return _(said.message, **values)


def packed(text: str | Exception) -> str:
    """A text as a database keeps it, so that a :class:`Sentence` can be translated later still."""
    said = text.args[0] if isinstance(text, Exception) and len(text.args) == 1 else text
    return json.dumps(_plain(said if isinstance(said, str) else str(said)), ensure_ascii=False)


def unpacked(text: str) -> str:
    """The text that :func:`packed` was given; any other text as it is."""
    try:
        found = _sentence(json.loads(text))
    except (ValueError, TypeError, KeyError):
        return text
    return found if isinstance(found, str) else text


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"message": value.message, "values": {k: _plain(v) for k, v in value.values.items()}}
    return value if isinstance(value, str | int | float) else str(value)


def _sentence(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return Sentence(value["message"], **{k: _sentence(v) for k, v in value["values"].items()})


@cache
def _catalogue(language: str) -> Catalogue:
    if language == ENGLISH:
        return {}
    return read(Path(__file__).with_name(f"{language}.po"))
