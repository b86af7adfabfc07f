"""What a curriculum vitae and an application letter hold, as the person told it; any part may lack.

There is no field for a national identity number, a birth date, a picture or anything about
health: nobody is asked for them (docs/results.md).
"""

from __future__ import annotations

from dataclasses import dataclass

# Levels of a language that are offered as buttons; other words stand as they were typed.
LANGUAGE_LEVELS = ("mother_tongue", "fluent", "good", "basic")


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when, as typed: "2019", "aug. 2021", "03/2020", "da jeg gikk på skolen"."""

    start: str = ""
    end: str = ""
    ongoing: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """How an employer reaches the person."""

    phone: str = ""
    email: str = ""
    town: str = ""
    link: str = ""

    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in (self.phone, self.email, self.town, self.link) if line)


@dataclass(frozen=True, slots=True)
class Experience:
    """A job, a school, a course or voluntary work. Work practice counts as a job."""

    title: str = ""
    place: str = ""
    period: Period = Period()
    did: str = ""  # what the person did there; one line each for several things

    def is_empty(self) -> bool:
        return not (self.title or self.place or self.did)


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """`level` is one of LANGUAGE_LEVELS or the person's own words."""

    name: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Cv:
    """One person's CV. `tidy_cv` bounds and orders what was typed."""

    name: str = ""
    contact: Contact = Contact()
    about: str = ""
    jobs: tuple[Experience, ...] = ()
    education: tuple[Experience, ...] = ()
    courses: tuple[Experience, ...] = ()
    languages: tuple[SpokenLanguage, ...] = ()
    driving_licence: str = ""
    volunteering: tuple[Experience, ...] = ()
    interests: tuple[str, ...] = ()
    references: str = ""  # the person's own line
    offers_references: bool = True  # without an own line: "can be given on request"


@dataclass(frozen=True, slots=True)
class LetterAnswers:
    """What the person answered about one advert."""

    advert_title: str = ""
    workplace: str = ""
    why: str = ""
    fits: str = ""
    can_start: str = ""
    greets: str = ""  # the person at the workplace whom the letter speaks to


@dataclass(frozen=True, slots=True)
class Letter:
    """An application letter that may still be changed by the person who sends it."""

    name: str = ""
    contact: Contact = Contact()
    workplace: str = ""
    heading: str = ""
    greeting: str = ""
    paragraphs: tuple[str, ...] = ()
    closing: str = ""
