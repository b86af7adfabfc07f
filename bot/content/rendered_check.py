"""Trying one text with every sample person: it renders, its tags close, it is not too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.environment import is_template
from bot.content.findings import Finding
from bot.content.flow_values import Holds, Values
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.placeholders import is_for_group
from bot.content.placeholders_used import used_in
from bot.content.rendering import Renderer
from bot.content.samples import SAMPLE_PEOPLE, SamplePerson, own_values, variants
from bot.content.telegram_html import html_problems
from bot.content.text_pieces import TextKind, TextPiece
from bot.domain.errors import TextFailed
from bot.domain.plain_text import utf16_units

MESSAGE_MAX_UNITS = 4096  # Telegram's own bound, counted in UTF-16 units
SUBJECT_MAX_CHARS = 120
GROUP_LINE_MAX_CHARS = 300
# Of filters that say no more than that they cannot.
_READS = (
    *(
        (name, f"`{name}` reads days, as a date question keeps them")
        for name in ("date", "date_long", "weekday")
    ),
    *((name, f"`{name}` reads numbers") for name in ("number", "money", "plural")),
    ("time", "`time` reads times of day, such as 10:00"),
)
_PLAIN_HTTP = re.compile(r"http://\S+", re.IGNORECASE)
_ONE_BRACE = re.compile(r"(?<!\{)\{\s*([a-z_][a-z0-9_.]*)\s*\}(?!\})")
_BARE = re.compile(r"\{\{-?\s*([a-z_][a-z0-9_.]*)\s*-?\}\}")
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
    for match in _ONE_BRACE.finditer(piece.source):
        row = piece.source.count("\n", 0, match.start())
        message = f"`{match[0]}` would be shown as it is; write `{{{{ {match[1]} }}}}`"
        yield _finding(piece, row, message)
    if not is_template(piece.source):
        yield from _text_problems(piece, piece.source, exact=True)
        return
    yield from _raw_values(piece)
    used = used_in(piece.source, frozenset(piece.values))
    own = {name: piece.values[name] for name in sorted(used)}
    for person, context in _tries(piece, own):
        try:
            text = _rendered(piece, renderer, context)
        except TextFailed as error:
            reason = str(error).partition(": ")[2] or str(error)
            reads = next(
                (f"; {words}" for name, words in _READS if f"`{name}` cannot" in reason), ""
            )
            message = f"the text does not render{_shown(person, own)}: {reason.rstrip('.')}{reads}"
            yield _finding(piece, 0, message)
            return
        shown = _shown(person, own)
        yield from _text_problems(piece, text, exact=_keeps_rows(piece, own), shown=shown)


def _keeps_rows(piece: TextPiece, own: Values) -> bool:
    """Conditions, comments and lists in lines move the rows of a rendered text; others do not."""
    has_lines = any(held.holds is Holds.LINES for ways in own.values() for held in ways)
    return not (has_lines or "{%" in piece.source or "{#" in piece.source)


def _tries(piece: TextPiece, own: Values) -> Iterator[tuple[SamplePerson, dict[str, object]]]:
    contexts = NOTICE_CONTEXTS if piece.kind is TextKind.NOTICE else MESSAGE_CONTEXTS
    for person in SAMPLE_PEOPLE:
        for declared in variants(contexts.get(piece.key, {}), person):
            for answered in own_values(person, own):
                yield person, person.context(declared, answered)


def _raw_values(piece: TextPiece) -> Iterator[Finding]:
    """Values as the program keeps them, which nobody should read: dates and codes of options."""
    for match in _BARE.finditer(piece.source):
        name = match[1]
        ways = {held.holds for held in piece.values.get(name, ())}
        row = piece.source.count("\n", 0, match.start())
        if ways == {Holds.DATE}:
            message = f"`{name}` would be shown as 2026-03-12; write `{{{{ {name}|date }}}}`"
            yield _finding(piece, row, message)
        elif ways == {Holds.CODE}:
            message = (
                f"`{name}` is the code of an option, not its words; "
                f"choose words with `{{% if {name} == '…' %}}`"
            )
            yield _finding(piece, row, message)


def _rendered(piece: TextPiece, renderer: Renderer, context: dict[str, object]) -> str:
    name = piece.key or ".".join(str(part) for part in piece.place)
    render = renderer.plain if piece.kind is TextKind.NOTICE else renderer.html
    return render(name, piece.source, context, language=piece.language)


def _shown(person: SamplePerson, own: Values) -> str:
    return f" with {person.shows}{' and answers' if own and person.is_long else ''}"


def _text_problems(
    piece: TextPiece, text: str, *, exact: bool, shown: str = ""
) -> Iterator[Finding]:
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
