"""Telegram's HTML as plain text, and how Telegram counts it."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
MORE = " […]"
# The word, or the picture of several signs, that a cut may have gone through.
_LAST_PIECE = re.compile(r"\s\S{0,40}\Z")


def without_markup(text: str) -> str:
    """The words alone; for a text whose markup Telegram could not parse."""
    return unescape(_TAG.sub("", text))


def escape(words: str) -> str:
    """Words as they are, safe inside Telegram's HTML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(words: str, most: int) -> str:
    """The words, or their beginning and a sign that there is more: `most` UTF-16 units in all."""
    if utf16_units(words) <= most:
        return words
    room = (most - utf16_units(MORE)) * 2  # in bytes
    kept = words.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore")
    return (_LAST_PIECE.sub("", kept) or kept).rstrip() + MORE


def utf16_units(text: str) -> int:
    """The length as Telegram counts it: letters beyond the first 65,536 count twice."""
    return len(text.encode("utf-16-le")) // 2
