"""What comes out of this room: finished files, and what was left out of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageFiles:
    """One document as PDF, as a picture of the page (PNG) and as an editable Word file.

    The Word file always holds everything. `shortened` says that the page holds less, to stay
    one page; `unprintable` are the signs that none of our fonts has, left out of the page.
    """

    pdf: bytes
    png: bytes
    docx: bytes
    shortened: bool = False
    unprintable: str = ""


class CvFiles(PageFiles):
    """A CV."""

    __slots__ = ()


class LetterFiles(PageFiles):
    """An application letter."""

    __slots__ = ()
