"""Telegram's way with text: UTF-16 code units, trimmed ends, entities found in it."""

import re
from typing import Any

Entity = dict[str, Any]

_DETECTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(r"(?<![\w@])(?:https?://|tg://|www\.)[^\s<>\"«»]*[^\s<>\"«».,;:!?'()\[\]]")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@./])@[A-Za-z]\w{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units the text takes."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of the text an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Drop what Telegram drops before looking: control signs and carriage returns."""
    text = text.replace("\r\n", "\n").replace("\r", "")
    kept = (sign if sign == "\n" or ord(sign) >= 0x20 else " " for sign in text)
    return "".join(kept)


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space at both ends and move the entities with the text."""
    stripped = text.lstrip()
    lost = utf16_length(text) - utf16_length(stripped)
    stripped = stripped.rstrip()
    size = utf16_length(stripped)
    moved: list[Entity] = []
    for entity in entities:
        start = max(entity["offset"] - lost, 0)
        end = min(entity["offset"] + entity["length"] - lost, size)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return stripped, moved


def detect(text: str, entities: list[Entity]) -> list[Entity]:
    """Add the links, commands, mentions and hashtags that Telegram finds by itself."""
    found = list(entities)
    covered = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in {"code", "pre", "text_link", "text_mention"}
    ]
    for kind, pattern in _DETECTORS:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if any(start < other_end and other_start < end for other_start, other_end in covered):
                continue
            covered.append((start, end))
            found.append({"type": kind, "offset": start, "length": end - start})
    return in_order(found)


def in_order(entities: list[Entity]) -> list[Entity]:
    """Sort as Telegram does: by place, the wider one first."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
