"""Check-ins: asked weekly, nudged once, and then a human is asked."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.cases import Case
from bot.domain.messages import OutboxState
from bot.domain.planning import ExpectationState
from bot.services.delivery_results import claim_messages, outcome_unknown
from bot.services.occurrences import plan
from bot.services.ports import UnitOfWork
from bot.services.staff_messages import write_to_participant
from bot.services.sweep import fire_expectation
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal, rehearse
from tests.services.office_work import begin_with_the_rules

FRIDAY = oslo("2026-11-06 12:00")
NUDGE = oslo("2026-11-07 12:00")
# Two working days after a Saturday.
MISSED = oslo("2026-11-10 15:30")


def _cases(rehearsal: Rehearsal) -> list[Case]:
    return rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))


def _asked(phone: Phone, rule: str = "check_in") -> list[datetime]:
    return [message.at for message in phone.by_rule(rule)]


def test_the_check_in_comes_every_friday_at_noon(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    for _ in range(3):
        rehearsal.wind_to(rehearsal.pending(rehearsal.cast.amina, "check_in")[0].due_at)
        phone.tap("Fin")
        phone.tap("Hopp over")

    assert _asked(phone) == [FRIDAY, FRIDAY + timedelta(days=7), FRIDAY + timedelta(days=14)]
    assert _cases(rehearsal) == []


@pytest.mark.parametrize(
    ("begin", "fridays"),
    [
        pytest.param("2026-03-26 09:00", ["2026-03-27 12:00", "2026-04-03 12:00"], id="forward"),
        pytest.param("2026-10-22 09:00", ["2026-10-23 12:00", "2026-10-30 12:00"], id="back"),
    ],
)
def test_it_keeps_the_wall_clock_across_clock_changes(
    sqlite_url: str, begin: str, fridays: list[str]
) -> None:
    with rehearse(sqlite_url, at=oslo(begin)) as rehearsal:
        phone = rehearsal.amina_starts()
        for friday in fridays:
            rehearsal.wind_to(oslo(friday))
            phone.tap("Fin")

        assert _asked(phone) == [oslo(friday) for friday in fridays]


def test_unanswered_it_is_nudged_once_after_a_day(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-11-09 12:00"))

    assert _asked(phone, "nudge") == [NUDGE]
    nudge = phone.by_rule("nudge")[0]
    assert nudge.text.count("Hei ") == 1
    assert nudge.text.count("Ett trykk er nok.") == 1
    assert "Hvordan har uka vært?" in nudge.text
    assert nudge.labels == ["Fin", "Helt grei", "Litt tung", "Jeg vil at noen ringer"]


def test_a_nudge_that_would_come_at_night_waits_for_the_morning(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(oslo("2026-11-06 22:00"))

    rehearsal.telegram_is_up = True
    rehearsal.wind_to(oslo("2026-11-09 12:00"))

    assert _asked(phone) == [oslo("2026-11-06 22:00")]
    assert _asked(phone, "nudge") == [oslo("2026-11-08 08:00")]


def test_two_working_days_after_the_nudge_it_is_missed_and_a_case_opens(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]

    rehearsal.wind_to(oslo("2026-11-10 07:59"))
    before = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-11 08:00"))

    stored = rehearsal.read(lambda uow: uow.expectations.get(waiting.id))
    assert before == []
    assert stored.state is ExpectationState.MISSED
    assert [(case.reason, case.is_open) for case in _cases(rehearsal)] == [("quiet", True)]


def test_the_clock_of_a_miss_starts_when_the_nudge_was_sent(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(NUDGE - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(oslo("2026-11-11 10:00"))  # days without sending
    assert _cases(rehearsal) == []

    rehearsal.telegram_is_up = True
    rehearsal.deliver()
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]

    assert waiting.nudged_at == oslo("2026-11-11 10:00")
    assert waiting.next_at == oslo("2026-11-13 10:00")


def test_an_answer_meets_the_expectation_and_closes_the_open_quiet_case(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-11 12:00"))
    assert _cases(rehearsal)[0].is_open

    phone.tap("Fin")

    assert [(case.is_open, case.outcome) for case in _cases(rehearsal)] == [(False, "answered")]
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_after_an_answer_nothing_is_nudged_or_missed(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    phone.tap("Litt tung")
    rehearsal.wind_to(oslo("2026-11-12 12:00"))

    assert _asked(phone, "nudge") == []
    assert _cases(rehearsal) == []


def test_call_me_in_a_check_in_opens_a_help_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    answers = phone.tap("Jeg vil at noen ringer")

    assert [case.reason for case in _cases(rehearsal)] == ["help"]
    assert any("113" in text for text in answers)


def test_while_the_last_one_is_unanswered_no_new_one_is_asked(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(NUDGE - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(oslo("2026-11-13 13:00"))
    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    assert _asked(phone) == [FRIDAY]
    assert len(rehearsal.pending(rehearsal.cast.amina, "check_in")) == 1


def test_one_message_a_day_of_our_own_and_the_wait_is_on_record(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.run(_something_of_our_own, rehearsal, FRIDAY - timedelta(hours=1))
    rehearsal.wind_to(oslo("2026-11-09 12:00"))

    assert _asked(phone) == [oslo("2026-11-07 08:00")]
    held = [
        reason for rule, reason in rehearsal.held_back(rehearsal.cast.amina) if rule == "check_in"
    ]
    assert held == ["one_message_a_day_until:2026-11-07T07:00Z"]


def _something_of_our_own(uow: UnitOfWork, rehearsal: Rehearsal, at: datetime) -> None:
    plan(
        uow,
        rehearsal.cast.amina,
        rule="pause_over",
        subject="pause",
        revision="test",
        due_at=at,
    )


def test_while_a_human_writes_with_them_the_check_in_waits(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=30))
    cast = rehearsal.cast
    rehearsal.run(
        write_to_participant, cast.carol, rehearsal.now_of(cast.amina), "Hei", form_id="1"
    )

    rehearsal.wind_to(oslo("2026-11-09 12:00"))

    # Four working hours after 11:30 are over when the office closes; they last until it opens.
    assert _asked(phone) == [oslo("2026-11-09 08:00")]


def test_check_ins_go_on_though_one_was_put_off_for_so_long_that_it_was_dropped(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    cast = rehearsal.cast
    for day in ("06 11:30", "09 07:59", "09 11:30"):
        rehearsal.wind_to(oslo(f"2026-11-{day}"))
        amina = rehearsal.now_of(cast.amina)
        rehearsal.run(write_to_participant, cast.carol, amina, "Hei", form_id=day)

    rehearsal.wind_to(oslo("2026-11-13 12:00"))

    assert _asked(phone) == [oslo("2026-11-13 12:00")]


def test_a_check_in_that_surely_never_arrived_is_excused(rehearsal: Rehearsal) -> None:
    begin_with_the_rules(rehearsal)  # no offer stands ahead of it in the queue
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]

    for copy in (1, 2):
        later = rehearsal.now + timedelta(minutes=copy)
        rehearsal.wind_to(later)
        claimed = rehearsal.run(claim_messages, 1, real_now=later, limit=99)
        for found in claimed:
            rehearsal.run(outcome_unknown, found.message.id, "read_timeout")
    rehearsal.wind_to(oslo("2026-11-12 12:00"))

    stored = rehearsal.read(lambda uow: uow.expectations.get(waiting.id))
    row = rehearsal.ledger(rehearsal.cast.amina, "check_in")[0]
    assert (row.state, row.copies) == (OutboxState.UNKNOWN, 2)
    assert (stored.state, stored.reason) == (ExpectationState.EXCUSED, "not_delivered")
    assert _cases(rehearsal) == []


def test_a_miss_swept_twice_is_one_signal_and_one_case(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-09 12:00"))
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]
    assert waiting.next_at is not None
    rehearsal.wind_to(waiting.next_at)

    rehearsal.run(lambda uow: uow.expectations.save(replace(waiting, state=ExpectationState.OPEN)))
    rehearsal.run(fire_expectation, waiting.id)

    case = _cases(rehearsal)[0]
    assert len(_cases(rehearsal)) == 1
    assert len(rehearsal.read(lambda uow: uow.signals.of_case(case.id))) == 1
