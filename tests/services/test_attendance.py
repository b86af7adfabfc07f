"""Attendance as the leader marks it, and what follows a missed session."""

from datetime import datetime

import pytest

from bot.domain.cases import Case
from bot.domain.errors import RuleBroken
from bot.domain.planning import AttendanceStatus, ExpectationState, ProgrammeSession
from bot.services.attendance import mark_attendance
from bot.services.delivery_results import outcome_unknown
from bot.services.programme_sessions import cancel_session
from bot.services.staff_messages import write_to_participant
from tests.builders import oslo
from tests.rehearsal import Rehearsal

AFTER_FIRST = oslo("2026-11-03 13:30")  # a Tuesday
ABSENT = AttendanceStatus.ABSENT


def _session(rehearsal: Rehearsal, number: int) -> ProgrammeSession:
    sessions = rehearsal.read(
        lambda uow: uow.programme_sessions.of_cohort(rehearsal.cast.cohort.id)
    )
    return next(session for session in sessions if session.number == number)


def _mark(rehearsal: Rehearsal, number: int, status: AttendanceStatus = ABSENT) -> None:
    cast = rehearsal.cast
    session = _session(rehearsal, number)
    rehearsal.run(mark_attendance, cast.carol, session, cast.amina.id, status)
    rehearsal.settle()


def _cases(rehearsal: Rehearsal) -> list[Case]:
    return rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))


def _notes(rehearsal: Rehearsal) -> list[datetime]:
    phones = rehearsal.phones.values()
    return [message.at for phone in phones for message in phone.by_rule("missed_session")]


def test_the_first_miss_brings_a_friendly_note_and_no_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)

    _mark(rehearsal, 1)

    assert phone.last.text.startswith("Hei Amina! Vi savnet deg tirsdag 3. november.")
    assert phone.last.labels == ["Det går bra", "Jeg trenger hjelp", "Jeg vil ha pause"]
    assert _cases(rehearsal) == []


def test_no_reply_in_a_working_day_after_the_note_opens_a_case(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)

    rehearsal.wind_to(oslo("2026-11-04 13:29"))
    before = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-04 13:30"))

    assert before == []
    assert [case.reason for case in _cases(rehearsal)] == ["quiet"]


def test_a_note_held_overnight_starts_its_clock_when_it_is_sent(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-03 22:00"))
    _mark(rehearsal, 1)

    rehearsal.wind_to(oslo("2026-11-05 07:59"))
    before = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-05 08:00"))

    assert _notes(rehearsal) == [oslo("2026-11-04 08:00")]
    assert before == []
    assert len(_cases(rehearsal)) == 1


@pytest.mark.parametrize("label", ["Det går bra", "Jeg vil ha pause"])
def test_a_reply_to_the_note_is_enough(rehearsal: Rehearsal, label: str) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)

    phone.tap(label)
    rehearsal.wind_to(oslo("2026-11-05 20:00"))

    assert _cases(rehearsal) == []


def test_need_help_below_the_note_opens_a_help_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)

    answers = phone.tap("Jeg trenger hjelp")

    assert "113" in answers[0]
    assert [case.reason for case in _cases(rehearsal)] == ["help"]


def test_the_second_miss_opens_a_case_at_once(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)
    phone.tap("Det går bra")
    rehearsal.wind_to(oslo("2026-11-05 11:00"))

    _mark(rehearsal, 2)

    assert [case.reason for case in _cases(rehearsal)] == ["quiet"]
    assert len(_notes(rehearsal)) == 1


def test_attendance_that_nobody_marked_is_not_absence(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    rehearsal.wind_to(oslo("2026-11-06 11:00"))

    assert _cases(rehearsal) == []
    assert _notes(rehearsal) == []


@pytest.mark.parametrize("label", ["Kan ikke", "Kommer litt sent", "Ring meg"])
def test_whoever_said_something_beforehand_is_not_missed(rehearsal: Rehearsal, label: str) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap(label)
    rehearsal.wind_to(AFTER_FIRST)

    _mark(rehearsal, 1)

    assert _notes(rehearsal) == []
    assert [case.reason for case in _cases(rehearsal) if case.reason == "quiet"] == []


def test_a_corrected_mark_excuses_what_was_awaited(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]

    _mark(rehearsal, 1, AttendanceStatus.PRESENT)
    rehearsal.wind_to(oslo("2026-11-05 20:00"))

    stored = rehearsal.read(lambda uow: uow.expectations.get(waiting.id))
    assert (stored.state, stored.reason) == (ExpectationState.EXCUSED, "corrected")
    assert _cases(rehearsal) == []


def test_a_mark_corrected_before_the_note_went_out_brings_no_note(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-03 22:00"))
    _mark(rehearsal, 1)

    _mark(rehearsal, 1, AttendanceStatus.EXCUSED)
    rehearsal.wind_to(oslo("2026-11-04 12:00"))

    assert _notes(rehearsal) == []


def test_a_corrected_miss_does_not_make_the_next_one_the_second(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    _mark(rehearsal, 1)
    _mark(rehearsal, 1, AttendanceStatus.PRESENT)
    rehearsal.wind_to(oslo("2026-11-05 13:30"))

    _mark(rehearsal, 2)

    assert _cases(rehearsal) == []
    assert len(_notes(rehearsal)) == 2


def test_the_same_mark_twice_changes_nothing(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)

    _mark(rehearsal, 1)
    _mark(rehearsal, 1)

    session = _session(rehearsal, 1)
    assert len(rehearsal.read(lambda uow: uow.attendance.of_session(session.id))) == 1
    assert len(_notes(rehearsal)) == 1


def test_a_note_whose_arrival_is_unknown_starts_no_clock(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(AFTER_FIRST)
    rehearsal.telegram_is_up = False
    _mark(rehearsal, 1)
    amina = rehearsal.cast.amina
    note = rehearsal.ledger(amina, "missed_session")[-1]

    rehearsal.run(
        lambda uow: uow.outbox.claim(1, now=uow.now, real_now=uow.now, lease=uow.now, limit=9)
    )
    rehearsal.run(outcome_unknown, note.id, "read_timeout")
    rehearsal.wind_to(oslo("2026-11-05 20:00"))

    assert rehearsal.awaited(amina) == []
    assert _cases(rehearsal) == []


def test_attendance_of_the_last_session_can_be_marked_after_the_course_has_ended(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-12-03 15:00"))

    _mark(rehearsal, 10)

    session = _session(rehearsal, 10)
    marks = rehearsal.read(lambda uow: uow.attendance.of_session(session.id))
    assert [mark.status for mark in marks] == [ABSENT]
    assert _notes(rehearsal) == []


def test_a_note_that_waits_over_the_end_of_the_course_is_not_sent(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-12-03 10:30"))
    cast = rehearsal.cast
    rehearsal.run(
        write_to_participant, cast.carol, rehearsal.now_of(cast.amina), "Hei!", form_id="1"
    )

    _mark(rehearsal, 10)
    rehearsal.wind_to(oslo("2026-12-05 12:00"))

    assert _notes(rehearsal) == []


def test_only_the_sessions_own_participants_can_be_marked(rehearsal: Rehearsal) -> None:
    cast = rehearsal.cast
    rehearsal.wind_to(AFTER_FIRST)
    session = _session(rehearsal, 1)

    with pytest.raises(RuleBroken, match="does not belong"):
        rehearsal.run(mark_attendance, cast.carol, session, cast.ben.id, ABSENT)


def test_attendance_is_marked_once_the_session_has_begun_and_was_not_cancelled(
    rehearsal: Rehearsal,
) -> None:
    cast = rehearsal.cast
    with pytest.raises(RuleBroken, match="has not begun"):
        rehearsal.run(mark_attendance, cast.carol, _session(rehearsal, 1), cast.amina.id, ABSENT)
    rehearsal.run(cancel_session, _session(rehearsal, 1).id)
    rehearsal.wind_to(AFTER_FIRST)

    with pytest.raises(RuleBroken, match="cancelled"):
        rehearsal.run(mark_attendance, cast.carol, _session(rehearsal, 1), cast.amina.id, ABSENT)
