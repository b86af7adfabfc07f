"""The application letter as an editable Word file."""

from __future__ import annotations

from datetime import date

from bot.documents.word_file import WordFile
from bot.documents.words import DocumentWords
from bot.domain.cv import Letter


def letter_as_word(letter: Letter, words: DocumentWords, *, on: date) -> bytes:
    """Return a tidied letter as a DOCX file, dated `on`."""
    named = words("letter.title_of_letter", name=letter.name) if letter.name else ""
    title = named or words("letter.letter")
    word = WordFile(title=title, author=letter.name, tag=words.tag, on=on)
    if letter.name:
        word.title(letter.name)
    if reach := letter.contact.lines():
        word.subtitle(" · ".join(reach))
    word.entry(letter.workplace, period=words.day_and_town(on, letter.contact.town))
    if letter.heading:
        word.heading(letter.heading)
    for paragraph in (letter.greeting, *letter.paragraphs):
        if paragraph:
            word.paragraph(paragraph)
    if letter.closing:
        word.paragraph(letter.closing)
    if letter.name:
        word.text(letter.name)
    return word.finished()
