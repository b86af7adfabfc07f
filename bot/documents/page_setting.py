"""Setting a page: values go in as JSON, a PDF and a picture come out, and pages are counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from bot.documents.fonts import fonts_of_the_page
from bot.domain.errors import DocumentFailed

_LAYOUTS = Path(__file__).parent / "layout"
# Sharp on a phone, and still well below the weight of an ordinary photo.
_PICTURE_PPI = 130


@dataclass(frozen=True, slots=True)
class SetPage:
    """A finished page."""

    pdf: bytes
    png: bytes


def pages_needed(layout: str, values: Mapping[str, object]) -> int:
    """Return how many pages `values` take, without making a file.

    Raises:
        DocumentFailed: The page cannot be set at all.
    """
    try:
        found = typst.query(
            str(_layout(layout)),
            "<pages>",
            field="value",
            one=True,
            root=str(_LAYOUTS),
            font_paths=fonts_of_the_page(),
            ignore_system_fonts=True,
            sys_inputs=_inputs(values, fallback=True),
        )
    except typst.TypstError as error:
        raise _failed(error) from error
    return int(json.loads(found))


def set_page(layout: str, values: Mapping[str, object], *, on: date) -> SetPage:
    """Return the PDF and the picture of a page that is known to be one.

    The PDF follows PDF/UA-1, so that it can be read aloud. Raises DocumentFailed.
    """
    at = datetime.combine(on, time(), tzinfo=UTC)
    try:
        pdf = _compiled(layout, values, at=at, accessible=True)
    except typst.TypstError:
        # A rare mark on a letter of another script has no shape of its own: an empty box
        # in a plain PDF is better than no page.
        try:
            pdf = _compiled(layout, values, at=at, accessible=False)
        except typst.TypstError as error:
            raise _failed(error) from error
    try:
        png = typst.compile(
            str(_layout(layout)),
            format="png",
            ppi=_PICTURE_PPI,
            root=str(_LAYOUTS),
            font_paths=fonts_of_the_page(),
            ignore_system_fonts=True,
            sys_inputs=_inputs(values, fallback=True),
        )
    except typst.TypstError as error:
        raise _failed(error) from error
    if not isinstance(png, bytes):
        raise DocumentFailed("The page came out as several pages: shorten the texts and try again")
    return SetPage(pdf=pdf, png=png)


def _compiled(
    layout: str, values: Mapping[str, object], *, at: datetime, accessible: bool
) -> bytes:
    return typst.compile(
        str(_layout(layout)),
        format="pdf",
        root=str(_LAYOUTS),
        font_paths=fonts_of_the_page(),
        ignore_system_fonts=True,
        sys_inputs=_inputs(values, fallback=not accessible),
        pdf_standards=["ua-1"] if accessible else [],
        timestamp=at,
    )


def _inputs(values: Mapping[str, object], *, fallback: bool) -> dict[str, str]:
    return {"data": json.dumps({**values, "fallback": fallback}, ensure_ascii=False)}


@cache
def _layout(name: str) -> Path:
    layout = _LAYOUTS / f"{name}.typ"
    if not layout.is_file():
        raise DocumentFailed(f"The layout {layout.name} is missing: install the program again")
    return layout


def _failed(error: typst.TypstError) -> DocumentFailed:
    # The typesetter's message may quote what the person wrote; it is not ours to repeat.
    del error
    return DocumentFailed("The page could not be set: look the texts over for odd signs")
