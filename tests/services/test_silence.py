"""Silence where no single question measures it, accounts that are gone, and the end of a course."""

import pytest

from bot.domain.cases import Case
from bot.domain.messages import OutboxState
from bot.domain.people import AccountStatus, Participant
from bot.domain.planning import EnrolmentStatus
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import cancel_session
from tests.builders import a_session, oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal


def _cases(rehearsal: Rehearsal, who: Participant | None = None) -> list[tuple[str, bool]]:
    who = who or rehearsal.cast.amina
    found: list[Case] = rehearsal.read(lambda uow: uow.cases.of_participant(who.id))
    return [(case.reason, case.is_open) for case in found]


def _sources(rehearsal: Rehearsal) -> list[str]:
    amina = rehearsal.cast.amina
    return [s.source for s in rehearsal.read(lambda uow: uow.signals.of_participant(amina.id))]


def test_never_started_three_working_days_after_the_invitation_is_a_case(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.wind_to(oslo("2026-11-05 08:29"))
    before = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-05 08:30"))

    assert before == []
    assert _cases(rehearsal) == [("quiet", True)]


def test_a_code_that_was_used_without_a_yes_is_not_a_start(rehearsal: Rehearsal) -> None:
    rehearsal.a_phone().start(rehearsal.cast.amina_code)

    rehearsal.wind_to(oslo("2026-11-05 08:30"))

    assert _cases(rehearsal) == [("quiet", True)]


def test_ten_days_without_a_sign_of_life_while_something_waits_is_a_case(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-06 12:00"))
    phone.tap("Fin")
    phone.tap("Hopp over")

    rehearsal.wind_to(oslo("2026-11-16 11:59"))
    before = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-16 12:00"))

    assert before == []
    assert _cases(rehearsal) == [("quiet", True)]
    assert _sources(rehearsal)[0].startswith("no_sign_of_life:")


def test_one_silence_is_one_case_however_often_it_is_noticed(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-12-02 12:00"))

    assert _cases(rehearsal) == [("quiet", True)]
    assert len(_sources(rehearsal)) == len(set(_sources(rehearsal))) >= 2


def test_what_we_send_is_no_sign_of_life(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    started_at = rehearsal.now

    rehearsal.wind_to(oslo("2026-11-12 08:00"))

    assert rehearsal.now_of(rehearsal.cast.amina).last_sign_of_life_at == started_at


def test_a_question_that_never_surely_arrived_is_no_silence(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.telegram_is_up = False

    rehearsal.wind_to(oslo("2026-11-30 12:00"))

    assert _cases(rehearsal) == []


def _by_event_then_403(rehearsal: Rehearsal, phone: Phone) -> None:
    phone.block()
    rehearsal.wind_to(oslo("2026-11-05 12:00"))


def _by_403_then_event(rehearsal: Rehearsal, phone: Phone) -> None:
    phone.gone = AccountStatus.BLOCKED
    rehearsal.wind_to(oslo("2026-11-05 12:00"))
    phone.block()


@pytest.mark.parametrize("block", [_by_event_then_403, _by_403_then_event])
def test_blocked_by_event_and_by_403_is_one_signal(
    rehearsal_on_both: Rehearsal, block: object
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()

    assert callable(block)
    block(rehearsal, phone)

    assert _cases(rehearsal) == [("quiet", True)]
    assert len(_sources(rehearsal)) == 1


def test_whoever_blocks_gets_nothing_more_and_it_is_on_record(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.block()
    phone.gone = None  # even if Telegram would take it

    rehearsal.wind_to(oslo("2026-11-03 12:00"))

    assert phone.texts == []
    held = rehearsal.held_back(rehearsal.cast.amina)
    assert held.count(("session_reminder", "account_blocked")) == 2


def test_unblocking_brings_messages_back_and_blocking_again_is_a_new_signal(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    phone.block()
    phone.unblock()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))

    phone.block()

    assert len(phone.by_rule("session_reminder")) == 1
    assert len(_sources(rehearsal)) == 2
    assert _cases(rehearsal) == [("quiet", True)]


@pytest.mark.parametrize("status", [AccountStatus.DEACTIVATED, AccountStatus.NOT_FOUND])
def test_an_account_that_is_gone_is_an_undeliverable_case_once(
    rehearsal: Rehearsal, status: AccountStatus
) -> None:
    phone = rehearsal.amina_starts()
    phone.gone = status

    rehearsal.wind_to(oslo("2026-11-05 12:00"))

    assert _cases(rehearsal) == [("undeliverable", True)]
    first = rehearsal.ledger(rehearsal.cast.amina, "session_reminder")[0]
    assert (first.state, first.reason) == (OutboxState.FAILED, f"account_{status.value}")


def test_undeliverable_opens_in_a_pause_too(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    phone.tap("En uke")
    phone.gone = AccountStatus.DEACTIVATED

    rehearsal.wind_to(oslo("2026-11-05 12:00"))

    assert _cases(rehearsal) == [("undeliverable", True)]


def test_the_course_ends_with_its_last_session_and_says_goodbye(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina

    rehearsal.wind_to(oslo("2026-12-03 13:00"))

    enrolment = rehearsal.read(lambda uow: uow.enrolments.latest_of(amina.id))
    assert enrolment is not None
    assert enrolment.status is EnrolmentStatus.COMPLETED
    assert phone.last.text.startswith("Hei Amina! Jobbkurset er over for deg nå.")


def test_a_cohort_ends_once_nobody_is_enrolled_in_it(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-12-03 13:00"))

    cohort = rehearsal.read(lambda uow: uow.cohorts.get(rehearsal.cast.cohort.id))
    assert cohort.ended_at == rehearsal.now


def test_after_the_end_no_check_in_comes_and_no_silence_is_measured(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-12-02 12:00"))
    phone.write("Hei, her er jeg igjen")
    rehearsal.wind_to(oslo("2026-12-03 13:00"))
    count = len(_cases(rehearsal))
    phone.forget()

    rehearsal.wind_to(oslo("2027-01-15 12:00"))

    assert phone.texts == []
    assert len(_cases(rehearsal)) == count
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_what_is_awaited_when_the_course_ends_is_excused(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    for number in range(9, 11):
        rehearsal.run(_cancel, rehearsal.cast.cohort.id, number)
    # The last session is now on Thursday, 26 November; a check-in is unanswered from the 20th on.
    for day in ("06", "13"):
        rehearsal.wind_to(oslo(f"2026-11-{day} 12:00"))
        phone.tap("Fin")
        phone.tap("Hopp over")
    rehearsal.wind_to(oslo("2026-11-20 20:00"))
    phone.write("Min uke")  # a sign of life, but no answer
    rehearsal.telegram_is_up = False  # the nudge does not get out
    rehearsal.wind_to(oslo("2026-11-26 12:59"))
    assert len(rehearsal.awaited(rehearsal.cast.amina)) == 1

    rehearsal.telegram_is_up = True
    rehearsal.wind_to(oslo("2026-12-20 12:00"))

    assert rehearsal.awaited(rehearsal.cast.amina) == []
    assert _cases(rehearsal) == []


def _cancel(uow: UnitOfWork, cohort_id: int, number: int) -> None:
    sessions = uow.programme_sessions.of_cohort(cohort_id)
    cancel_session(uow, next(s.id for s in sessions if s.number == number))


def test_a_later_session_keeps_the_course_open(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-12-01 12:00"))
    rehearsal.run(a_session, rehearsal.cast.cohort, oslo("2026-12-10 10:00"))

    rehearsal.wind_to(oslo("2026-12-03 13:00"))
    before = rehearsal.read(lambda uow: uow.enrolments.active_of(rehearsal.cast.amina.id))
    rehearsal.wind_to(oslo("2026-12-10 13:00"))

    assert before is not None
    assert rehearsal.read(lambda uow: uow.enrolments.active_of(rehearsal.cast.amina.id)) is None
