"""The two roots of every exception this project raises on purpose.

Anything a person can mend (a missing folder, a damaged file, a bad argument)
is a :class:`UserError`: it reaches them as one sentence that says what is
wrong, where, and what to do, and never as a traceback.  Anything else that we
detect ourselves is an :class:`InternalError`: our own fault, worth a traceback
in the log.
"""

from __future__ import annotations

from typing import Any

from language import N_, Sentence


class UserError(Exception):
    """Something the user can mend; ``str(error)`` is the sentence they read.

    Parameters
    ----------
    sentence : str
        In English.  One that reaches the page is marked with ``language.N_``, and is a format
        string where there are values; ``language.translated(error)`` says it there.
    values
        For its named fields.
    """

    exit_code = 1

    def __init__(self, sentence: str = "", **values: Any) -> None:
        super().__init__(Sentence(sentence, **values) if values else sentence)


class UsageError(UserError):
    """A command was given arguments it cannot work with."""

    exit_code = 2


class DiskFull(UserError):
    """There is no room left where something was to be written.

    Parameters
    ----------
    sentence : str
        By default the one for a `place`, a folder or file.
    """

    def __init__(self, sentence: str = "", **values: Any) -> None:
        super().__init__(
            sentence
            or N_(
                "There is no room left on the disk of {place}: free some, then do the same again. "
                "What was done is kept."
            ),
            **values,
        )


class InternalError(Exception):
    """A promise between our own parts was broken."""
