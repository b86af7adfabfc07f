"""Who of an office's staff is there at a moment, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.errors import NaiveDatetime


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the office; `is_active` is False from the moment they have left."""

    id: int
    is_active: bool = True
    standing_deputy_id: int | None = None
    has_working_channel: bool = True  # some notice channel of theirs is not known to be dead


@dataclass(frozen=True, slots=True)
class Absence:
    """Away from `starts_at` until just before `ends_at` (None: until further notice).

    Without a deputy of its own, the standing deputy stands in.
    """

    staff_id: int
    starts_at: datetime
    ends_at: datetime | None = None
    deputy_id: int | None = None

    def __post_init__(self) -> None:
        for moment in (self.starts_at, self.ends_at):
            if moment is not None and moment.tzinfo is None:
                raise NaiveDatetime("An absence needs moments with a zone.")

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Staffing:
    """A snapshot of one office's staff; whoever is not in it does not belong to the office."""

    office_id: int
    members: Mapping[int, StaffMember] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()

    @classmethod
    def of(
        cls, office_id: int, members: Iterable[StaffMember], absences: Iterable[Absence] = ()
    ) -> Staffing:
        return cls(office_id, {member.id: member for member in members}, tuple(absences))

    def is_active(self, staff_id: int) -> bool:
        """Whether they belong to the office and have not left."""
        member = self.members.get(staff_id)
        return member is not None and member.is_active

    def absence_at(self, staff_id: int, at: datetime) -> Absence | None:
        """The absence that covers `at`; of several, the one that began last."""
        covering = (a for a in self.absences if a.staff_id == staff_id and a.covers(at))
        return max(covering, key=lambda absence: absence.starts_at, default=None)

    def present_at(self, staff_id: int, at: datetime) -> bool:
        return self.is_active(staff_id) and self.absence_at(staff_id, at) is None

    def can_be_given_cases_at(self, staff_id: int, at: datetime) -> bool:
        """Present, and a notice can reach them: nobody is given a case they cannot hear of."""
        return self.present_at(staff_id, at) and self.members[staff_id].has_working_channel

    def deputy_at(self, staff_id: int, at: datetime) -> int | None:
        """Who stands in for them at `at`: the absence's deputy, else the standing one."""
        absence = self.absence_at(staff_id, at)
        if absence is not None and absence.deputy_id is not None:
            return absence.deputy_id
        return self.standing_deputy(staff_id)

    def standing_deputy(self, staff_id: int) -> int | None:
        member = self.members.get(staff_id)
        return member.standing_deputy_id if member else None

    def resolve(self, rung: int | None, at: datetime) -> int | None:
        """Return who acts for the person on a ladder's rung at `at`; None means the team queue.

        Follows deputies of deputies; a ring of absent deputies ends in the queue.
        """
        seen: set[int] = set()
        candidate = rung
        while candidate is not None and candidate not in seen:
            if self.can_be_given_cases_at(candidate, at):
                return candidate
            seen.add(candidate)
            candidate = self.deputy_at(candidate, at)
        return None

    def next_change_after(self, at: datetime) -> datetime | None:
        """The next moment an absence begins or ends; cases are to be looked at again then."""
        moments = [m for a in self.absences for m in (a.starts_at, a.ends_at) if m is not None]
        return min((moment for moment in moments if moment > at), default=None)
