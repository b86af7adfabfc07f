"""The whole CV as an editable Word file, one column from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.documents.word_file import WordFile
from bot.documents.words import DocumentWords
from bot.domain.cv import Cv, Experience


def cv_as_word(cv: Cv, words: DocumentWords, *, on: date) -> bytes:
    """Return a tidied CV as a DOCX file; nothing is shortened in it."""
    title = words("title_of_cv", name=cv.name) if cv.name else words("cv")
    word = WordFile(title=title, author=cv.name, tag=words.tag, on=on)
    word.title(cv.name or words("cv"))
    if reach := cv.contact.lines():
        word.subtitle(" · ".join(reach))
    _texts(word, words("about"), cv.about)
    _experiences(word, words("jobs"), cv.jobs, words)
    _experiences(word, words("education"), cv.education, words)
    _experiences(word, words("courses"), cv.courses, words)
    _languages(word, cv, words)
    _texts(word, words("driving_licence"), words.driving_licence(cv.driving_licence))
    _experiences(word, words("volunteering"), cv.volunteering, words)
    _texts(word, words("interests"), " · ".join(cv.interests))
    _texts(word, words("references"), words.references_of(cv))
    return word.finished()


def _texts(word: WordFile, title: str, text: str) -> None:
    if text:
        word.heading(title)
        for line in text.split("\n"):
            word.text(line)


def _languages(word: WordFile, cv: Cv, words: DocumentWords) -> None:
    if cv.languages:
        word.heading(words("languages"))
    for one in cv.languages:
        word.text(f"{one.name} – {words.level(one.level)}" if one.level else one.name)


def _experiences(
    word: WordFile, title: str, entries: Sequence[Experience], words: DocumentWords
) -> None:
    if entries:
        word.heading(title)
    for one in entries:
        period = words.period(one.period)
        # The place steps up where there is no title, so that the time has a line to stand on.
        if one.title or one.place:
            word.entry(one.title or one.place, period=period)
        elif period:
            word.entry(period)
        if one.title and one.place:
            word.place(one.place)
        if one.did:
            word.bullets(one.did.split("\n"))
