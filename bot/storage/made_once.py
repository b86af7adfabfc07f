"""Values of an object that are made when they are first asked for, without a lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class made_once(Generic[T]):
    """`functools.cached_property` without its lock: a unit of work belongs to one thread."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make

    def __get__(self, owner: Any, _: object = None) -> T:
        made = owner.__dict__[self._make.__name__] = self._make(owner)
        return made
