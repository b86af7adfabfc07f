"""Making the files of a CV."""

from __future__ import annotations

from datetime import date

from bot.documents.cv_page import CUTS, CvCut, cv_values
from bot.documents.cv_word import cv_as_word
from bot.documents.files import CvFiles
from bot.documents.fitting import Look, fitted
from bot.documents.page_setting import set_page
from bot.documents.page_texts import PageTexts
from bot.documents.words import words_in
from bot.domain.cv import Cv
from bot.domain.cv_tidying import tidy_cv


def render_cv(cv: Cv, *, language: str, on: date) -> CvFiles:
    """Return a CV as PDF, picture and Word file.

    The same CV, language and date give the same bytes. The work is bounded: at most some
    dozen trials of setting a page.

    Args:
        language: "nb", "nn" or "en"; bokmål for another.
        on: The date that the files say they were made.

    Raises:
        DocumentFailed: Fonts or layout are missing, or the page cannot be set.
    """
    tidied = tidy_cv(cv)
    words = words_in(language)
    texts = PageTexts()

    def build(cut: CvCut, look: Look) -> dict[str, object]:
        return cv_values(tidied, words, cut, look, texts)

    fit = fitted("cv", build, CUTS)
    page = set_page("cv", fit.values, on=on)
    return CvFiles(
        pdf=page.pdf,
        png=page.png,
        docx=cv_as_word(tidied, words, on=on),
        shortened=fit.shortened,
        unprintable="".join(sorted(texts.left_out)),
    )
