"""Reading the files again: pages, text and fonts of a PDF, the size of a picture, a Word file."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from pypdf import PdfReader


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def words_of(pdf: bytes) -> str:
    """The text with broken words joined and every gap one space wide."""
    found = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    joined = re.sub(r"[\u00ad\u200b]\n?", "", found)
    return " ".join(joined.split())


def unbroken(text: str) -> str:
    """Without gaps at all, for comparing texts that were broken over lines."""
    return re.sub(r"[\s\u00ad\u200b]", "", text)


def metadata_of(pdf: bytes) -> dict[str, str]:
    return {key: str(value) for key, value in (PdfReader(io.BytesIO(pdf)).metadata or {}).items()}


def fonts_of(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """Name and whether it is embedded, for every font of the first page."""
    page: Any = PdfReader(io.BytesIO(pdf)).pages[0]
    for font in page["/Resources"]["/Font"].values():
        (descendant,) = font.get_object()["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"].get_object()
        embedded = "/FontFile2" in descriptor or "/FontFile3" in descriptor
        yield str(font.get_object()["/BaseFont"]), embedded


def size_of_picture(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def opened(docx: bytes) -> WordDocument:
    return Document(io.BytesIO(docx))


def lines_of(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(docx).paragraphs]
