"""The check of a whole pack: everything loading judges, and every text rendered and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.content.assembling import Parts
from bot.content.findings import Finding, Severity, in_reading_order
from bot.content.house_words import words_to_avoid
from bot.content.loading import assemble, read_folder, template_problems
from bot.content.phone_numbers import unregistered
from bot.content.placeholders import is_label
from bot.content.placeholders_used import placeholders_left_out
from bot.content.reachability import reachability_problems
from bot.content.readability import reading_problems, sentence_problems
from bot.content.register_check import register_problems
from bot.content.rendered_check import rendered_problems
from bot.content.rendering import Renderer
from bot.content.text_pieces import TextKind, TextPiece, text_pieces
from bot.content.translations import translation_problems
from bot.content.value_uses import value_problems
from bot.domain.plain_text import utf16_units

_TAG_LIKE = re.compile(r"</?[a-zA-Z][^<>]*>")
# Whoever needs help now must find these, whatever else the card says.
DANGER_NUMBERS = ("113", "116 117", "116 123")


def check_folder(folder: Path, *, today: date) -> tuple[Finding, ...]:
    """Return every problem of the pack in `folder`, in reading order.

    Raises:
        BadContent: `folder` is not a folder.
    """
    files, unreadable = read_folder(folder)
    return _check(files, unreadable, today)


def check_files(files: Mapping[str, str], *, today: date) -> tuple[Finding, ...]:
    """Return every problem of a stored or edited version, in reading order; never raises."""
    return _check(files, (), today)


def _check(
    files: Mapping[str, str], unreadable: tuple[Finding, ...], today: date
) -> tuple[Finding, ...]:
    parts, built, findings = assemble(files, unreadable)
    findings += register_problems(parts, today)
    findings += reading_problems(parts)
    findings += translation_problems(parts)
    findings += placeholders_left_out(parts)
    for flow in built.values():
        findings += reachability_problems(flow)
    findings += value_problems(parts, built)
    renderer = Renderer()
    numbers = tuple(line.number for line in parts.help_lines.values())
    for piece in text_pieces(parts):
        findings += _piece_problems(piece, renderer, numbers)
    findings += _danger_card_problems(parts)
    findings += _menu_problems(parts)
    return in_reading_order(findings)


def _piece_problems(
    piece: TextPiece, renderer: Renderer, numbers: tuple[str, ...]
) -> Iterator[Finding]:
    if piece.kind is TextKind.LABEL:
        yield from _label_problems(piece)
    elif not any(template_problems(piece)):
        yield from rendered_problems(piece, renderer)
    if piece.kind is TextKind.NOTICE:
        return  # staff may be told what participants are not
    yield from sentence_problems(piece)
    for row, word, remedy in words_to_avoid(piece.source, piece.language):
        yield _at(piece, row, f"house rules avoid `{word}`: {remedy}")
    for row, number in unregistered(piece.source, numbers):
        yield _at(piece, row, f"the number {number} is not in help_lines.yaml; verify and add it")


def _label_problems(piece: TextPiece) -> Iterator[Finding]:
    label = piece.source.strip()
    if piece.max_chars is not None and utf16_units(label) > piece.max_chars:
        message = f"the label has {utf16_units(label)} characters; at most {piece.max_chars}"
        yield _at(piece, 0, message)
    if "\n" in label:
        yield _at(piece, 0, "a label or title is one line")
    if tag := _TAG_LIKE.search(label):
        yield _at(piece, 0, f"a label or title is plain words; `{tag[0]}` would be shown as it is")


def _danger_card_problems(parts: Parts) -> Iterator[Finding]:
    for document, texts in parts.messages.values():
        card = texts.get("danger.card")
        if card is None:
            continue
        for number in DANGER_NUMBERS:
            if number not in card.source.replace("\u00a0", " "):
                yield document.problem(f"the danger card must name {number}", *card.place)


def _menu_problems(parts: Parts) -> Iterator[Finding]:
    # A tapped menu entry arrives as its words, in whatever language the menu was last sent.
    taken: dict[str, str] = {}
    for document, texts in parts.messages.values():
        for key, text in texts.items():
            if not (key.startswith("menu.") and is_label(key)):
                continue
            first = taken.setdefault(text.source.strip().casefold(), key)
            if first != key:
                message = f"the menu label of `{first}` says the same, in this or another language"
                yield document.problem(message, *text.place)


def _at(piece: TextPiece, row: int, message: str, severity: Severity = Severity.ERROR) -> Finding:
    line = piece.document.text_line(row, *piece.place)
    return Finding(piece.document.path, line, message, severity)
