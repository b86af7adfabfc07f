"""Making what people typed fit for a page: clean signs, bounded lengths, newest first, no blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.domain.cv import (
    Contact,
    Cv,
    Experience,
    Letter,
    LetterAnswers,
    Period,
    SpokenLanguage,
)
from bot.domain.cv_periods import newest_first


@dataclass(frozen=True, slots=True)
class _Limits:
    """Characters of a text and entries of a list: about twice what a full page holds."""

    name: int = 80
    contact: int = 80
    about: int = 700
    title: int = 100
    period: int = 40
    did: int = 600
    lines: int = 8
    language: int = 40
    interest: int = 60
    references: int = 300
    answer: int = 1200
    paragraphs: int = 12
    jobs: int = 30
    others: int = 12


LIMITS = _Limits()

# Joiners shape Persian and Indic words. Other invisible signs can turn a text round or hide in it.
_KEPT_FORMAT = {"\u200c", "\u200d"}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MARKS = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")
_NOTHING = {"", "-", "–", "nei", "no", "none", "ingen", "ingenting", "har ikke", "har ikkje"}


def tidy_text(text: str, max_chars: int) -> str:
    """One line without invisible signs, cut at a word with "…" when longer than `max_chars`."""
    return _cut(" ".join(_visible(text.replace("\n", " ")).split()), max_chars)


def tidy_lines(text: str, max_chars: int, *, max_lines: int = LIMITS.lines) -> str:
    """The same for a text of several lines. List marks are dropped: a list is set as one later."""
    lines = (" ".join(_visible(line).split()) for line in text.splitlines())
    bare = (re.sub(r"^[-*•–·]\s+", "", line) for line in lines)
    return _cut("\n".join([line for line in bare if line][:max_lines]), max_chars)


def tidy_cv(cv: Cv) -> Cv:
    """Return the same CV trimmed, bounded, without empty parts, the newest first."""
    return Cv(
        name=tidy_text(cv.name, LIMITS.name),
        contact=_contact(cv.contact),
        about=tidy_lines(cv.about, LIMITS.about),
        jobs=_experiences(cv.jobs, LIMITS.jobs),
        education=_experiences(cv.education, LIMITS.others),
        courses=_experiences(cv.courses, LIMITS.others),
        languages=_languages(cv.languages),
        driving_licence=_unless_nothing(tidy_text(cv.driving_licence, LIMITS.language)),
        volunteering=_experiences(cv.volunteering, LIMITS.others),
        interests=_texts(cv.interests),
        references=tidy_lines(cv.references, LIMITS.references, max_lines=3),
        offers_references=cv.offers_references,
    )


def tidy_answers(answers: LetterAnswers) -> LetterAnswers:
    return LetterAnswers(
        advert_title=tidy_text(answers.advert_title, LIMITS.title),
        workplace=tidy_text(answers.workplace, LIMITS.title),
        why=tidy_lines(answers.why, LIMITS.answer),
        fits=tidy_lines(answers.fits, LIMITS.answer),
        can_start=tidy_text(answers.can_start, LIMITS.title),
        greets=tidy_text(answers.greets, LIMITS.name),
    )


def tidy_letter(letter: Letter) -> Letter:
    paragraphs = (tidy_text(paragraph, LIMITS.answer) for paragraph in letter.paragraphs)
    return Letter(
        name=tidy_text(letter.name, LIMITS.name),
        contact=_contact(letter.contact),
        workplace=tidy_text(letter.workplace, LIMITS.title),
        heading=tidy_text(letter.heading, LIMITS.title + 30),
        greeting=tidy_text(letter.greeting, LIMITS.title),
        paragraphs=tuple([p for p in paragraphs if p][: LIMITS.paragraphs]),
        closing=tidy_text(letter.closing, LIMITS.title),
    )


def map_texts(entry: Experience, change: Callable[[str], str]) -> Experience:
    """The same entry with `change` done to each of its texts."""
    return Experience(
        title=change(entry.title),
        place=change(entry.place),
        period=replace(
            entry.period, start=change(entry.period.start), end=change(entry.period.end)
        ),
        did=change(entry.did),
    )


def _visible(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    kept = (
        sign
        for sign in composed
        if sign in _KEPT_FORMAT or sign == "\t" or unicodedata.category(sign) not in _DROPPED
    )
    return _MARKS.sub(r"\1", "".join(kept))


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    start = text[: max_chars - 1]
    # Half a word says less than one word fewer, unless the word is nearly all there is.
    at_word = re.sub(r"\s\S*$", "", start)
    return (at_word if len(at_word) > max_chars // 2 else start).rstrip(" \n,;:–-") + "…"


def _contact(contact: Contact) -> Contact:
    return Contact(
        phone=tidy_text(contact.phone, LIMITS.contact),
        email=tidy_text(contact.email, LIMITS.contact),
        town=tidy_text(contact.town, LIMITS.contact),
        link=tidy_text(contact.link, LIMITS.contact),
    )


def _experiences(entries: Iterable[Experience], max_entries: int) -> tuple[Experience, ...]:
    tidied = (
        Experience(
            title=tidy_text(entry.title, LIMITS.title),
            place=tidy_text(entry.place, LIMITS.title),
            period=Period(
                start=tidy_text(entry.period.start, LIMITS.period),
                end=tidy_text(entry.period.end, LIMITS.period),
                ongoing=entry.period.ongoing,
            ),
            did=tidy_lines(entry.did, LIMITS.did),
        )
        for entry in entries
    )
    return newest_first(entry for entry in tidied if not entry.is_empty())[:max_entries]


def _languages(languages: Iterable[SpokenLanguage]) -> tuple[SpokenLanguage, ...]:
    tidied = (
        SpokenLanguage(tidy_text(one.name, LIMITS.language), tidy_text(one.level, LIMITS.language))
        for one in languages
    )
    return tuple([one for one in tidied if one.name][: LIMITS.others])


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    tidied = (tidy_text(text, LIMITS.interest) for text in texts)
    return tuple([text for text in tidied if text][: LIMITS.others])


def _unless_nothing(text: str) -> str:
    return "" if text.lower().rstrip(".!") in _NOTHING else text
