"""The picture of somebody's way through a course, and the words beside it."""

from __future__ import annotations

import pytest

from bot.documents import picture_setting
from bot.documents.progress_picture import render_progress
from bot.domain.course_progress import MAX_LESSONS, CourseProgress, ModuleProgress
from tests.documents.png_pixels import pixels_of, size_of

ONE = "Arbeidslivets spilleregler"
COURSE = CourseProgress(
    "Kurset ditt", (ModuleProgress(ONE, 6, 6), ModuleProgress("Pengene dine", 2, 6))
)
HUGE = CourseProgress(
    "W" * 80, tuple(ModuleProgress("W" * 80, done * 5, MAX_LESSONS) for done in range(12))
)


def alone(done: int, lessons: int = 6) -> CourseProgress:
    return CourseProgress(ONE, (ModuleProgress(ONE, done, lessons),))


@pytest.mark.parametrize(
    ("progress", "language", "told"),
    [
        (alone(0), "nb", f"{ONE}. 0 av 6 deler er gjort. Du kan begynne når det passer deg."),
        (alone(3), "nn", f"{ONE}. 3 av 6 delar er gjorde. Du kan halde fram der du slapp."),
        (alone(6), "en", f"{ONE}. 6 of 6 parts done. You have been through the whole course. "
                         "Well done!"),
        (alone(0, 1), "nb", f"{ONE}. 0 av 1 del er gjort. Du kan begynne når det passer deg."),
        (COURSE, "nb", f"Kurset ditt. 8 av 12 deler er gjort. {ONE}: 6 av 6. Pengene dine: 2 av 6. "
                       "Du kan fortsette der du slapp."),
    ],
)  # fmt: skip
def test_the_words_say_what_the_picture_shows(
    progress: CourseProgress, language: str, told: str
) -> None:
    picture = render_progress(progress, language=language)

    assert picture.alt_text == told


@pytest.mark.parametrize("progress", [alone(0), alone(6), COURSE, HUGE])
def test_the_picture_is_small_and_as_wide_as_a_phone(progress: CourseProgress) -> None:
    picture = render_progress(progress, language="nb")

    width, height = size_of(picture.png)
    assert width == 780
    assert height < 4_000
    assert len(picture.png) < 1_000_000
    assert len(picture.alt_text) <= 900


@pytest.mark.parametrize("progress", [alone(3), COURSE, HUGE])
def test_nothing_runs_over_the_edges_of_progress(
    progress: CourseProgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_setting, "PIXELS_PER_POINT", 0.3)

    picture = pixels_of(render_progress(progress, language="nb").png)

    white = {b"\xff\xff\xff"}
    assert picture.colours(range(5)) == white
    assert picture.colours(range(112, 117)) == white
    assert picture.colours(range(6, 111)) > white
