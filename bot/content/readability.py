"""How hard a text is to read: LIX per lesson, and sentences that are too long for a phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.content.assembling import FlowParts, Parts
from bot.content.findings import Finding, Severity
from bot.content.models import CheckInTexts, StepTexts
from bot.content.text_pieces import TextKind, TextPiece
from bot.content.yaml_source import Document

# Source: docs/rules.md#reading
LIX_TARGET = 30
LONGEST_SENTENCE_WORDS = 25
# LIX of a few lines swings wildly: below this many words it says nothing.
FEWEST_WORDS = 80
LONG_WORD_CHARS = 7

_LINK = re.compile(r"https?://\S+")
_TAG = re.compile(r"<[^<>]*>")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CONDITION = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)|\n")


def lix(text: str) -> float:
    """Return words per sentence plus the share of words over six letters, in percent.

    A line ends a sentence, for in a chat every line stands alone. 0 for a text without words.

    Source: C. H. Björnsson, Läsbarhet (1968)
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, sum(bool(_WORD.search(part)) for part in _SENTENCE_END.split(text)))
    long_words = sum(len(word) >= LONG_WORD_CHARS for word in words)
    return len(words) / sentences + 100 * long_words / len(words)


def as_read(source: str) -> str:
    """A text without tags, links and conditions, its placeholders filled with a short name."""
    text = _TAG.sub("", _PLACEHOLDER.sub("Amina", _CONDITION.sub("", source)))
    return _LINK.sub(" ", text)


def read_together(steps: Iterable[StepTexts]) -> str:
    """All that the steps of a lesson or check-in say, as it is read; buttons do not count."""
    return "\n".join(as_read(text) for step in steps for text in _said_by(step) if text)


def _said_by(step: StepTexts) -> Iterator[str | None]:
    yield from (step.text, step.right, step.wrong, step.hint)
    yield from step.feedback.values()


def reading_problems(parts: Parts) -> Iterator[Finding]:
    """Lessons and check-ins that are harder to read than the target, in any language."""
    for flow in parts.flows.values():
        yield from _flow_problems(flow)


def sentence_problems(piece: TextPiece) -> Iterator[Finding]:
    """Sentences of one text that are longer than a breath."""
    if piece.kind is not TextKind.MESSAGE:
        return
    for row, line in enumerate(as_read(piece.source).split("\n")):
        for sentence in _SENTENCE_END.split(line):
            count = len(_WORD.findall(sentence))
            if count > LONGEST_SENTENCE_WORDS:
                message = f"a sentence has {count} words; make two of it (at most {LONGEST_SENTENCE_WORDS})"
                place = piece.document.text_line(row, *piece.place)
                yield Finding(piece.document.path, place, message, Severity.WARNING)


def _flow_problems(flow: FlowParts) -> Iterator[Finding]:
    for language, (document, texts) in flow.texts.items():
        if isinstance(texts, CheckInTexts):
            yield from _judged(document, language, "check-in", (), texts.steps.values())
            continue
        for key, lesson in texts.lessons.items():
            place = ("lessons", key)
            steps = lesson.steps.values()
            yield from _judged(document, language, f"lesson `{key}`", place, steps)


def _judged(
    document: Document,
    language: str,
    what: str,
    place: tuple[str, ...],
    steps: Iterable[StepTexts],
) -> Iterator[Finding]:
    whole = read_together(steps)
    found = round(lix(whole))
    if len(_WORD.findall(whole)) >= FEWEST_WORDS and found > LIX_TARGET:
        message = (
            f"the {what} has LIX {found} in {language}; at most {LIX_TARGET}: "
            "shorter sentences, shorter words"
        )
        yield Finding(document.path, document.line(*place), message, Severity.WARNING)
