"""How far somebody has come in a course, and what a certificate of a finished one says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.errors import RuleBroken
from bot.domain.own_words import one_line

MAX_MODULES = 12
MAX_LESSONS = 60  # in one course module
MAX_TITLE_CHARS = 80
MAX_NAME_CHARS = 120
MAX_CERTIFIED_LESSONS = 40


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """Lessons done of the lessons there are, in one course module.

    Raises:
        RuleBroken: The numbers do not fit together.
    """

    title: str
    done: int
    lessons: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title, max_chars=MAX_TITLE_CHARS))
        if not 1 <= self.lessons <= MAX_LESSONS or not 0 <= self.done <= self.lessons:
            raise RuleBroken(
                f"A course module has 1 to {MAX_LESSONS} lessons, and no more done than it has."
            )

    @property
    def is_done(self) -> bool:
        return self.done == self.lessons


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """A course is one course module or several.

    Raises:
        RuleBroken: No module, or more than MAX_MODULES.
    """

    title: str
    modules: tuple[ModuleProgress, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title, max_chars=MAX_TITLE_CHARS))
        if not 1 <= len(self.modules) <= MAX_MODULES:
            raise RuleBroken(f"A course has 1 to {MAX_MODULES} course modules.")

    @property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @property
    def lessons(self) -> int:
        return sum(module.lessons for module in self.modules)

    @property
    def is_done(self) -> bool:
        return self.done == self.lessons


@dataclass(frozen=True, slots=True)
class CourseCertificate:
    """What somebody went through and when; no grade, no number, nothing about the person's life.

    `lessons` are their titles, in the participant's language.

    Raises:
        RuleBroken: A name, title or lesson is missing or too long, or there are too many lessons.
    """

    name: str
    course_title: str
    lessons: tuple[str, ...]
    completed_on: date
    office_name: str

    def __post_init__(self) -> None:
        lessons = tuple(one_line(title, max_chars=MAX_TITLE_CHARS) for title in self.lessons)
        object.__setattr__(self, "lessons", lessons)
        object.__setattr__(self, "name", one_line(self.name, max_chars=MAX_NAME_CHARS))
        for field in ("course_title", "office_name"):
            words = one_line(getattr(self, field), max_chars=MAX_TITLE_CHARS)
            object.__setattr__(self, field, words)
        if not all((self.name, self.course_title, self.office_name, *lessons)):
            raise RuleBroken("A certificate names the person, the course, its lessons, the office.")
        if not 1 <= len(lessons) <= MAX_CERTIFIED_LESSONS:
            raise RuleBroken(f"A certificate lists 1 to {MAX_CERTIFIED_LESSONS} lessons.")
