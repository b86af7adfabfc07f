"""How the command line fails: one sentence on stderr and exit code 1, never a traceback unasked."""

from __future__ import annotations

import errno
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from bot.domain.errors import TettpaError

MAX_REASON_CHARS = 300


class CommandLine(TyperGroup):
    """The outermost group: whatever a command raises ends here."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except TettpaError as error:
            if ctx.params.get("debug"):
                raise
            complain(sentence_of(error))
            raise typer.Exit(1) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            # Wrong usage carries its own exit code, and a closed pipe (`| head`) is no fault.
            is_usage = hasattr(error, "exit_code")
            is_closed_pipe = isinstance(error, OSError) and error.errno == errno.EPIPE
            if is_usage or is_closed_pipe or ctx.params.get("debug"):
                raise
            complain(_unexpected(error))
            raise typer.Exit(1) from None


def complain(sentence: str) -> None:
    """Write to stderr what went wrong, or what deserves a look."""
    print(sentence, file=sys.stderr)


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
