"""Cases that nobody reads: owner, deputy, team queue, and every working day again."""

from datetime import datetime

from bot.domain.case_codes import CaseState, Step
from bot.domain.case_commands import Acknowledge, TriedContact
from bot.services.offices import add_absence, depart, set_office, staff_by_email
from bot.services.sweep import fire_case
from tests.builders import oslo
from tests.rehearsal import Rehearsal
from tests.services.office_work import a_quiet_office, act, now_of, raise_case


def _mailed(rehearsal: Rehearsal, email: str) -> list[datetime]:
    return [mail.at for mail in rehearsal.mails_to(email)]


def test_over_two_weeks_of_silent_staff_the_case_reaches_everybody_and_repeats(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal, cast = rehearsal_on_both, rehearsal_on_both.cast
    a_quiet_office(rehearsal)
    case = raise_case(rehearsal)

    rehearsal.wind_to(oslo("2026-11-13 20:00"))

    working_days = [4, 5, 6, 9, 10, 11, 12, 13]
    in_the_queue = [oslo(f"2026-11-{day:02} 09:00") for day in working_days]
    assert _mailed(rehearsal, cast.carol.email) == [oslo("2026-11-02 09:00"), *in_the_queue]
    assert _mailed(rehearsal, cast.dana.email) == [oslo("2026-11-03 09:00"), *in_the_queue]
    assert _mailed(rehearsal, cast.omar.email) == []
    stored = now_of(rehearsal, case)
    assert (stored.state, stored.step, stored.owner_id) == (CaseState.OPEN, Step.QUEUE, None)
    assert stored.next_at == oslo("2026-11-16 00:00")


def test_the_notices_name_nobody(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    raise_case(rehearsal)
    raise_case(rehearsal, reason="help", ben=True)

    rehearsal.wind_to(oslo("2026-11-05 20:00"))

    words = " ".join(f"{mail.subject} {mail.text}" for mail in rehearsal.mailbox)
    assert not any(name in words for name in ("Amina", "Prøvesen", "Ben ", "Berg"))


def test_all_cases_of_an_owner_come_in_one_mail_at_nine(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    raise_case(rehearsal)
    raise_case(rehearsal, reason="help", source="help")
    rehearsal.mailbox.clear()

    rehearsal.wind_to(oslo("2026-11-02 10:00"))

    mails = rehearsal.mails_to(rehearsal.cast.carol.email)
    assert [(mail.at, mail.subject) for mail in mails] == [
        (oslo("2026-11-02 09:00"), "1 sak i dag")
    ]


def test_without_a_digest_every_notice_goes_at_once(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    rehearsal.run(set_office, 1, "digest_at", "off")

    raise_case(rehearsal)

    assert _mailed(rehearsal, rehearsal.cast.carol.email) == [oslo("2026-11-02 08:30")]


def test_help_takes_four_working_hours_a_step(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    raise_case(rehearsal, reason="help")

    rehearsal.wind_to(oslo("2026-11-03 09:00"))

    assert _mailed(rehearsal, rehearsal.cast.carol.email) == [
        oslo("2026-11-02 08:30"),
        oslo("2026-11-03 09:00"),  # in the queue
    ]
    assert _mailed(rehearsal, rehearsal.cast.dana.email) == [
        oslo("2026-11-02 12:30"),
        oslo("2026-11-03 09:00"),
    ]


def test_taken_is_not_done(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)
    taken = act(rehearsal, carol, Acknowledge(carol.id, case.version), case)
    rehearsal.mailbox.clear()

    rehearsal.wind_to(oslo("2026-11-04 08:29"))
    before = now_of(rehearsal, case).state
    rehearsal.wind_to(oslo("2026-11-04 09:00"))

    assert taken.act_by == oslo("2026-11-04 08:30")
    assert before is CaseState.ACKNOWLEDGED
    assert now_of(rehearsal, case).state is CaseState.OPEN
    assert _mailed(rehearsal, carol.email) == [oslo("2026-11-04 09:00")]


def test_a_try_that_is_not_followed_up_opens_again(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)
    tried = act(rehearsal, carol, TriedContact(carol.id, case.version, "phone", "no_answer"), case)
    assert tried.state is CaseState.CONTACT_TRIED

    rehearsal.wind_to(oslo("2026-11-04 08:30"))

    assert now_of(rehearsal, case).state is CaseState.OPEN


def test_when_the_owner_goes_away_the_deputy_has_the_case_at_once(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol, dana = rehearsal.cast.carol, rehearsal.cast.dana
    case = raise_case(rehearsal)
    rehearsal.run(
        add_absence, carol, starts_at=oslo("2026-11-02 14:00"), ends_at=oslo("2026-11-09 08:00")
    )

    rehearsal.wind_to(oslo("2026-11-02 13:59"))
    before = now_of(rehearsal, case).owner_id
    rehearsal.wind_to(oslo("2026-11-02 14:00"))

    assert before == carol.id
    assert now_of(rehearsal, case).owner_id == dana.id


def test_a_case_opened_while_the_caseworker_is_away_is_the_deputys(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol, dana = rehearsal.cast.carol, rehearsal.cast.dana
    rehearsal.run(add_absence, carol, starts_at=rehearsal.now, ends_at=oslo("2026-11-09 08:00"))

    case = raise_case(rehearsal)

    assert case.owner_id == dana.id


def test_whoever_departs_leaves_their_cases_to_others(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    case = raise_case(rehearsal)

    rehearsal.run(depart, rehearsal.cast.carol, successor=rehearsal.cast.dana)

    assert now_of(rehearsal, case).owner_id == rehearsal.cast.dana.id


def test_words_to_a_caseworker_who_is_away_are_read_by_the_deputy(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    carol = rehearsal.cast.carol
    rehearsal.run(add_absence, carol, starts_at=rehearsal.now, ends_at=oslo("2026-11-09 08:00"))

    phone.write("Er det noen som leser dette?")
    rehearsal.wind_to(oslo("2026-11-02 09:00"))

    assert rehearsal.mails_to(rehearsal.cast.carol.email) == []
    assert _mailed(rehearsal, rehearsal.cast.dana.email) == [oslo("2026-11-02 09:00")]


def test_a_refused_mail_moves_the_case_on_at_once(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    cast = rehearsal.cast
    rehearsal.refused_addresses.add(cast.carol.email)
    case = raise_case(rehearsal, reason="help")

    carol = rehearsal.read(staff_by_email, cast.carol.email)

    assert carol.mail_failed_at is not None
    assert now_of(rehearsal, case).owner_id == cast.dana.id
    assert _mailed(rehearsal, cast.dana.email) == [oslo("2026-11-02 08:30")]


def test_mails_that_do_not_leave_for_a_whole_wait_move_the_case_on(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    rehearsal.mail_is_up = False
    case = raise_case(rehearsal, reason="help")

    rehearsal.wind_to(oslo("2026-11-03 09:00"))

    assert now_of(rehearsal, case).step is Step.QUEUE


def test_a_case_swept_twice_moves_once(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    a_quiet_office(rehearsal)
    case = raise_case(rehearsal)
    rehearsal.wind_to(oslo("2026-11-03 08:59"))
    rehearsal.clock.set(oslo("2026-11-03 09:00"))

    for _ in range(2):
        rehearsal.run(fire_case, case.id)

    assert now_of(rehearsal, case).step is Step.DEPUTY
    notices = rehearsal.read(lambda uow: uow.notices.of_case(case.id))
    assert len(notices) == 2
