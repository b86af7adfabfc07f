"""Importing libraries as where another is not installed, so that they do not load it unasked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_if_absent(*names: str) -> Iterator[None]:
    """While inside, importing these raises ImportError, unless they are loaded already.

    For libraries that load another for their own pleasure and catch its absence. Afterwards these
    can be imported as ever. None in `sys.modules` is Python's own way to say so
    (docs.python.org/3/reference/import.html, "The module cache").
    """
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]
    hidden = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]
