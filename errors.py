"""The two roots of every exception this project raises on purpose.

Anything a person can mend (a missing folder, a damaged file, a bad argument)
is a :class:`UserError`: it reaches them as one sentence that says what is
wrong, where, and what to do, and never as a traceback.  Anything else that we
detect ourselves is an :class:`InternalError`: our own fault, worth a traceback
in the log.
"""


class UserError(Exception):
    """Something the user can mend; ``str(error)`` is the sentence they read."""

    exit_code = 1


class UsageError(UserError):
    """A command was given arguments it cannot work with."""

    exit_code = 2


class InternalError(Exception):
    """A promise between our own parts was broken."""
