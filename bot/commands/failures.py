"""How the command line fails: one sentence on stderr and exit code 1, never a traceback unasked."""

from __future__ import annotations

import sys

from bot.domain.errors import TettpaError

MAX_REASON_CHARS = 300


def complain(sentence: str) -> None:
    """Write to stderr what went wrong, or what deserves a look."""
    print(sentence, file=sys.stderr)


def sentence_for(error: Exception) -> str:
    """What is told of any error, foreseen or not."""
    return sentence_of(error) if isinstance(error, TettpaError) else _unexpected(error)


def sentence_of(error: TettpaError) -> str:
    """The error in one line; of many problems the first, and where the others are listed."""
    first, *others = str(error).splitlines() or [type(error).__name__]
    if not others:
        return first
    more = "1 more problem" if len(others) == 1 else f"{len(others)} more problems"
    return f"{first} (and {more}: run `tettpa content check`)"


def _unexpected(error: Exception) -> str:
    reason = " ".join(str(error).split())[:MAX_REASON_CHARS]
    what = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    return f"Unexpected {what} (run `tettpa --debug …` for details, and report it)"
