"""The commoner part of Telegram's MarkdownV2 parse mode, with its strictness about escaping."""

import re

from bot.emulator.html_entities import cannot_parse
from bot.emulator.text_units import Entity, in_order, utf16_length

_KINDS = {
    "*": ("bold", "Bold"),
    "_": ("italic", "Italic"),
    "__": ("underline", "Underline"),
    "~": ("strikethrough", "Strikethrough"),
    "||": ("spoiler", "Spoiler"),
}
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_LINK_TARGET = re.compile(r"\(((?:\\.|[^)\\])*)\)")


class _MarkdownReader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.out: list[str] = []
        self.size = 0
        self.open: list[tuple[str, int, int]] = []
        self.entities: list[Entity] = []

    def byte_offset(self, place: int) -> int:
        return len(self.source[:place].encode("utf-8", "surrogatepass"))

    def put(self, text: str) -> None:
        self.out.append(text)
        self.size += utf16_length(text)

    def read(self) -> tuple[str, list[Entity]]:
        while self.place < len(self.source):
            self.step()
        if self.open:
            mark, _, begin = self.open[-1]
            self.unfinished("Text url" if mark == "[" else _KINDS[mark][1], begin)
        return "".join(self.out), in_order(self.entities)

    def unfinished(self, name: str, begin: int) -> None:
        offset = self.byte_offset(begin)
        raise cannot_parse(f"Can't find end of {name} entity at byte offset {offset}")

    def step(self) -> None:
        source, place = self.source, self.place
        sign = source[place]
        if sign == "\\" and place + 1 < len(source) and 1 <= ord(source[place + 1]) <= 126:
            self.put(source[place + 1])
            self.place += 2
        elif sign == "`":
            self.code()
        elif sign == "[":
            self.open.append(("[", self.size, place))
            self.place += 1
        elif sign == "]" and self.open and self.open[-1][0] == "[":
            self.link()
        elif source.startswith(("__", "||"), place):
            self.toggle(source[place : place + 2])
        elif sign in "*_~":
            self.toggle(sign)
        elif sign in _RESERVED:
            raise cannot_parse(
                f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self.put(sign)
            self.place += 1

    def toggle(self, mark: str) -> None:
        begin = self.place
        self.place += len(mark)
        if not self.open or self.open[-1][0] != mark:
            self.open.append((mark, self.size, begin))
            return
        _, offset, _ = self.open.pop()
        if self.size > offset:
            kind = _KINDS[mark][0]
            self.entities.append({"type": kind, "offset": offset, "length": self.size - offset})

    def code(self) -> None:
        mark = "```" if self.source.startswith("```", self.place) else "`"
        begin, start = self.place, self.place + len(mark)
        end = self.source.find(mark, start)
        if end < 0:
            self.unfinished("Pre" if mark == "```" else "Code", begin)
        inner, offset = self.source[start:end], self.size
        entity: Entity = {"type": "pre" if mark == "```" else "code", "offset": offset}
        if mark == "```" and "\n" in inner:
            language, rest = inner.split("\n", 1)
            if language and not re.search(r"\s", language):
                entity["language"] = language
                inner = rest
            elif not language:
                inner = rest
        self.put(re.sub(r"\\([\\`])", r"\1", inner))
        self.place = end + len(mark)
        if self.size > offset:
            self.entities.append({**entity, "length": self.size - offset})

    def link(self) -> None:
        _, offset, _ = self.open.pop()
        self.place += 1
        match = _LINK_TARGET.match(self.source, self.place)
        if match is None:
            return
        self.place = match.end()
        url = re.sub(r"\\(.)", r"\1", match.group(1))
        if self.size > offset and url:
            length = self.size - offset
            self.entities.append(
                {"type": "text_link", "offset": offset, "length": length, "url": url}
            )


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Return the visible text and its entities, or raise Telegram's complaint."""
    return _MarkdownReader(source).read()
