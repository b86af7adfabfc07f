"""Every text of a pack in one row, each with its place, kind and allowed placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.content import placeholders
from bot.content.assembling import FlowParts, Parts, SingleText
from bot.content.models import CheckInTexts, StepTexts
from bot.content.yaml_source import Document


class TextKind(StrEnum):
    MESSAGE = "message"  # Telegram HTML to a participant
    LABEL = "label"  # plain words on a button, in the menu or as a title
    NOTICE = "notice"  # a plain mail to staff


@dataclass(frozen=True, slots=True)
class TextPiece:
    """One text; `key` names single texts ("session.missed"), steps have none."""

    document: Document
    place: tuple[str | int, ...]
    language: str
    source: str
    kind: TextKind
    allowed: frozenset[str]
    key: str = ""
    max_chars: int | None = None

    @property
    def home(self) -> tuple[str, tuple[str | int, ...]]:
        """Folder and place: the same for a text in all its languages."""
        return self.document.path.rpartition("/")[0], self.place


def text_pieces(parts: Parts) -> Iterator[TextPiece]:
    for language, (document, texts) in parts.messages.items():
        yield from _messages(document, language, texts)
    for language, (document, texts) in parts.notices.items():
        for key, text in texts.items():
            allowed = placeholders.of_notice(key)
            yield TextPiece(
                document, text.place, language, text.source, TextKind.NOTICE, allowed, key
            )
    for flow in parts.flows.values():
        yield from _flow_pieces(flow)


def _messages(
    document: Document, language: str, texts: dict[str, SingleText]
) -> Iterator[TextPiece]:
    for key, text in texts.items():
        is_label = placeholders.is_label(key)
        yield TextPiece(
            document,
            text.place,
            language,
            text.source,
            TextKind.LABEL if is_label else TextKind.MESSAGE,
            placeholders.of_message(key),
            key,
            placeholders.label_max_chars(key) if is_label else None,
        )


def _flow_pieces(flow: FlowParts) -> Iterator[TextPiece]:
    for language, (document, texts) in flow.texts.items():
        yield _label(document, language, ("title",), texts.title)
        if isinstance(texts, CheckInTexts):
            for name, entry in texts.steps.items():
                yield from _step_pieces(document, language, ("steps", name), entry)
            continue
        for lesson_key, lesson in texts.lessons.items():
            above = ("lessons", lesson_key)
            yield _label(document, language, (*above, "title"), lesson.title)
            for name, entry in lesson.steps.items():
                yield from _step_pieces(document, language, (*above, name), entry)


def _step_pieces(
    document: Document, language: str, above: tuple[str, ...], entry: StepTexts
) -> Iterator[TextPiece]:
    for part, source in (("text", entry.text), ("right", entry.right), ("wrong", entry.wrong)):
        if source is not None:
            yield TextPiece(
                document,
                (*above, part),
                language,
                source,
                TextKind.MESSAGE,
                placeholders.FOR_PARTICIPANTS,
            )
    for option, label in entry.options.items():
        place = (*above, "options", option)
        yield _label(document, language, place, label, placeholders.BUTTON_MAX_CHARS)


def _label(
    document: Document,
    language: str,
    place: tuple[str | int, ...],
    source: str,
    max_chars: int | None = None,
) -> TextPiece:
    return TextPiece(
        document, place, language, source, TextKind.LABEL, frozenset(), max_chars=max_chars
    )
