"""Telegram's HTML as plain text, and how Telegram counts it."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def without_markup(text: str) -> str:
    """The words alone; for a text whose markup Telegram could not parse."""
    return unescape(_TAG.sub("", text))


def escape(words: str) -> str:
    """Words as they are, safe inside Telegram's HTML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def utf16_units(text: str) -> int:
    """The length as Telegram counts it: letters beyond the first 65,536 count twice."""
    return len(text.encode("utf-16-le")) // 2
