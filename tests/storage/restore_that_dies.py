"""A process that is killed in the middle of a restore, at the point its last argument names."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from bot import backups
from bot.services.restoring import settle_restored
from bot.storage import restore
from tests.real_office import office_settings


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def settle_and_die(*given: Any, **named: Any) -> None:
    settle_restored(*given, **named)
    die()


class Dying(sqlite3.Connection):
    """Copies a few pages, and is no more."""

    def backup(self, target: sqlite3.Connection, **_: Any) -> None:
        super().backup(target, pages=20, progress=die)


def dying_sqlite() -> SimpleNamespace:
    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        return sqlite3.connect(*given, factory=Dying, **named)

    errors = ("Error", "DatabaseError", "OperationalError")
    return SimpleNamespace(connect=connect, **{name: getattr(sqlite3, name) for name in errors})


POINTS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "before": lambda: patch.object(backups, "merge_keys", die),
    "settled": lambda: patch.object(backups, "settle_restored", settle_and_die),
    "swapping": lambda: patch.object(restore, "sqlite3", dying_sqlite()),
}

if __name__ == "__main__":
    address, folder, keys_folder, now, point = sys.argv[1:]
    with POINTS[point]():
        backups.restore(
            office_settings(address),
            Path(folder),
            keys_folder=Path(keys_folder),
            lose_newer=True,
            now=datetime.fromisoformat(now),
            real_now=datetime.fromisoformat(now),
        )
