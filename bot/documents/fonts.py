"""The fonts of the pages, and which signs they have.

They come with the installation (packages under the SIL Open Font License); the fonts of the
machine are never looked at, so that a page is the same wherever it is made.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from bot.domain.errors import DocumentFailed

_PACKAGES = ("fontpkg_noto_sans", "fontpkg_ibm_plex_sans_arabic")


@cache
def font_files() -> tuple[Path, ...]:
    """The font files, upright and slanted. Raises DocumentFailed when one is missing."""
    found: list[Path] = []
    for package in _PACKAGES:
        try:
            files = sorted(Path(str(resources.files(package))).glob("files/*.ttf"))
        except ModuleNotFoundError:
            files = []
        if not files:
            raise DocumentFailed(
                f"The fonts of {package.replace('_', '-')} are missing: install the "
                "program again from requirements.lock"
            )
        found += files
    return tuple(found)


@cache
def fonts_of_the_page() -> typst.Fonts:
    """Our fonts alone, as the typesetter wants them."""
    folders = sorted({str(file.parent) for file in font_files()})
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )


@cache
def printable_signs() -> frozenset[int]:
    """Every code point that an upright font of ours has."""
    upright = (file for file in font_files() if "Italic" not in file.name)
    signs: set[int] = set()
    for file in upright:
        with TTFont(file, lazy=True) as font:
            signs |= set(font.getBestCmap())
    return frozenset(signs)


def unprintable_in(text: str) -> set[str]:
    """The signs of a text that would be empty boxes on the page."""
    signs = printable_signs()
    return {sign for sign in text if not sign.isspace() and ord(sign) not in signs}
