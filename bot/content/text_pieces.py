"""Every text of a pack in one row, each with its place, kind and allowed placeholders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from bot.content import placeholders
from bot.content.assembling import FlowParts, Parts, SingleText
from bot.content.flow_values import FlowValues, Values, flow_values, profile_values
from bot.content.models import CheckInTexts, StepTexts
from bot.content.yaml_source import Document

# What a screen reader says in one breath, and what fits under a picture that does not arrive.
ALT_MAX_CHARS = 300


_NO_VALUES: Values = MappingProxyType({})
_NO_REMEDIES: Mapping[str, str] = MappingProxyType({})


class TextKind(StrEnum):
    MESSAGE = "message"  # Telegram HTML to a participant
    LABEL = "label"  # plain words on a button, in the menu or as a title
    NOTICE = "notice"  # a plain mail to staff


# A tuple: a large pack has twenty thousand texts, gone through several times.
class TextPiece(NamedTuple):
    """One text; `key` names single texts ("session.missed"), steps have none.

    `values` are the participant's own that a flow's text may use, and `remedies` what to do where
    one would hold nothing.
    """

    document: Document
    place: tuple[str | int, ...]
    language: str
    source: str
    kind: TextKind
    allowed: frozenset[str]
    key: str = ""
    max_chars: int | None = None
    values: Values = _NO_VALUES
    remedies: Mapping[str, str] = _NO_REMEDIES

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
    profile = profile_values(parts)
    for flow in parts.flows.values():
        yield from _flow_pieces(flow, flow_values(flow, profile))


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


def _flow_pieces(flow: FlowParts, own: FlowValues) -> Iterator[TextPiece]:
    allowed = placeholders.FOR_PARTICIPANTS | own.values.keys()
    for language, (document, texts) in flow.texts.items():
        yield _label(document, language, ("title",), texts.title)
        entries: list[tuple[tuple[str, ...], StepTexts]] = []
        if isinstance(texts, CheckInTexts):
            entries += ((("steps", name), entry) for name, entry in texts.steps.items())
        else:
            for lesson_key, lesson in texts.lessons.items():
                above = ("lessons", lesson_key)
                yield _label(document, language, (*above, "title"), lesson.title)
                entries += (((*above, name), entry) for name, entry in lesson.steps.items())
        for place, entry in entries:
            for part, source in _messages_of(entry):
                yield TextPiece(
                    document,
                    (*place, *part),
                    language,
                    source,
                    TextKind.MESSAGE,
                    allowed,
                    values=own.values,
                    remedies=own.remedies,
                )
            yield from _labels_of(document, language, place, entry)


def _messages_of(entry: StepTexts) -> Iterator[tuple[tuple[str, ...], str]]:
    if entry.text is not None:
        yield ("text",), entry.text
    if entry.right is not None:
        yield ("right",), entry.right
    if entry.wrong is not None:
        yield ("wrong",), entry.wrong
    if entry.hint is not None:
        yield ("hint",), entry.hint
    for option, source in entry.feedback.items():
        yield ("feedback", option), source


def _labels_of(
    document: Document, language: str, place: tuple[str, ...], entry: StepTexts
) -> Iterator[TextPiece]:
    if entry.alt is not None:
        yield _label(document, language, (*place, "alt"), entry.alt, ALT_MAX_CHARS)
    for option, label in entry.options.items():
        most = placeholders.BUTTON_MAX_CHARS
        yield _label(document, language, (*place, "options", option), label, most)


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
