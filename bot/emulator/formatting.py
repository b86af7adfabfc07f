"""From the parameters of a message to checked text with entities."""

from typing import Any

from bot.emulator.api_errors import bad_request
from bot.emulator.html_entities import cannot_parse, parse_html
from bot.emulator.markdown_entities import parse_markdown
from bot.emulator.text_units import Entity, clean, detect, trim, utf16_length

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024


def formatted(source: str, parse_mode: str, given: Any) -> tuple[str, list[Entity]]:
    """Return visible text and entities of `source`, parsed as the caller asked."""
    mode = parse_mode.lower()
    entities: list[Entity]
    if mode == "html":
        text, entities = parse_html(clean(source))
    elif mode in {"markdownv2", "markdown"}:
        text, entities = parse_markdown(clean(source))
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, entities = clean(source), _given_entities(given)
    text, entities = trim(text, entities)
    return text, detect(text, entities)


def _given_entities(given: Any) -> list[Entity]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise cannot_parse("expected an Array of MessageEntity")
    for one in given:
        numbers = (one.get("offset"), one.get("length"))
        if not isinstance(one.get("type"), str) or not all(isinstance(n, int) for n in numbers):
            raise cannot_parse("MessageEntity needs type, offset and length")
    return [dict(one) for one in given]


def checked_text(source: str, parse_mode: str, given: Any) -> tuple[str, list[Entity]]:
    """Return what a text message will show; empty or too long is refused."""
    text, entities = formatted(source, parse_mode, given)
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT_UNITS:
        raise bad_request("message is too long")
    return text, entities


def checked_caption(source: str, parse_mode: str, given: Any) -> tuple[str, list[Entity]]:
    """Return what stands under a photo or file; it may be empty, not too long."""
    text, entities = formatted(source, parse_mode, given)
    if utf16_length(text) > MAX_CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return text, entities
