"""Making the files of an application letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.documents.files import LetterFiles
from bot.documents.fitting import Look, fitted
from bot.documents.letter_word import letter_as_word
from bot.documents.page_setting import set_page
from bot.documents.page_texts import PageTexts
from bot.documents.words import DocumentWords, words_in
from bot.domain.cv import Letter
from bot.domain.cv_tidying import tidy_letter, tidy_text


@dataclass(frozen=True, slots=True)
class LetterCut:
    """How much of each paragraph, and how many of them, the page shows."""

    paragraphs: int = 99
    chars: int = 9999


CUTS = (LetterCut(), LetterCut(10, 700), LetterCut(8, 400), LetterCut(6, 250), LetterCut(4, 150))


def render_letter(letter: Letter, *, language: str, on: date) -> LetterFiles:
    """Return a letter as PDF, picture and Word file, dated `on`.

    The same letter, language and date give the same bytes. The work is bounded as a CV's is.

    Raises:
        DocumentFailed: Fonts or layout are missing, or the page cannot be set.
    """
    tidied = tidy_letter(letter)
    words = words_in(language)
    texts = PageTexts()

    def build(cut: LetterCut, look: Look) -> dict[str, object]:
        return _values(tidied, words, cut, look, texts, on=on)

    fit = fitted("letter", build, CUTS)
    page = set_page("letter", fit.values, on=on)
    return LetterFiles(
        pdf=page.pdf,
        png=page.png,
        docx=letter_as_word(tidied, words, on=on),
        shortened=fit.shortened,
        unprintable="".join(sorted(texts.left_out)),
    )


def _values(
    letter: Letter,
    words: DocumentWords,
    cut: LetterCut,
    look: Look,
    texts: PageTexts,
    *,
    on: date,
) -> dict[str, object]:
    name = texts.name(letter.name)
    plain_name = str(name["text"]).replace("\u200b", "")
    shown = (tidy_text(one, cut.chars) for one in letter.paragraphs[: cut.paragraphs])
    paragraphs = [texts.said(one) for one in shown]
    reach = [texts.reach(line) for line in letter.contact.lines()]
    return {
        "look": {"size": min(look.size, 11.5), "air": min(look.air, 1.3)},
        "language": words.language,
        "region": words.tag.split("-")[1],
        "title": words("letter.title_of_letter", name=plain_name)
        if plain_name
        else words("letter.letter"),
        "author": [plain_name] if plain_name else [],
        "name": name,
        "contact": [one for one in reach if one["text"]],
        "workplace": texts.said(letter.workplace),
        "day": texts.said(words.day_and_town(on, letter.contact.town)),
        "heading": texts.said(letter.heading),
        "greeting": texts.said(letter.greeting),
        "paragraphs": [one for one in paragraphs if one["text"]],
        "closing": texts.said(letter.closing),
    }
