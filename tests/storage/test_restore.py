"""After a restore nothing old is sent again, no case is lost, and the erased stay erased."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.case_codes import CaseState
from bot.domain.cases import Case
from bot.domain.messages import NoticeState, OutboxState
from bot.domain.people import Login, Participant
from bot.services import occurrences
from bot.services.cases import raise_signal
from bot.services.check_ins import plan_next_check_in
from bot.services.delivery_results import claim_messages
from bot.services.notices import claim_mails, mail_sent
from bot.services.operations import tell_coordinators
from bot.services.outage import came_back, last_alive
from bot.services.ports import UnitOfWork
from bot.services.rights import erase
from bot.services.sweep import fire_occurrence
from tests.real_office import (
    NOON,
    OFFICE,
    open_office_at,
)
from tests.storage.backup_place import LATER, Place

ROOT = Path(__file__).parents[2]


def a_full_day(uow: UnitOfWork) -> None:
    """What is planned, open or waiting for the mail server when somebody copies the database."""
    amina, ben = uow.participants.of_office(OFFICE)
    for person in (amina, ben):
        plan_next_check_in(uow, person)
        occurrences.plan(
            uow,
            person,
            rule="pause_over",
            subject="pause",
            revision="1",
            due_at=uow.now + timedelta(hours=3),
        )
    carol = uow.staff.of_office(OFFICE)[0]
    uow.logins.add(Login(carol.id, "hash", "form", uow.now, uow.now + timedelta(days=90)))
    tell_coordinators(uow, OFFICE, topic="sample", sentence="A sample.")


def claimable(uow: UnitOfWork, at: datetime) -> list[str]:
    return [claimed.message.rule for claimed in claim_messages(uow, OFFICE, real_now=at, limit=999)]


def test_nothing_old_is_sent_again_after_a_restore(place: Place) -> None:
    with open_office_at(place.url) as office:
        office.do(a_full_day)
        sent_later = office.queue(office.ben, "not due yet", not_before=NOON + timedelta(days=9))
        office.queue(office.amina, "claimed just now")
        office.do(claimable, NOON)
        office.queue(office.amina, "queued")
        office.queue(office.ben, "queued for today", not_before=NOON + timedelta(hours=2))
        main, _ = place.back_up()

    done = place.restore(main, now=NOON + timedelta(days=8))

    with open_office_at(place.url, now=NOON + timedelta(days=8)) as office:
        held = {
            m.state: m.reason for m in office.rows("outbox") if m.reason and m.id != sent_later.id
        }
        due = office.do(lambda uow: uow.occurrences.due(uow.now, limit=99))
        chain = office.do(lambda uow: uow.occurrences.pending_of(office.amina.id, "check_in"))
        notices = [n for n in office.rows("notices") if n.state is NoticeState.QUEUED]
        (login,) = office.rows("logins")
        alive = office.do(last_alive)
        office.do(came_back, alive)
        claimed = office.do(claimable, NOON + timedelta(days=8))
        rows = office.rows("outbox")
    assert held == {OutboxState.HELD_BACK: "restored", OutboxState.UNKNOWN: "restored"}
    assert [m.id for m in rows if m.state is OutboxState.QUEUED] == [sent_later.id]
    assert claimed == []
    assert done.settled.messages == 3
    assert done.settled.occurrences == 4
    # A pause and a check-in that fell due, on each participant's page.
    assert sorted(m.rule for m in rows if m.key.endswith(":no")) == [
        *("check_in", "check_in"),
        *("pause_over", "pause_over"),
    ]
    assert [o.rule for o in due if o.rule in occurrences.MESSAGE_RULES] == []
    assert [o.due_at > NOON + timedelta(days=8) for o in chain] == [True]
    assert ["restored" in n.key for n in notices] == [True]
    assert login.ended_at == NOON + timedelta(days=8)
    assert alive == NOON


def ask_check_in(uow: UnitOfWork) -> None:
    amina = uow.participants.of_office(OFFICE)[0]
    subject = f"check_in:{uow.pack(OFFICE).programme.check_in.key}"
    occurrences.plan(uow, amina, rule="check_in", subject=subject, revision="1", due_at=uow.now)
    (due,) = uow.occurrences.due(uow.now, limit=9)
    fire_occurrence(uow, due.id)


def test_a_check_in_whose_question_is_held_back_does_not_wait_for_ever(place: Place) -> None:
    with open_office_at(place.url) as office:
        office.do(ask_check_in)
        (waiting,) = office.do(lambda uow: uow.expectations.open_of(office.amina.id))
        main, _ = place.back_up()

    place.restore(main)

    with open_office_at(place.url) as office:
        expectation = office.do(lambda uow: uow.expectations.get(waiting.id))
        planned = office.do(lambda uow: uow.occurrences.pending_of(office.amina.id, "check_in"))
    assert (expectation.state.value, expectation.reason) == ("excused", "not_delivered")
    assert [o.due_at > LATER for o in planned] == [True]


def open_case(uow: UnitOfWork, participant: Participant) -> Case:
    case = raise_signal(uow, participant, reason="help", source=f"sample:{participant.id}")
    assert case is not None
    return case


def test_open_cases_keep_their_state_and_their_mails_come_again(place: Place) -> None:
    with open_office_at(place.url) as office:
        told = office.do(open_case, office.amina)
        mails = office.do(claim_mails, real_now=NOON, console_url="http://localhost")
        office.do(mail_sent, [number for mail in mails for number in mail.notice_ids])
        waiting = office.do(open_case, office.ben)
        main, _ = place.back_up(NOON)

    soon = NOON + timedelta(minutes=5)
    done = place.restore(main, now=soon, real_now=soon)

    with open_office_at(place.url, now=soon) as office:
        cases = office.do(lambda uow: uow.cases.open_of_office(OFFICE))
        again = office.do(claim_mails, real_now=soon, console_url="http://localhost")
        about = [
            office.do(lambda uow, n=n: uow.notices.get(n)) for m in again for n in m.notice_ids
        ]
    assert done.settled.cases == 2
    assert [case.state for case in cases] == [CaseState.OPEN, CaseState.OPEN]
    assert sorted(n.case_id for n in about if n.case_id) == [told.id, waiting.id]


def test_a_case_past_its_moment_moves_on_at_the_restore(place: Place) -> None:
    with open_office_at(place.url) as office:
        case = office.do(open_case, office.amina)
        main, _ = place.back_up()

    place.restore(main, now=LATER + timedelta(days=2))

    with open_office_at(place.url) as office:
        after = office.do(lambda uow: uow.cases.get(case.id))
        queued = office.do(lambda uow: uow.notices.queued_of_case(case.id))
    assert after.step > case.step
    assert after.step_notice in [notice.number for notice in queued]


def test_who_was_erased_since_stays_erased(place: Place) -> None:
    with open_office_at(place.url) as office:
        office.queue(office.amina, "a word to Amina")
        main, keys = place.back_up()
        office.do(erase, office.amina)
        key_id = office.amina.key_id

    done = place.restore(main, keys)

    with open_office_at(place.url) as office:
        amina, ben = office.do(lambda uow: uow.participants.of_office(OFFICE))
        hers = office.do(lambda uow: uow.outbox.of_participant(amina.id, limit=9))
        destroyed = {tombstone.key_id for tombstone in office.program.keys.tombstones()}
    assert done.settled.erased == 1
    assert (amina.status.value, amina.first_name, hers) == ("erased", "", [])
    assert ben.first_name == "Ben"
    assert key_id in destroyed


def test_on_a_new_machine_the_newer_keys_tell_who_was_erased(place: Place) -> None:
    with open_office_at(place.url) as office:
        main, _ = place.back_up()
        office.do(erase, office.amina)
        _, newer_keys = place.back_up(LATER)

    done = place.restore(main, newer_keys, url=place.other_url)

    with open_office_at(place.other_url) as office:
        names = [p.first_name for p in office.do(lambda uow: uow.participants.of_office(OFFICE))]
    assert done.settled.erased == 1
    assert names == ["", "Ben"]


def test_an_erasure_reaches_the_key_store_from_a_newer_copy_of_the_keys(place: Place) -> None:
    main, keys = place.back_up()
    place.restore(main, keys, url=place.other_url)
    with open_office_at(place.url) as office:
        office.do(erase, office.amina)
        _, newer_keys = place.back_up(LATER)

    place.restore(main, newer_keys, url=place.other_url)

    with open_office_at(place.other_url) as office:
        left = office.program.keys.tombstones()
    assert [tombstone.key_id for tombstone in left] == [office.amina.key_id]


def test_a_button_of_the_lost_time_fits_no_later_question(place: Place) -> None:
    def ask(uow: UnitOfWork) -> int:
        from bot.services.pause import offer_pause

        amina = uow.participants.of_office(OFFICE)[0]
        offer_pause(uow, amina)
        return max(question.id for question in uow.questions.open_of(amina.id))

    with open_office_at(place.url) as office:
        office.do(ask)
        main, _ = place.back_up()
        lost = [office.do(ask) for _ in range(3)]

    place.restore(main)

    with open_office_at(place.url, now=LATER) as office:
        asked = office.do(ask)
    assert asked > max(lost)


@pytest.mark.parametrize("point", ["before", "settled", "swapping"])
def test_kill_9_in_the_middle_of_a_restore_leaves_the_old_database(
    place: Place, point: str
) -> None:
    if point == "swapping" and "postgresql" in place.url:
        point = "settled"  # one transaction: there is no swap of its own
    with open_office_at(place.url) as office:
        main, keys = place.back_up()
        newer = office.queue(office.amina, "newer than the backup")

    words = [place.url, str(main), str(keys), LATER.isoformat(), point]
    killed = subprocess.run(
        [sys.executable, "-m", "tests.storage.restore_that_dies", *words], cwd=ROOT, check=False
    )

    assert killed.returncode == -signal.SIGKILL
    with open_office_at(place.url) as office:
        assert office.message(newer).state is OutboxState.QUEUED
        assert office.amina.first_name == "Amina"
    place.restore(main, keys)
    with open_office_at(place.url) as office:
        assert [m.id for m in office.rows("outbox") if m.id == newer.id] == []
    assert list(place.folder.glob("*.restoring*")) == []


def test_a_database_that_cannot_be_read_is_moved_aside(sqlite_place: Place) -> None:
    main, _ = sqlite_place.back_up()
    live = sqlite_place.folder / "tettpa.db"
    live.write_bytes(b"this is no database" * 500)

    sqlite_place.restore(main)

    with open_office_at(sqlite_place.url) as office:
        assert office.amina.first_name == "Amina"
    assert len(list(sqlite_place.folder.glob("tettpa.db.damaged-*"))) == 1
