"""Where every value of a YAML file stands, to the character: to change one and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

# Both count characters from the first one after a byte order mark, once that is taken away.
_Parser: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BYTE_ORDER_MARK = "\ufeff"
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(slots=True)
class Spot:
    """One value: `text[start:end]`, quotes and block header included.

    `end` of a mapping or list that is written by indentation is that of its last value. `column`
    counts from 0: of a mapping written by indentation it is that of its keys. `keys` tells where
    the keys of a mapping stand.
    """

    start: int
    end: int
    column: int
    style: str | None = None  # of words: None or "" plain, "'", '"', "|" or ">"
    is_mapping: bool = False
    is_list: bool = False
    is_flow: bool = False  # written with brackets, or within something that is
    children: dict[str | int, Spot] = field(default_factory=dict)
    keys: dict[str, Spot] = field(default_factory=dict)

    @property
    def is_words(self) -> bool:
        return not (self.is_mapping or self.is_list)

    @property
    def is_nothing(self) -> bool:
        """Nothing was written where a value could stand."""
        return self.is_words and self.start == self.end

    @property
    def is_block(self) -> bool:
        return self.style in ("|", ">")

    def at(self, *place: str | int) -> Spot | None:
        found: Spot | None = self
        for part in place:
            found = None if found is None else found.children.get(part)
        return found


def spots_of(text: str) -> Spot | None:
    """Where the values of a file stand that `read_yaml` accepts; None when it holds nothing.

    Args:
        text: Without byte order mark.
    """
    parser = _Parser(text)
    try:
        events = _values(parser)
        first = next(events, None)
        return None if first is None else _read(first, events, in_flow=False)
    finally:
        parser.dispose()


def _values(parser: Any) -> Iterator[Any]:
    around = (
        yaml.StreamStartEvent,
        yaml.StreamEndEvent,
        yaml.DocumentStartEvent,
        yaml.DocumentEndEvent,
    )
    while (event := parser.get_event()) is not None:
        if not isinstance(event, around):
            yield event


def _read(event: Any, events: Iterator[Any], *, in_flow: bool) -> Spot:
    # `read_yaml` has bounded the depth, so this may call itself.
    mark = event.start_mark
    spot = Spot(mark.index, event.end_mark.index, mark.column)
    if isinstance(event, yaml.ScalarEvent):
        spot.style, spot.is_flow = event.style, in_flow
        return spot
    spot.is_flow = in_flow or bool(event.flow_style)
    spot.is_mapping = isinstance(event, yaml.MappingStartEvent)
    spot.is_list = not spot.is_mapping
    while type(event := next(events)) not in _ENDS:
        if spot.is_mapping:
            key = _read(event, events, in_flow=spot.is_flow)
            spot.keys[event.value] = key
            spot.children[event.value] = _read(next(events), events, in_flow=spot.is_flow)
        else:
            item = _read(event, events, in_flow=spot.is_flow)
            spot.children[len(spot.children)] = item
    if spot.is_flow:
        spot.end = event.end_mark.index
    elif spot.children:
        spot.end = max(child.end for child in spot.children.values())
    if spot.keys and not spot.is_flow:
        spot.column = min(key.column for key in spot.keys.values())
    return spot
