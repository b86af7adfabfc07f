"""Placeholders that one language fills in and another leaves out: one reader would be told less."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.assembling import Parts
from bot.content.findings import Finding, Severity, listed
from bot.content.languages import ORIGINAL
from bot.content.placeholders import FOR_PARTICIPANTS, FOR_STAFF
from bot.content.text_pieces import text_pieces

# Names may be said more or less often without anybody missing anything.
_MAY_BE_LEFT_OUT = FOR_PARTICIPANTS | FOR_STAFF
_TEMPLATE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_NAME = re.compile(r"(?<![\w.\"'])[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*")


def used_in(source: str, known: frozenset[str]) -> frozenset[str]:
    """Which of the `known` placeholders a text uses, in braces or in a condition."""
    inside = " ".join(_TEMPLATE.findall(source))
    return frozenset(_NAME.findall(inside)) & known


def placeholders_left_out(parts: Parts) -> Iterator[Finding]:
    """What the bokmål tells and a translation does not; only what the text itself declares."""
    originals = {p.home: p for p in text_pieces(parts) if p.language == ORIGINAL}
    for piece in text_pieces(parts):
        original = originals.get(piece.home)
        if piece.language == ORIGINAL or original is None:
            continue
        declared = piece.allowed - _MAY_BE_LEFT_OUT
        left_out = used_in(original.source, declared) - used_in(piece.source, declared)
        if left_out:
            message = f"leaves out {listed(sorted(left_out))}, which the bokmål fills in"
            line = piece.document.line(*piece.place)
            yield Finding(piece.document.path, line, message, Severity.WARNING)
