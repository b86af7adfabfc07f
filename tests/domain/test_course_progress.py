"""How far somebody has come, and what a certificate may hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from bot.domain.course_progress import CourseCertificate, CourseProgress, ModuleProgress
from bot.domain.errors import RuleBroken
from bot.domain.own_words import one_line

ON = date(2026, 11, 22)


def test_a_course_adds_up_its_modules() -> None:
    progress = CourseProgress("Kurset", (ModuleProgress("A", 2, 6), ModuleProgress("B", 4, 4)))

    assert (progress.done, progress.lessons) == (6, 10)
    assert [module.is_done for module in progress.modules] == [False, True]
    assert not progress.is_done


@pytest.mark.parametrize(("done", "lessons"), [(-1, 3), (4, 3), (0, 0), (0, 61)])
def test_lessons_that_do_not_fit_together_are_refused(done: int, lessons: int) -> None:
    with pytest.raises(RuleBroken, match="no more done"):
        ModuleProgress("A", done, lessons)


@pytest.mark.parametrize("modules", [0, 13])
def test_a_course_has_a_bounded_number_of_modules(modules: int) -> None:
    with pytest.raises(RuleBroken, match="1 to 12"):
        CourseProgress("Kurset", (ModuleProgress("A", 0, 1),) * modules)


@pytest.mark.parametrize(
    "changed",
    [{"name": "  "}, {"course_title": ""}, {"office_name": "\n"}, {"lessons": ("A", "")}],
)
def test_a_certificate_without_its_words_is_refused(changed: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "name": "Amina Prøvesen",
        "course_title": "Kurs",
        "lessons": ("A",),
        "completed_on": ON,
        "office_name": "Nav Eksempelby",
    }

    with pytest.raises(RuleBroken, match="names the person"):
        CourseCertificate(**{**whole, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("lessons", [(), ("A",) * 41])
def test_a_certificate_lists_a_bounded_number_of_lessons(lessons: tuple[str, ...]) -> None:
    with pytest.raises(RuleBroken, match="1 to 40"):
        CourseCertificate("Amina", "Kurs", lessons, ON, "Nav Eksempelby")


def test_a_certificate_has_no_room_for_grades_or_anything_private() -> None:
    held = {field.name for field in fields(CourseCertificate)}

    assert held == {"name", "course_title", "lessons", "completed_on", "office_name"}


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        pytest.param("A\u030ase\r\n\r\nlei", "Åse lei", id="composed, one line"),
        pytest.param("\u202eevil\u2066\ufeff", "evil", id="no turning of the direction"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian keeps its joiner"),
        pytest.param("\u0301\u0301a \u0301b", "a b", id="no accent without a letter"),
        pytest.param("z" + "\u0301" * 9 + "!", "ź\u0301\u0301\u0301!", id="no towers"),
        pytest.param("مُحَمَّد", "مُحَمَّد", id="Arabic keeps its vowels"),
        pytest.param("a\u00a0\u2003b\x07", "a b", id="odd spaces and controls"),
    ],
)
def test_own_words_become_one_clean_line(typed: str, line: str) -> None:
    assert one_line(typed, max_chars=40) == line
