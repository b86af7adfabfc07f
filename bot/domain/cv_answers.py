"""A CV and a letter's answers out of what somebody keeps in their profile; nothing odd is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.cv import Contact, Cv, Experience, LetterAnswers, SpokenLanguage
from bot.domain.cv_periods import period_from

# A profile as it comes: words, or lists of records. Anything else stands for nothing.
Answers = Mapping[str, object]

CV_PREFIX, LETTER_PREFIX = "cv_", "letter_"

_BETWEEN_INTERESTS = re.compile(r"[,;\n•]")
_LIST_MARKS = " \t-*–·"
# As buttons store them ("b", "b_t", "b,be"); words of one's own stand as they are.
_LICENCE_CODES = re.compile(r"[a-t]\d?e?(?:[\s,_+]+[a-t]\d?e?)*", re.IGNORECASE)
_NOTHING = frozenset({"none", "no", "nei", "not_yet", "ingen"})
_ON_REQUEST = frozenset({"on_request", "yes", "ja", "later"})


def cv_of(profile: Answers) -> Cv:
    """Return the CV that the profile's cv_* values make; what lacks is empty.

    It is as long as the profile: `tidy_cv` bounds it.
    """
    references = _words(profile, "cv_references")
    return Cv(
        name=_words(profile, "cv_name"),
        contact=Contact(
            phone=_words(profile, "cv_phone"),
            email=_words(profile, "cv_email"),
            town=_words(profile, "cv_town"),
            link=_words(profile, "cv_link"),
        ),
        about=_words(profile, "cv_about"),
        jobs=_experiences(profile, "cv_jobs"),
        education=_experiences(profile, "cv_education"),
        courses=_experiences(profile, "cv_courses"),
        languages=tuple(
            SpokenLanguage(name=record.get("name", ""), level=record.get("level", ""))
            for record in _records(profile, "cv_languages")
            if record.get("name")
        ),
        driving_licence=_licence(_words(profile, "cv_driving_licence")),
        volunteering=_experiences(profile, "cv_volunteering"),
        interests=tuple(
            interest
            for part in _BETWEEN_INTERESTS.split(_words(profile, "cv_interests"))
            if (interest := part.strip(_LIST_MARKS))
        ),
        references="" if references.lower() in _NOTHING | _ON_REQUEST else references,
        offers_references=references.lower() not in _NOTHING,
    )


def letter_answers_of(profile: Answers) -> LetterAnswers:
    """Return what was answered about one advert; `can_start` may be a day in ISO form."""
    return LetterAnswers(
        advert_title=_words(profile, "letter_advert"),
        workplace=_words(profile, "letter_workplace"),
        why=_words(profile, "letter_why"),
        fits=_words(profile, "letter_fits"),
        can_start=_words(profile, "letter_start"),
        greets=_words(profile, "letter_greets"),
    )


def _experiences(profile: Answers, name: str) -> tuple[Experience, ...]:
    return tuple(
        Experience(
            title=record.get("title", ""),
            place=record.get("place", ""),
            period=period_from(record.get("period", "")),
            did=record.get("did", ""),
        )
        for record in _records(profile, name)
    )


def _licence(words: str) -> str:
    if words.lower() in _NOTHING:
        return ""
    if not _LICENCE_CODES.fullmatch(words):
        return words
    return ", ".join(re.split(r"[\s,_+]+", words.upper()))


def _words(profile: Answers, name: str) -> str:
    value = profile.get(name)
    return value.strip() if isinstance(value, str) else ""


def _records(profile: Answers, name: str) -> list[dict[str, str]]:
    """The records under a name, with their words alone."""
    value = profile.get(name)
    if not isinstance(value, list | tuple):
        return []
    return [
        {str(field): words.strip() for field, words in record.items() if isinstance(words, str)}
        for record in value
        if isinstance(record, Mapping)
    ]
