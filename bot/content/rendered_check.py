"""Trying one text with every sample person: it renders, its tags close, it is not too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.environment import is_template
from bot.content.findings import Finding
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.placeholders import is_for_group
from bot.content.rendering import Renderer
from bot.content.samples import SAMPLE_PEOPLE, SamplePerson, variants
from bot.content.telegram_html import html_problems, utf16_units
from bot.content.text_pieces import TextKind, TextPiece
from bot.domain.errors import TextFailed

MESSAGE_MAX_UNITS = 4096  # Telegram's own bound, counted in UTF-16 units
SUBJECT_MAX_CHARS = 120
GROUP_LINE_MAX_CHARS = 300
_PLAIN_HTTP = re.compile(r"http://\S+", re.IGNORECASE)
_HREF = re.compile(r'href\s*=\s*"http://', re.IGNORECASE)


def rendered_problems(piece: TextPiece, renderer: Renderer) -> Iterator[Finding]:
    """What shows only once names and values are filled in; each problem once."""
    found: dict[str, Finding] = {}
    for problem in _all_problems(piece, renderer):
        found.setdefault(problem.message, problem)
    yield from found.values()


def _all_problems(piece: TextPiece, renderer: Renderer) -> Iterator[Finding]:
    if _PLAIN_HTTP.search(piece.source) and not _HREF.search(piece.source):
        yield _finding(piece, 0, "a link must begin with https://")
    if not is_template(piece.source):
        yield from _text_problems(piece, piece.source, exact=True)
        return
    # Conditions and comments move the rows of a rendered text; placeholders leave them alone.
    keeps_rows = "{%" not in piece.source and "{#" not in piece.source
    contexts = NOTICE_CONTEXTS if piece.kind is TextKind.NOTICE else MESSAGE_CONTEXTS
    tries = variants(contexts.get(piece.key, {}))
    for person in SAMPLE_PEOPLE:
        for values in tries:
            try:
                text = _rendered(piece, renderer, person.context(values))
            except TextFailed as error:
                reason = str(error).partition(": ")[2] or str(error)
                yield _finding(piece, 0, f"the text does not render: {reason.rstrip('.')}")
                return
            yield from _text_problems(piece, text, exact=keeps_rows, person=person)


def _rendered(piece: TextPiece, renderer: Renderer, context: dict[str, object]) -> str:
    name = piece.key or ".".join(str(part) for part in piece.place)
    if piece.kind is TextKind.NOTICE:
        return renderer.plain(name, piece.source, context)
    return renderer.html(name, piece.source, context)


def _text_problems(
    piece: TextPiece, text: str, *, exact: bool, person: SamplePerson | None = None
) -> Iterator[Finding]:
    shown = f" with {person.shows}" if person else ""
    if not text.strip():
        yield _finding(piece, 0, "the text can come out empty; Telegram refuses empty messages")
    if piece.kind is TextKind.NOTICE:
        if piece.key.endswith(".subject"):
            yield from _line_problems(piece, text, "a subject", SUBJECT_MAX_CHARS)
        elif is_for_group(piece.key):
            yield from _line_problems(piece, text, "what a group is told", GROUP_LINE_MAX_CHARS)
        return
    units = utf16_units(text.strip())
    if units > MESSAGE_MAX_UNITS:
        message = f"the text has {units} characters{shown}; Telegram takes {MESSAGE_MAX_UNITS}"
        yield _finding(piece, 0, message)
    for row, problem in html_problems(text):
        yield _finding(piece, row if exact else 0, problem)


def _line_problems(piece: TextPiece, text: str, what: str, most: int) -> Iterator[Finding]:
    if "\n" in text.strip():
        yield _finding(piece, 0, f"{what} is one line")
    if len(text.strip()) > most:
        yield _finding(piece, 0, f"{what} has at most {most} characters")


def _finding(piece: TextPiece, row: int, message: str) -> Finding:
    line = piece.document.text_line(row, *piece.place)
    return Finding(piece.document.path, line, message)
