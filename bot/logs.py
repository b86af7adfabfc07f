"""Structured logs with ids only: no names, no words, no tokens, tracebacks included."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# A bot's token stands in every address of the Bot API.
_TOKEN = re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{10,}")
# PostgreSQL repeats the values of a refused row after "DETAIL:".
_DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)
_ELEVEN_DIGITS = re.compile(r"(?<![\d.])\d{6}[ ]?\d{5}(?!\d)")
_LOGIN = re.compile(r"/login/[A-Za-z0-9_-]{10,}")


def redact(text: str) -> str:
    """The text without what may stand in no log."""
    return _redact_signs(_DETAIL.sub("DETAIL: <left out>", text))


def _redact_signs(text: str) -> str:
    text = _TOKEN.sub("<token>", text)
    text = _LOGIN.sub("/login/<token>", text)
    return _ELEVEN_DIGITS.sub("<digits>", text)


def redact_values(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Redacts before the line is written, so that what is left out cannot break its form."""
    return {name: _redacted(value) for name, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        shown = redact(str(value))
        return value if shown == str(value) else shown
    if isinstance(value, list | tuple):
        return [_redacted(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _redacted(one) for name, one in value.items()}
    return redact(str(value))


class RedactingFormatter(logging.Formatter):
    """Formats, then redacts: whatever came in by an exception or a library is caught as well."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        # DETAIL was left out before: here it could only take the end of the line along.
        return _redact_signs(self._inner.format(record))


def set_up_logging(*, form: str) -> None:
    """One handler on standard error for all loggers; `form` is "json" or "console"."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact_values,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(formatter))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # httpx writes every address, tokens and all.
    for name in ("httpx", "httpcore", "alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every tick that finds the last one at work, which is what is meant to happen.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
