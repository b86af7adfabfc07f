"""Who is there, who stands in, and when nobody does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import NaiveDatetime
from bot.domain.staffing import Absence, Staffing, StaffMember

NOON = datetime(2026, 11, 3, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


def office(*members: StaffMember, absences: tuple[Absence, ...] = ()) -> Staffing:
    return Staffing.of(1, members, absences)


def away(staff_id: int, deputy_id: int | None = None) -> Absence:
    return Absence(staff_id, NOON - HOUR, NOON + HOUR, deputy_id)


def test_somebody_is_away_from_the_first_moment_until_just_before_the_last() -> None:
    staffing = office(StaffMember(1), absences=(Absence(1, NOON, NOON + HOUR),))

    moments = (NOON - timedelta(seconds=1), NOON, NOON + HOUR - timedelta(seconds=1), NOON + HOUR)
    presence = [staffing.present_at(1, at) for at in moments]

    assert presence == [True, False, False, True]


def test_an_absence_without_end_lasts() -> None:
    staffing = office(StaffMember(1), absences=(Absence(1, NOON),))

    assert not staffing.present_at(1, NOON + timedelta(days=400))


def test_an_absence_needs_a_zone() -> None:
    with pytest.raises(NaiveDatetime):
        Absence(1, NOON.replace(tzinfo=None))


def test_the_departed_and_the_unknown_are_not_present() -> None:
    staffing = office(StaffMember(1, is_active=False))

    assert not staffing.present_at(1, NOON)
    assert not staffing.present_at(99, NOON)


@pytest.mark.parametrize(
    ("staffing", "resolved"),
    [
        pytest.param(office(StaffMember(1)), 1, id="the person themselves"),
        pytest.param(
            office(
                StaffMember(1, standing_deputy_id=2),
                StaffMember(2),
                StaffMember(3),
                absences=(away(1, 3),),
            ),
            3,
            id="the deputy of this absence before the standing one",
        ),
        pytest.param(
            office(StaffMember(1, standing_deputy_id=2), StaffMember(2), absences=(away(1),)),
            2,
            id="the standing deputy",
        ),
        pytest.param(
            office(
                StaffMember(1, standing_deputy_id=2),
                StaffMember(2, standing_deputy_id=3),
                StaffMember(3),
                absences=(away(1), away(2)),
            ),
            3,
            id="the deputy's deputy",
        ),
        pytest.param(
            office(StaffMember(1, is_active=False, standing_deputy_id=2), StaffMember(2)),
            2,
            id="the deputy of somebody who has left",
        ),
        pytest.param(
            office(StaffMember(1, has_working_channel=False, standing_deputy_id=2), StaffMember(2)),
            2,
            id="nobody is given a case they cannot hear of",
        ),
        pytest.param(
            office(
                StaffMember(1, standing_deputy_id=2),
                StaffMember(2, standing_deputy_id=1),
                absences=(away(1), away(2)),
            ),
            None,
            id="a ring of absent deputies ends in the queue",
        ),
        pytest.param(
            office(StaffMember(1, standing_deputy_id=1), absences=(away(1),)),
            None,
            id="one's own deputy",
        ),
        pytest.param(office(StaffMember(1), absences=(away(1),)), None, id="no deputy"),
        pytest.param(office(StaffMember(2)), None, id="not of this office"),
    ],
)
def test_a_rung_resolves_to(staffing: Staffing, resolved: int | None) -> None:
    assert staffing.resolve(1, NOON) == resolved


def test_a_rung_without_anybody_is_the_queue() -> None:
    assert office(StaffMember(1)).resolve(None, NOON) is None


def test_of_overlapping_absences_the_one_that_began_last_names_the_deputy() -> None:
    long_leave = Absence(1, NOON - timedelta(days=9), NOON + timedelta(days=9), 2)
    staffing = office(
        StaffMember(1), StaffMember(2), StaffMember(3), absences=(away(1, 3), long_leave)
    )

    assert staffing.deputy_at(1, NOON) == 3


def test_the_next_change_is_the_next_beginning_or_end() -> None:
    staffing = office(StaffMember(1), absences=(Absence(1, NOON, NOON + HOUR), Absence(1, NOON)))

    changes = [staffing.next_change_after(at) for at in (NOON - HOUR, NOON, NOON + HOUR)]

    assert changes == [NOON, NOON + HOUR, None]
