"""Counts what a database is asked: through SQLAlchemy, and by statements that were compiled once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from bot.storage import statements


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements of all databases while the block lasts; one for many rows counts once."""
    seen: list[str] = []
    run = statements._run

    def run_and_note(db: Any, compiled: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(compiled.sql)
        return run(db, compiled, *args, **kwargs)

    def note(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        seen.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(statements, "_run", run_and_note):
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
