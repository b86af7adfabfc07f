"""The certificate of a finished course as a page to print: no grade, nobody's signature."""

from __future__ import annotations

import unicodedata

from bot.documents.colours import PALETTE
from bot.documents.fonts import unprintable_in
from bot.documents.label_files import day, labels_of, written_language
from bot.documents.page_setting import pages_needed, set_page
from bot.documents.pictures import printable
from bot.documents.reading_direction import reads_from_the_right
from bot.domain.course_progress import CourseCertificate
from bot.domain.errors import DocumentFailed


def render_certificate(certificate: CourseCertificate, *, language: str) -> bytes:
    """Return a PDF of one A4 page lying down; the same certificate gives the same bytes.

    Args:
        language: "nb", "nn" or "en"; bokmål for any other.

    Raises:
        DocumentFailed: Our fonts lack letters of the name, or the texts take more than a page.
    """
    values = _values(certificate, written_language(language))
    if pages_needed("certificate", values) != 1:
        raise DocumentFailed("The certificate takes more than a page: shorten the lessons' titles.")
    return set_page("certificate", values, on=certificate.completed_on).pdf


def _values(certificate: CourseCertificate, language: str) -> dict[str, object]:
    labels = labels_of("certificate", language)
    count = len(certificate.lessons)
    name = _whole_name(certificate.name)
    return {
        "language": language,
        "region": "GB" if language == "en" else "NO",
        "colours": PALETTE,
        "document_title": f"{labels['heading']} – {name}",
        "heading": labels["heading"],
        "name": _said(name),
        "has_done": labels["has_done"],
        "course_title": _said(printable(certificate.course_title)),
        "parts": labels["parts"]["one" if count == 1 else "other"].format(count=count),
        # One for every number that may have to be left out.
        "more": [labels["more"].format(count=number) for number in range(1, count + 1)],
        "lessons": [_said(printable(title)) for title in certificate.lessons],
        "warm": labels["warm"],
        "office": _said(labels["office"].format(office=printable(certificate.office_name))),
        "completed": labels["completed"].format(day=day(certificate.completed_on, language)),
        "what_it_is": labels["what_it_is"],
    }


def _whole_name(name: str) -> str:
    """The name without emoji. A certificate with letters missing would be another person's."""
    missing = sorted(sign for sign in unprintable_in(name) if unicodedata.category(sign)[0] in "LM")
    kept = printable(name)
    if missing or not kept:
        raise DocumentFailed(
            "The fonts of the certificate lack letters of this name: "
            "write the name in Latin, Cyrillic, Greek or Arabic letters."
        )
    return kept


def _said(text: str) -> dict[str, object]:
    return {"text": text, "right": reads_from_the_right(text)}
