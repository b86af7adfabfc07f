"""The sandboxes texts are rendered in: one escaping for Telegram's HTML, one for plain mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


def first_upper(value: object) -> str:
    """Raise the first letter and leave the rest, so that "Nav" and names stay as they are."""
    words = str(value)
    return words[:1].upper() + words[1:]


# Filters for dates, money and plurals join here when a text needs them.
FILTERS: dict[str, Callable[..., Any]] = {
    "first_upper": first_upper,
    "lower": lambda value: str(value).lower(),
    "trim": lambda value: str(value).strip(),
    "upper": lambda value: str(value).upper(),
}


def is_template(source: str) -> bool:
    """Whether `source` holds anything but words."""
    return "{{" in source or "{%" in source or "{#" in source


def _nothing_for_none(value: object) -> object:
    # "Hei None!" is the one thing nobody should ever read.
    return "" if value is None else value


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=_nothing_for_none,
        cache_size=0,  # compiled templates are kept by the pack, all of them
    )
    environment.filters = dict(FILTERS)
    environment.globals.clear()
    environment.tests.clear()
    return environment


HTML = _environment(autoescape=True)
PLAIN = _environment(autoescape=False)
