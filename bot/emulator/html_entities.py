"""Telegram's HTML parse mode: the tags it knows, and its complaints about all others."""

import re
from dataclasses import dataclass, field

from bot.emulator.api_errors import ApiError, bad_request
from bot.emulator.text_units import Entity, in_order, utf16_length

_PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7})|(lt|gt|amp|quot));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")


def cannot_parse(complaint: str) -> ApiError:
    """Return the 400 that opens every complaint about formatting."""
    return bad_request(f"can't parse entities: {complaint}")


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.out: list[str] = []
        self.size = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def byte_offset(self, place: int) -> int:
        return len(self.source[:place].encode("utf-8", "surrogatepass"))

    def put(self, text: str) -> None:
        self.out.append(text)
        self.size += utf16_length(text)

    def read(self) -> tuple[str, list[Entity]]:
        while self.place < len(self.source):
            sign = self.source[self.place]
            if sign == "&":
                self.reference()
            elif sign != "<":
                stop = re.compile("[&<]").search(self.source, self.place)
                end = stop.start() if stop else len(self.source)
                self.put(self.source[self.place : end])
                self.place = end
            elif self.source.startswith("</", self.place):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            tag = self.open[-1].tag
            raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self.out), in_order(self.entities)

    def reference(self) -> None:
        match = _REFERENCE.match(self.source, self.place)
        code = 0
        if match and not match.group(3):
            code = int(match.group(1) or match.group(2), 10 if match.group(1) else 16)
        if match and match.group(3):
            self.put(_NAMED[match.group(3)])
        elif match and 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
            self.put(chr(code))
        else:
            self.put("&")
            self.place += 1
            return
        self.place = match.end()

    def start_tag(self) -> None:
        begin = self.place
        name_match = _TAG_NAME.match(self.source, begin + 1)
        name_end = name_match.end() if name_match else begin + 1
        if name_end >= len(self.source):
            raise cannot_parse(f"Unclosed start tag at byte offset {self.byte_offset(begin)}")
        tag = self.source[begin + 1 : name_end].lower()
        where = f'"{tag}" at byte offset {self.byte_offset(begin)}'
        if tag not in _PLAIN:
            raise cannot_parse(f"Unsupported start tag {where}")
        attributes: dict[str, str] = {}
        place = name_end
        while True:
            while place < len(self.source) and self.source[place].isspace():
                place += 1
            if place >= len(self.source):
                raise cannot_parse(f"Unclosed start tag {where}")
            if self.source[place] == ">":
                break
            match = _ATTRIBUTE.match(self.source, place)
            if match is None:
                raise cannot_parse(f"Empty attribute name in the tag {where}")
            value = (match.group(2) or "").strip("\"'")
            attributes[match.group(1).lower()] = _HtmlReader(value).plain()
            place = match.end()
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            offset = self.byte_offset(begin)
            raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self.open.append(_Open(tag, self.size, attributes))
        self.place = place + 1

    def plain(self) -> str:
        while self.place < len(self.source):
            if self.source[self.place] == "&":
                self.reference()
            else:
                self.put(self.source[self.place])
                self.place += 1
        return "".join(self.out)

    def end_tag(self) -> None:
        begin = self.place
        offset = self.byte_offset(begin)
        if not self.open:
            raise cannot_parse(f"Unexpected end tag at byte offset {offset}")
        name_match = _TAG_NAME.match(self.source, begin + 2)
        place = name_match.end() if name_match else begin + 2
        tag = self.source[begin + 2 : place].lower()
        while place < len(self.source) and self.source[place].isspace():
            place += 1
        if place >= len(self.source) or self.source[place] != ">":
            raise cannot_parse(f"Unclosed end tag at byte offset {offset}")
        opened = self.open[-1]
        if tag and tag != opened.tag:
            raise cannot_parse(
                f"Unmatched end tag at byte offset {offset}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        self.open.pop()
        self.place = place + 1
        if self.size > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        length = self.size - opened.offset
        entity: Entity = {"type": _PLAIN[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            url = opened.attributes.get("href") or "".join(self.out)[-length:]
            if "." not in url and "://" not in url:
                return
            entity["url"] = url if "://" in url else f"http://{url}"
        elif opened.tag == "code":
            language = opened.attributes.get("class", "")
            inside_pre = bool(self.open) and self.open[-1].tag == "pre"
            if inside_pre and language.startswith("language-"):
                self.open[-1].attributes["language"] = language.removeprefix("language-")
                return
        elif opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the visible text and its entities, or raise Telegram's complaint."""
    return _HtmlReader(source).read()
