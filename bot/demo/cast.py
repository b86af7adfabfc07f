"""Who plays in the demo: samples, every one of them, and how each behaves before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.content.samples import SAMPLE_PEOPLE

# Names of samples end in Eksempel ("example"), addresses in a domain that nobody can own.
CASEWORKER = ("Kari Eksempel", "kari@example.org")
DEPUTY = ("Per Eksempel", "per@example.org")
COORDINATOR = ("Dina Eksempel", "dina@example.org")

OFFICE = "Nav-kontoret (eksempel)"
COHORT = "Vårkurset"
COURSE_STARTS_ON = date(2026, 2, 10)
INVITED_AT = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
# Wednesday of the third week, nine in the morning in Norway: five of ten sessions are over.
# After that week's first session. A month is longer than what is left of the course.
PAUSES_BEGIN_AT = datetime(2026, 2, 24, 14, 0, tzinfo=UTC)
DEMO_BEGINS_AT = datetime(2026, 2, 25, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Persona:
    """One sample participant; numbers of phones are out of any range Telegram gives out here."""

    phone_id: int
    first_name: str
    language: str
    answers_reminders: str | None = "coming"
    check_in_option: str | None = "good"
    takes_course: bool = False
    misses_session: int | None = None
    goes_quiet_after: datetime | None = None
    takes_pause: bool = False
    last_name: str = "Eksempel"

    def is_quiet(self, at: datetime) -> bool:
        return self.goes_quiet_after is not None and at > self.goes_quiet_after


# The demo has nobody to answer for those whom its visitor leaves alone: Amina, Jonas and Elias
# carry the story, and the others pause, for silence in a pause is silence that was agreed upon.
PERSONAS = (
    Persona(7001, "Amina", "nb", check_in_option="ok"),
    Persona(7002, "Jonas", "nb", goes_quiet_after=datetime(2026, 2, 24, 12, 0, tzinfo=UTC)),
    Persona(7003, "Sunniva", "nn", takes_course=True, takes_pause=True),
    Persona(7004, "Daniel", "en", answers_reminders="late", takes_pause=True),
    Persona(7005, "Thea", "nb", misses_session=4, check_in_option="hard", takes_pause=True),
    Persona(7006, "Elias", "nb", goes_quiet_after=datetime(2026, 2, 18, 12, 0, tzinfo=UTC)),
    Persona(7007, "Maja", "nn", answers_reminders=None, takes_pause=True),
)

# Those whose names break careless texts; the course is not about them, so that nothing but what is
# tried comes to their phones. The first of the samples has an ordinary name, as Amina has.
SAMPLES = tuple(
    Persona(7101 + number, sample.first_name, "nb", last_name="")
    for number, sample in enumerate(SAMPLE_PEOPLE[1:])
)
