"""The pages as somebody sees them: colours that can be read, and margins that nothing crosses."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.documents import page_setting
from bot.documents.cv_files import render_cv
from bot.documents.letter_draft import draft_letter
from bot.documents.letter_files import render_letter
from bot.domain.cv import Cv
from tests.documents.people_with_cvs import AMINA, ANSWERS, ARABIC, FIFTEEN_JOBS, overfull
from tests.documents.png_pixels import Pixels, pixels_of
from tests.documents.test_colours import contrast

ON = date(2026, 11, 22)
PPI = 36
LOOK = Path(page_setting.__file__).parent / "layout" / "look.typ"
COLOURS = dict(re.findall(r'#let (\w+) = rgb\("(#[0-9a-f]{6})"\)', LOOK.read_text("utf-8")))
PAPER = "#ffffff"


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_setting, "_PICTURE_PPI", PPI)


@pytest.mark.parametrize("words", ["ink", "soft", "accent"])
@pytest.mark.parametrize("ground", [PAPER, COLOURS["wash"]])
def test_words_can_be_read_on_what_they_stand_on(words: str, ground: str) -> None:
    assert contrast(COLOURS[words], ground) >= 4.5


@pytest.mark.parametrize(
    "cv", [AMINA, FIFTEEN_JOBS, ARABIC, overfull()], ids=["short", "full", "Arabic", "overfull"]
)
def test_nothing_on_a_cv_crosses_the_margins(cv: Cv) -> None:
    page = pixels_of(render_cv(cv, language="nb", on=ON).png)

    left, right = _columns(page, 0, 16), _columns(page, 201, 210)
    between = _columns(page, 139, 145)
    bottom = slice(_pixels(286), page.height)
    assert page.colours(left) == {_bytes(PAPER)}
    assert page.colours(right) == {_bytes(COLOURS["wash"])}
    assert page.colours(between) == {_bytes(PAPER)}
    assert page.colours(_columns(page, 0, 140), bottom) == {_bytes(PAPER)}


@pytest.mark.parametrize("cv", [AMINA, ARABIC, overfull()], ids=["short", "Arabic", "overfull"])
def test_nothing_on_a_letter_crosses_the_margins(cv: Cv) -> None:
    letter = draft_letter(ANSWERS, cv, language="nb")

    page = pixels_of(render_letter(letter, language="nb", on=ON).png)

    below_the_band = slice(_pixels(8), page.height)
    for columns in (_columns(page, 0, 24), _columns(page, 186, 210)):
        assert page.colours(columns, below_the_band) == {_bytes(PAPER)}


def _pixels(mm: float) -> int:
    return round(mm / 25.4 * PPI)


def _columns(page: Pixels, from_mm: float, to_mm: float) -> range:
    return range(_pixels(from_mm), min(_pixels(to_mm), page.width))


def _bytes(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])
