"""Reading one YAML file safely, remembering the line of every value.

Scalars stay words as they were written: `no`, `10:00` and `007` mean what the author typed, and
the models decide what becomes a number, a date or a yes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
_NOT_YAML = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Where the parser gives up only after what is wrong, its beginning is nearer.
_BEGINS = ("flow mapping", "flow sequence", "simple key")
# What people mostly did when the parser says so.
_REMEDIES = (
    ("mapping values", "a text with a colon needs quotes or a `|` block; keys begin in one column"),
    (
        "cannot start any token",
        "begin lines with spaces, not a tab; a text with @, % or ` first needs quotes",
    ),
    ("expected alphabetic", "a text that begins with * or & needs quotes"),
    (
        "flow mapping",
        "within { } put commas between entries, and quotes around texts with , : or {",
    ),
    ("flow sequence", "within [ ] put commas between entries, and close it with ]"),
    ("quoted scalar", 'close the quotation mark, and write \\" for one inside'),
    ("block mapping", "let keys that belong together begin in one column; close quotation marks"),
    ("block collection", "let lines that belong together begin in one column, with a - each"),
    ("unexpected ':'", "put a text with a colon in quotes"),
    ("could not find expected ':'", "write `key: value`, and indent a text below its `|`"),
)
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
            return _Builder().build(path, parser)
        finally:
            parser.dispose()
    except UnicodeEncodeError as error:  # half a character, which no file holds but a form may
        line = text.count("\n", 0, error.start) + 1
        raise BadYaml(line, BROKEN_CHARACTER) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.context and error.context_mark and any(one in error.context for one in _BEGINS):
            mark = error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        reason += next((f"; {remedy}" for mark_of, remedy in _REMEDIES if mark_of in reason), "")
        raise BadYaml(mark.line + 1 if mark else 0, f"not valid YAML: {reason}") from None
    except yaml.YAMLError:  # a character YAML does not allow; it counts bytes, not lines
        found = _NOT_YAML.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        raise BadYaml(line, BROKEN_CHARACTER) from None


# A container with its places and the key that awaits a value.
_Open = tuple[list[Value] | dict[str, Value], dict[str | int, Node], str | None]


class _Builder:
    """Builds values and their places from parser events, keeping its own stack.

    A large pack has a hundred thousand events: what happens for each stands together here.
    """

    def __init__(self) -> None:
        self._holder: list[Value] | dict[str, Value] = []  # what is being filled
        self._places: dict[str | int, Node] = {}  # the places in it
        self._key: str | None = None  # of a mapping: the key awaiting its value
        self._above: list[_Open] = []

    def build(self, path: str, parser: Any) -> Document:
        # Events, not yaml.compose: libyaml's composer recurses in C, and a file of a hundred
        # thousand brackets ends the process. Here depth is ours to bound.
        next_event = parser.get_event
        top, places, documents = self._holder, self._places, 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._holder, self._places, self._key = self._above.pop()
            elif kind is yaml.AliasEvent:
                line = event.start_mark.line + 1
                raise BadYaml(line, "aliases (`*name`) are not used in packs; write it out")
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    raise BadYaml(line, "one document a file; remove this `---`")
            elif event is None or kind is yaml.StreamEndEvent:
                value = top[0] if isinstance(top, list) and top else None
                return Document(path, value, places.get(0, Node(1)))

    def _scalar(self, event: Any) -> None:
        line: int = event.start_mark.line + 1
        if event.anchor is not None or event.tag is not None:
            _refuse_extras(event, line)
        value, style = event.value, event.style
        if style == '"' and _NOT_TEXT.search(value):
            raise BadYaml(line, BROKEN_CHARACTER)
        holder, key = self._holder, self._key
        if isinstance(holder, dict):
            if key is None:
                self._key = self._new_key(value, line)
                return
            holder[key] = None if value in _NOTHING and event.implicit[0] else value
            self._key = None
            node = self._places[key]
            # A text's own line is where it begins, which its key may not share.
            node.line = line
        else:
            node = self._places[len(holder)] = Node(line)
            holder.append(None if value in _NOTHING and event.implicit[0] else value)
        node.style = style

    def _open(self, event: Any, value: list[Value] | dict[str, Value]) -> None:
        line: int = event.start_mark.line + 1
        if event.anchor is not None or event.tag is not None:
            _refuse_extras(event, line)
        holder, places = self._holder, self._places
        if isinstance(holder, dict):
            if self._key is None:
                raise BadYaml(line, "a key must be a word; put texts with braces in quotes")
            # A mapping keeps the line of its key, not that of the first thing inside it.
            holder[self._key] = value
            node = places[self._key]
        else:
            node = places[len(holder)] = Node(line)
            holder.append(value)
        if len(self._above) >= MAX_DEPTH:
            raise BadYaml(line, f"nested more than {MAX_DEPTH} levels deep")
        self._above.append((holder, places, None))
        self._holder, self._places, self._key = value, {}, None
        node.children = self._places

    def _new_key(self, name: str, line: int) -> str:
        known = self._places
        if name in known:
            raise BadYaml(
                line, f"`{name}` stands twice, first in line {known[name].line}; keep one"
            )
        if len(name) > MAX_KEY_CHARS:
            raise BadYaml(line, f"a key is at most {MAX_KEY_CHARS} characters")
        known[name] = Node(line)
        return name


def _refuse_extras(event: Any, line: int) -> None:
    if event.anchor is not None:
        raise BadYaml(line, "anchors (`&name`) are not used in packs; write it out")
    if event.tag is not None and event.tag not in _STANDARD_TAGS:
        raise BadYaml(line, f"tags (`{event.tag}`) are not used in packs; remove it")
