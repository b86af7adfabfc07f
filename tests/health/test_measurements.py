"""What is measured of the work, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text, update

from bot.domain.cases import Case, CaseState
from bot.domain.messages import InboxState, InboxUpdate, Lane, NoticeState, OutboxState
from bot.domain.people import AccountStatus
from bot.domain.planning import Occurrence
from bot.services import measurements
from bot.services.cases import raise_signal
from bot.services.measurements import Measurements, measure
from bot.storage.tables.cases import escalation
from tests.health.conftest import without_content
from tests.real_office import AMINA_CHAT, OFFICE, RealOffice

# Partial indexes; walking one from end to end costs what waits, not what was ever done.
OF_WHAT_IS_STILL_TO_BE_DONE = {
    "ix_inbox_pending",
    "ix_inbox_set_aside",
    "ix_outbox_queued",
    "ix_outbox_claimed",
    "ix_notice_queued",
    "ix_document_order_queued",
    "ix_escalation_due",
}


def measured(office: RealOffice) -> Measurements:
    found: Measurements = office.storage.read_sync(measure)
    return found


def a_case(office: RealOffice, *, reason: str = "help") -> Case:
    case = office.do(raise_signal, office.amina, reason=reason, source=f"sample:{reason}")
    assert case is not None
    return case


def test_an_office_at_rest_has_nothing_waiting(office: RealOffice) -> None:
    found = measured(office)

    assert found.updates_pending == 0
    assert found.messages_queued == dict.fromkeys(Lane, 0)
    assert set(found.ages.values()) == {0.0}
    assert found.unknown_share == 0.0
    assert found.cases_open == {}
    assert found.cases_unowned == {}
    assert found.offices_without_content == 0


def test_updates_are_counted_by_state_and_the_oldest_pending_tells_the_age(
    office: RealOffice,
) -> None:
    states = [InboxState.PENDING, InboxState.PENDING, InboxState.SET_ASIDE, InboxState.PROCESSED]
    for number, state in enumerate(states):
        update = InboxUpdate(
            OFFICE, number, AMINA_CHAT, office.clock.now(), {"update_id": number}, state=state
        )
        office.do(lambda uow, new: uow.inbox.add_once(new), update)
        office.clock.go_on(seconds=10)

    found = measured(office)

    assert (found.updates_pending, found.updates_set_aside) == (2, 1)
    assert found.ages["update"] == 40.0


def test_messages_are_counted_by_lane_and_those_for_later_are_not_late(office: RealOffice) -> None:
    office.queue(office.amina, "now", lane=Lane.URGENT)
    office.queue(office.ben, "a reply", lane=Lane.REPLY)
    later = office.clock.now() + timedelta(days=2)
    office.queue(office.ben, "later", lane=Lane.REMINDER, not_before=later)
    office.clock.go_on(seconds=90)

    found = measured(office)

    assert found.messages_queued == {
        Lane.URGENT: 1,
        Lane.REPLY: 1,
        Lane.REMINDER: 1,
        Lane.BROADCAST: 0,
    }
    assert found.message_ages[Lane.URGENT] == 90.0
    assert found.message_ages[Lane.REMINDER] == 0.0
    assert found.ages["outbox"] == 90.0


def test_a_message_to_somebody_who_blocked_the_bot_is_not_late(office: RealOffice) -> None:
    office.queue(office.amina, "Hei")

    def block(uow: Any) -> None:
        account = uow.accounts.of_participant(office.amina.id)
        uow.accounts.save(replace(account, status=AccountStatus.BLOCKED))

    office.do(block)
    office.clock.go_on(hours=5)

    assert measured(office).ages["outbox"] == 0.0


def test_the_unknown_share_is_of_what_left_in_the_last_day(office: RealOffice) -> None:
    def ended(words: str, state: OutboxState, *, hours_ago: int) -> None:
        message = office.queue(office.amina, words)
        at = office.clock.now() - timedelta(hours=hours_ago)
        office.do(lambda uow: uow.outbox.save(replace(message, state=state, ended_at=at)))

    for number in range(3):
        ended(f"sent {number}", OutboxState.SENT, hours_ago=1)
    ended("unknown", OutboxState.UNKNOWN, hours_ago=23)
    ended("unknown long ago", OutboxState.UNKNOWN, hours_ago=25)
    ended("never left", OutboxState.EXPIRED, hours_ago=1)

    found = measured(office)

    assert found.outcomes == {
        OutboxState.SENT: 3,
        OutboxState.UNKNOWN: 1,
        OutboxState.FAILED: 0,
    }
    assert found.unknown_share == 0.25


def test_what_fell_due_and_was_not_done_has_its_age(office: RealOffice) -> None:
    due = office.clock.now() + timedelta(minutes=1)
    planned = Occurrence(OFFICE, office.amina.id, "check_in", "sample", "sample:due", due)
    office.do(lambda uow: uow.occurrences.add_once(planned))
    office.clock.go_on(minutes=3)

    assert measured(office).ages["occurrence"] == 120.0


def test_a_case_waits_for_its_notice_and_then_is_told(office: RealOffice) -> None:
    case = a_case(office)
    office.clock.go_on(minutes=12)

    waiting = measured(office)
    (notice,) = office.rows("notices")
    office.do(
        lambda uow: uow.notices.save(
            replace(notice, state=NoticeState.SENT, sent_at=office.clock.now())
        )
    )
    told = measured(office)

    assert waiting.cases_open == {("help", CaseState.OPEN): 1}
    assert waiting.notices_queued == 1
    assert waiting.ages["notice"] == 720.0
    assert waiting.cases_untold == {case.office_id: 1}
    assert waiting.untold_for_s == {case.office_id: 720.0}
    assert (told.cases_untold, told.notices_queued) == ({}, 0)


def test_how_soon_staff_were_told_is_measured_by_reason_and_forgotten_after_a_week(
    office: RealOffice,
) -> None:
    a_case(office)
    a_case(office, reason="quiet")
    office.clock.go_on(seconds=40)
    help_notice = next(n for n in office.rows("notices") if n.kind == "case" and not n.is_digest)
    office.do(
        lambda uow: uow.notices.save(
            replace(help_notice, state=NoticeState.SENT, sent_at=office.clock.now())
        )
    )

    soon = measured(office)
    office.clock.go_on(days=7)
    a_week_later = measured(office)

    assert soon.notified_p95_s == {"help": 40.0}
    assert a_week_later.notified_p95_s == {}


def test_of_twenty_cases_the_slowest_is_beyond_the_95th(office: RealOffice) -> None:
    told = [
        ("help", office.clock.now(), office.clock.now() + timedelta(seconds=n)) for n in range(20)
    ]

    assert measurements._p95_by_reason(told) == {"help": 18.0}


def test_a_case_whose_digest_is_still_to_come_is_as_it_should_be(office: RealOffice) -> None:
    a_case(office, reason="quiet")
    (notice,) = office.rows("notices")
    assert notice.not_before > office.clock.now()

    before = measured(office)
    office.clock.moment = notice.not_before + timedelta(seconds=30)
    after = measured(office)

    assert before.cases_untold == {}
    assert before.notices_queued == 1
    assert after.untold_for_s == {OFFICE: 30.0}


def test_a_case_nobody_could_be_told_of_counts_from_its_opening(office: RealOffice) -> None:
    case = a_case(office)
    (notice,) = office.rows("notices")
    office.do(lambda uow: uow.notices.save(replace(notice, state=NoticeState.FAILED)))
    office.clock.go_on(minutes=5)

    assert measured(office).untold_for_s == {case.office_id: 300.0}


def test_an_unowned_case_ages_in_staffed_time(office: RealOffice) -> None:
    case = a_case(office)
    office.do(_put_into_queue, case)
    # Opened Tuesday 10:00, staffed until 15:30 and again from 08:00: five and a half hours and two.
    office.clock.go_on(hours=24)

    found = measured(office)

    assert found.cases_unowned == {OFFICE: 1}
    assert found.unowned_for_working_s == {OFFICE: 7.5 * 3600}


def test_a_case_whose_moment_has_passed_is_past_its_deadline(office: RealOffice) -> None:
    case = a_case(office)
    assert case.next_at is not None

    before = measured(office)
    office.clock.moment = case.next_at + timedelta(minutes=2)
    after = measured(office)

    assert before.cases_past_deadline == {}
    assert after.cases_past_deadline == {OFFICE: 1}
    assert after.ages["case"] == 120.0


def test_an_office_without_texts_is_counted(office: RealOffice) -> None:
    without_content(office)

    assert measured(office).offices_without_content == 1


def test_on_sqlite_no_question_reads_a_whole_table_of_what_is_done(
    sqlite_office: RealOffice,
) -> None:
    seen: list[str] = []

    def watch(uow: Any) -> None:
        connection = uow._db
        driver = connection.connection.driver_connection
        driver.set_trace_callback(seen.append)
        try:
            measure(uow)
        finally:
            driver.set_trace_callback(None)
        questions = [words for words in seen if words.startswith("SELECT")]
        plans.extend(
            row.detail
            for words in questions
            for row in connection.execute(text(f"EXPLAIN QUERY PLAN {_escaped(words)}"))
        )

    plans: list[str] = []
    sqlite_office.storage.read_sync(watch)

    walked = {plan.split(" USING INDEX ")[-1] for plan in plans if "SCAN" in plan}
    assert walked == {"SCAN office", *OF_WHAT_IS_STILL_TO_BE_DONE}


def _put_into_queue(uow: Any, case: Case) -> None:
    row = replace(case, owner_id=None)
    uow._db.execute(
        update(escalation)
        .where(escalation.c.id == case.id)
        .values(owner_id=None, folded=row.to_json())
    )


def _escaped(words: str) -> str:
    return words.replace(":", "\\:")
