"""How large the country is that is loaded, and the moments its rows are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# A Monday, midnight in Oslo; after the October clock change, and no public holiday before Christmas.
NOW = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
FIRST_OFFICE = 2  # the default office is there from the start and stays empty


@dataclass(frozen=True, slots=True)
class Country:
    """`weeks` of rows lie behind everybody; the whole country is 450 offices.

    Args:
        sampled_every: Of every so many offices one has the whole of the coming week planned; of
            the others only the check-in on Friday is, which is the week's busiest minute.
        prunes: Whether texts past their time are gone, as retention leaves them.
    """

    offices: int
    participants_per_office: int = 100
    caseworkers: int = 0
    weeks: int = 52
    sampled_every: int = 9
    prunes: bool = True
    is_at_rest: bool = False  # nothing is pending and no case open, whatever the clock says
    has_bots: bool = False  # a token for every office: a line to Telegram each

    @property
    def participants(self) -> int:
        return self.offices * self.participants_per_office

    def caseworkers_of(self, place: int) -> int:
        """How many the office at this place (from 0) has: 6 or 7, 3,000 in the whole country."""
        total = self.caseworkers or self.offices * 20 // 3
        return total * (place + 1) // self.offices - total * place // self.offices

    def is_sampled(self, place: int) -> bool:
        return place % self.sampled_every == 0


NATIONAL = Country(offices=450, caseworkers=3000)
TENTH = Country(offices=45, caseworkers=300)
# As many as the ticker takes at once, so that both find and fire full batches.
ONE_OFFICE = Country(offices=1, participants_per_office=500, caseworkers=33, sampled_every=1)


def instant(at: datetime) -> str:
    """As SQLite stores a moment; PostgreSQL reads the same words."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def week_of(weeks_ago: int) -> datetime:
    """Midnight in Oslo of a Monday, near enough: clock changes shift the past by an hour."""
    return NOW - timedelta(weeks=weeks_ago)
