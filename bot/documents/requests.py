"""From a request in plain JSON to finished files: what the process beside the program makes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.documents.budget_files import render_budget
from bot.documents.certificate import render_certificate
from bot.documents.cv_files import render_cv
from bot.documents.file_names import file_name
from bot.documents.label_files import day
from bot.documents.letter_draft import draft_letter
from bot.documents.letter_files import render_letter
from bot.documents.progress_picture import render_progress
from bot.documents.words import words_in
from bot.domain.budget_answers import budget_of
from bot.domain.course_progress import CourseCertificate, CourseProgress, ModuleProgress
from bot.domain.cv import LetterAnswers
from bot.domain.cv_answers import cv_of, letter_answers_of
from bot.domain.document_orders import DocumentKind, MadeDocument, MadeFile
from bot.domain.errors import DocumentFailed, RuleBroken

PDF = "application/pdf"
PNG = "image/png"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Values = Mapping[str, Any]
_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def made_from(request: Mapping[str, Any]) -> MadeDocument:
    """Return the files that `request` asks for.

    Args:
        request: `document` (a DocumentKind), `language`, `on` (ISO date) and `values`, which
            services/document_contents.py writes.

    Raises:
        DocumentFailed: They cannot be made; the sentence repeats nothing of anybody's.
    """
    try:
        make = _MAKERS[DocumentKind(request["document"])]
    except ValueError:
        raise DocumentFailed("This release makes no document of that kind: upgrade it.") from None
    try:
        return make(request["values"], str(request["language"]), date.fromisoformat(request["on"]))
    except RuleBroken as broken:
        raise DocumentFailed(str(broken)) from broken


def _cv(values: Values, language: str, on: date) -> MadeDocument:
    cv = cv_of(values)
    files = render_cv(cv, language=language, on=on)
    words = words_in(language)
    alt = words("title_of_cv", name=cv.name) if cv.name else words("cv")
    return MadeDocument(
        (
            _file("cv", "png", PNG, files.png, language, name=cv.name, alt=alt),
            _file("cv", "pdf", PDF, files.pdf, language, name=cv.name),
            _file("cv", "docx", WORD, files.docx, language, name=cv.name),
        ),
        shortened=files.shortened,
        unprintable=files.unprintable,
    )


def _letter(values: Values, language: str, on: date) -> MadeDocument:
    cv = cv_of(values)
    answers = _with_day_in_words(letter_answers_of(values), language)
    letter = draft_letter(answers, cv, language=language)
    files = render_letter(letter, language=language, on=on)
    return MadeDocument(
        (
            _file("letter", "pdf", PDF, files.pdf, language, name=cv.name),
            _file("letter", "docx", WORD, files.docx, language, name=cv.name),
        ),
        shortened=files.shortened,
        unprintable=files.unprintable,
    )


def _budget(values: Values, language: str, on: date) -> MadeDocument:
    files = render_budget(budget_of(values), language=language, on=on)
    return MadeDocument(
        (
            _file("budget", "png", PNG, files.png, language, alt=files.alt_text),
            _file("budget", "xlsx", SHEET, files.xlsx, language),
        )
    )


def _progress(values: Values, language: str, on: date) -> MadeDocument:
    modules = tuple(ModuleProgress(**module) for module in values["modules"])
    picture = render_progress(CourseProgress(values["title"], modules), language=language)
    return MadeDocument(
        (_file("progress", "png", PNG, picture.png, language, alt=picture.alt_text),)
    )


def _certificate(values: Values, language: str, on: date) -> MadeDocument:
    failed = None
    # The name they are known by, then the one they chose for their CV, perhaps in other letters.
    for name in values["names"]:
        certificate = CourseCertificate(
            name=name,
            course_title=values["course_title"],
            lessons=tuple(values["lessons"]),
            completed_on=date.fromisoformat(values["completed_on"]),
            office_name=values["office_name"],
        )
        try:
            pdf = render_certificate(certificate, language=language)
        except DocumentFailed as failure:
            failed = failed or failure
        else:
            return MadeDocument((_file("certificate", "pdf", PDF, pdf, language, name=name),))
    raise failed or DocumentFailed("A certificate names somebody: fill in the name.")


_MAKERS: Mapping[DocumentKind, Callable[[Values, str, date], MadeDocument]] = {
    DocumentKind.CV: _cv,
    DocumentKind.LETTER: _letter,
    DocumentKind.BUDGET: _budget,
    DocumentKind.PROGRESS: _progress,
    DocumentKind.CERTIFICATE: _certificate,
}


def _with_day_in_words(answers: LetterAnswers, language: str) -> LetterAnswers:
    """A start day that was chosen as a date, as the letter's sentence has it."""
    if not _A_DAY.fullmatch(answers.can_start):
        return answers
    try:
        on = date.fromisoformat(answers.can_start)
    except ValueError:
        return answers
    return replace(answers, can_start=day(on, words_in(language).language))


def _file(
    document: str,
    extension: str,
    mime_type: str,
    content: bytes,
    language: str,
    *,
    name: str = "",
    alt: str = "",
) -> MadeFile:
    filename = file_name(document, extension, language=language, name=name)
    return MadeFile(filename, mime_type, b64encode(content).decode("ascii"), alt)
