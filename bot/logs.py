"""Structured logs with ids only: no names, no words, no tokens, tracebacks included."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

# A bot's token stands in every address of the Bot API.
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{10,}")
# PostgreSQL repeats the values of a refused row after "DETAIL:".
_DETAIL = re.compile(r"DETAIL:.*", re.DOTALL)
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ ]?\d{5}(?!\d)")
_LOGIN = re.compile(r"/login/[A-Za-z0-9_-]{10,}")


def redact(text: str) -> str:
    """The text without what may stand in no log."""
    text = _TOKEN.sub("<token>", text)
    text = _DETAIL.sub("DETAIL: <left out>", text)
    text = _LOGIN.sub("/login/<token>", text)
    return _ELEVEN_DIGITS.sub("<digits>", text)


class RedactingFormatter(logging.Formatter):
    """Formats, then redacts: whatever came in by an exception or a library is caught as well."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


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
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(formatter))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # httpx writes every address, tokens and all; APScheduler every tick.
    for name in ("httpx", "httpcore", "apscheduler", "alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
