"""Reading one YAML file safely, remembering the line of every value.

Scalars stay words as they were written: `no`, `10:00` and `007` mean what the author typed, and
the models decide what becomes a number, a date or a yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from bot.content.findings import Finding

MAX_BYTES = 1_000_000
TOO_LARGE = "the file is over 1 MB; split it or remove what is not text"
BROKEN_CHARACTER = "a character here is not text; write it anew"
# Only escapes in double quotes ("\0") can bring these past the parser; databases refuse them.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
MAX_DEPTH = 12  # the deepest place of the format is six
MAX_KEY_CHARS = 100
_NOTHING = frozenset({"", "~", "null"})
_STANDARD_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})

Value = str | None | list["Value"] | dict[str, "Value"]


class BadYaml(Exception):
    """The file cannot be read; carries where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


# Most nodes are words; a dictionary for each would cost more than the parsing.
_NO_CHILDREN: Mapping[str | int, Node] = MappingProxyType({})


class Node:
    """The line a value begins on, how it was written, and the places inside it."""

    __slots__ = ("children", "line", "style")

    def __init__(self, line: int) -> None:
        self.line = line
        self.style: str | None = None
        self.children: Mapping[str | int, Node] = _NO_CHILDREN


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a pack: its value, and the line of each part of it."""

    path: str
    value: Value
    root: Node

    def node(self, *place: str | int) -> Node:
        """The nearest node on the way to `place`."""
        node = self.root
        for part in place:
            inner = node.children.get(part)
            if inner is None:
                break
            node = inner
        return node

    def line(self, *place: str | int) -> int:
        return self.node(*place).line

    def text_line(self, offset: int, *place: str | int) -> int:
        """The line of row `offset` (from 0) inside the text at `place`.

        Exact in literal blocks (`|`), where authors write long texts; the beginning elsewhere.
        """
        node = self.node(*place)
        return node.line + 1 + offset if node.style == "|" else node.line

    def problem(self, message: str, *place: str | int) -> Finding:
        return Finding(self.path, self.line(*place), message)


# libyaml's parser is six to nine times as fast; a Python without it still works.
_Parser: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: str, text: str) -> Document:
    """Parse one file.

    Raises:
        BadYaml: not YAML, or uses what packs do not: aliases, tags, duplicate keys, deep nesting.
    """
    try:
        if len(text) > MAX_BYTES or len(text.encode()) > MAX_BYTES:
            raise BadYaml(0, TOO_LARGE)
        parser = _Parser(text)
        try:
            return _Builder().build(path, _events(parser))
        finally:
            parser.dispose()
    except UnicodeEncodeError as error:  # half a character, which no file holds but a form may
        line = text.count("\n", 0, error.start) + 1
        raise BadYaml(line, BROKEN_CHARACTER) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        if "mapping values" in reason:
            reason += "; a text with a colon needs quotes or a `|` block"
        raise BadYaml(mark.line + 1 if mark else 0, f"not valid YAML: {reason}") from None
    except yaml.YAMLError as error:  # a character YAML does not allow
        raise BadYaml(0, f"not valid YAML: {str(error).splitlines()[0]}") from None


def _events(parser: Any) -> Iterator[Any]:
    # Events, not yaml.compose: libyaml's composer recurses in C, and a file of a hundred thousand
    # brackets ends the process. Here depth is ours to bound.
    while True:
        event = parser.get_event()
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return
        yield event


class _Builder:
    """Builds values and their places from parser events, keeping its own stack."""

    def __init__(self) -> None:
        self._top: list[Value] = []
        self._places: dict[str | int, Node] = {}
        self._containers: list[list[Value] | dict[str, Value]] = [self._top]
        self._inside: list[dict[str | int, Node]] = [self._places]  # places in each of them
        self._keys: list[str | None] = [None]  # of each open mapping: the key awaiting its value
        self._documents = 0

    def build(self, path: str, events: Iterator[Any]) -> Document:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._containers.pop()
                self._inside.pop()
                self._keys.pop()
            elif kind is yaml.AliasEvent:
                line = event.start_mark.line + 1
                raise BadYaml(line, "aliases (`*name`) are not used in packs; write it out")
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    line = event.start_mark.line + 1
                    raise BadYaml(line, "one document a file; remove this `---`")
        return Document(path, self._top[0] if self._top else None, self._places.get(0, Node(1)))

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        _refuse_extras(event, line)
        if event.style == '"' and _NOT_TEXT.search(event.value):
            raise BadYaml(line, BROKEN_CHARACTER)
        key = self._keys[-1]
        if key is None and isinstance(self._containers[-1], dict):
            self._take_key(event.value, line)
            return
        value: str | None = event.value
        if value in _NOTHING and event.implicit[0]:
            value = None
        node = self._put(key, value, line)
        # A text's own line is where it begins, which its key may not share.
        node.line = line
        node.style = event.style

    def _open(self, event: Any, value: list[Value] | dict[str, Value]) -> None:
        line = event.start_mark.line + 1
        _refuse_extras(event, line)
        key = self._keys[-1]
        if key is None and isinstance(self._containers[-1], dict):
            raise BadYaml(line, "a key must be a word; put texts with braces in quotes")
        # A mapping keeps the line of its key, not that of the first thing inside it.
        places: dict[str | int, Node] = {}
        self._put(key, value, line).children = places
        if len(self._containers) > MAX_DEPTH:
            raise BadYaml(line, f"nested more than {MAX_DEPTH} levels deep")
        self._containers.append(value)
        self._inside.append(places)
        self._keys.append(None)

    def _put(self, key: str | None, value: Value, line: int) -> Node:
        holder, places = self._containers[-1], self._inside[-1]
        if isinstance(holder, dict):
            assert key is not None
            holder[key] = value
            self._keys[-1] = None
            return places[key]
        node = places[len(holder)] = Node(line)
        holder.append(value)
        return node

    def _take_key(self, name: str, line: int) -> None:
        known = self._inside[-1]
        if len(name) > MAX_KEY_CHARS:
            raise BadYaml(line, f"a key is at most {MAX_KEY_CHARS} characters")
        if name in known:
            raise BadYaml(
                line, f"`{name}` stands twice, first in line {known[name].line}; keep one"
            )
        known[name] = Node(line)
        self._keys[-1] = name


def _refuse_extras(event: Any, line: int) -> None:
    if event.anchor is not None:
        raise BadYaml(line, "anchors (`&name`) are not used in packs; write it out")
    if event.tag is not None and event.tag not in _STANDARD_TAGS:
        raise BadYaml(line, f"tags (`{event.tag}`) are not used in packs; remove it")
