"""The start of the program, without what only other commands need."""

from __future__ import annotations

import errno
import gc
from collections.abc import Sequence
from typing import Literal, get_args

from bot.absent import as_if_absent
from bot.commands.failures import complain, sentence_for

Role = Literal["all", "ingest", "worker", "console"]

# If they are there, structlog and httpx draw coloured tracebacks and a command line of their own
# with them, structlog counts greenlets, and python-telegram-bot reads Telegram Passport: 5 MB that
# a program which logs in JSON never uses.
NEVER_USED = ("rich", "pygments", "greenlet", "cryptography.hazmat.backends")


def start(role_name: str) -> None:
    """Run the program until it is stopped. Raises what `run_program` raises."""
    with as_if_absent(*NEVER_USED):
        from bot.config import load_settings
        from bot.running import run_program

    # What was imported stays for good. Looking it through for garbage, as often as Python does by
    # itself, took a fifth of the time under load.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    run_program(load_settings(), role_name=role_name)


def role_asked_for(words: Sequence[str]) -> str | None:
    """The role, where a process was asked to do nothing but run; None for what the tree must read."""
    match words:
        case ["run"]:
            return "all"
        case ["run", "--role", name] if name in get_args(Role):
            return name
    return None


def start_alone(role_name: str) -> int:
    """Run the program as all that this process does, and return the exit code.

    It fails as every command does: with one sentence, which the tree of commands writes for others.
    """
    try:
        start(role_name)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not (isinstance(error, OSError) and error.errno == errno.EPIPE):
            complain(sentence_for(error))
        return 1
    return 0
