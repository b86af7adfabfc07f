"""What an office's staff group is told of cases, when, and what it means for their clocks."""

from datetime import datetime, timedelta

from bot.domain.case_codes import Step
from bot.domain.case_commands import Acknowledge
from bot.domain.messages import NoticeState, OutboxState
from bot.domain.people import AccountStatus
from bot.services.clock_mending import mend_what_is_ahead
from bot.services.delivery_results import (
    message_sent,
    outcome_unknown,
)
from bot.services.group_results import GROUP_PACE
from bot.services.ports import UnitOfWork
from tests.builders import oslo
from tests.rehearsal import CONSOLE, Rehearsal
from tests.services.office_work import a_quiet_office, act, now_of, raise_case
from tests.services.staff_group_work import REAL, a_linked_group, claim_all, post_of, without_mail


def test_help_is_one_line_with_kind_deadline_and_link_and_nobodys_name(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)

    case = raise_case(rehearsal, reason="help")

    assert group.texts == [
        f"Haster: 1 ny sak, noen ber om hjelp. Frist i dag kl. 12.30: {CONSOLE}/cases/{case.id}"
    ]
    assert "Amina" not in group.texts[0]
    # The mail goes all the same: the group is an addition.
    assert len(rehearsal.mails_to("carol@example.org")) == 1


def test_without_a_group_nothing_is_queued_for_one(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)

    case = raise_case(rehearsal, reason="help")

    assert rehearsal.read(lambda uow: uow.group_posts.by_key(f"group_notice:{case.id}:1")) is None


def test_handing_on_and_each_repetition_are_a_line_of_their_own(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)

    raise_case(rehearsal, reason="help")
    rehearsal.wind_to(oslo("2026-11-04 12:00"))

    kinds = [text.partition(":")[0] for text in group.texts]
    assert kinds[0] == "Haster"
    assert "neste kollega" in group.texts[1]
    assert "felleskøen" in group.texts[2]
    assert kinds[3] == "Påminnelse 1"
    assert len(set(group.texts)) == len(group.texts) == 4


def test_a_case_taken_meanwhile_is_not_posted(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    case = raise_case(rehearsal, reason="help")

    carol = rehearsal.cast.carol
    act(rehearsal, carol, Acknowledge(carol.id, case.decision_version), case)
    rehearsal.telegram_is_up = True
    rehearsal.settle()

    assert group.texts == []
    post = post_of(rehearsal, f"group_notice:{case.id}:1")
    assert (post.state, post.reason) == (OutboxState.SUPERSEDED, "no_longer_wanted")


def test_the_digest_is_one_line_at_nine_for_all_cases(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    raise_case(rehearsal, source="one")
    raise_case(rehearsal, source="two", ben=True)

    rehearsal.wind_to(oslo("2026-11-02 09:30"))

    assert [(line.at, line.text) for line in group.received] == [
        (oslo("2026-11-02 09:00"), f"2 saker venter: {CONSOLE}/cases")
    ]


def test_no_digest_line_when_all_is_taken(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    case = raise_case(rehearsal)
    carol = rehearsal.cast.carol
    act(rehearsal, carol, Acknowledge(carol.id, case.decision_version), case)

    rehearsal.wind_to(oslo("2026-11-02 09:30"))

    assert group.texts == []


def test_each_working_day_has_its_digest_line_until_somebody_acts(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    raise_case(rehearsal)

    rehearsal.wind_to(oslo("2026-11-06 08:00"))

    assert [line.at for line in group.received] == [
        oslo(f"2026-11-0{day} 09:00") for day in (2, 3, 4, 5)
    ]


def test_without_mail_what_the_group_was_told_starts_the_clock(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    without_mail(rehearsal)

    case = raise_case(rehearsal, reason="help")

    assert len(group.texts) == 1
    assert now_of(rehearsal, case).notified_at == rehearsal.now
    notices = rehearsal.read(lambda uow: uow.notices.of_case(case.id))
    assert [(n.state, n.reason) for n in notices] == [(NoticeState.SENT, "told_in_group")]


def test_without_mail_the_digest_line_starts_the_clocks(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    a_linked_group(rehearsal)
    without_mail(rehearsal)
    case = raise_case(rehearsal)

    rehearsal.wind_to(oslo("2026-11-02 09:30"))

    assert now_of(rehearsal, case).notified_at == oslo("2026-11-02 09:00")


def test_with_mail_the_group_starts_no_clock(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.mail_is_up = False  # resting, not gone: the mail comes in a while

    case = raise_case(rehearsal, reason="help")

    assert len(group.texts) == 1
    assert now_of(rehearsal, case).notified_at is None


def test_a_refused_mail_leaves_the_case_to_whoever_reads_the_group(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    rehearsal.refused_addresses = {"carol@example.org", "dana@example.org"}

    case = raise_case(rehearsal, reason="help")

    after = now_of(rehearsal, case)
    assert after.step is Step.QUEUE
    assert after.notified_at is not None
    assert "felleskøen" in group.texts[-1]


def test_a_group_lost_in_an_office_without_mail_lets_the_case_step_on(
    rehearsal: Rehearsal,
) -> None:
    a_quiet_office(rehearsal)
    group = a_linked_group(rehearsal)
    without_mail(rehearsal)
    group.gone = AccountStatus.BLOCKED

    case = raise_case(rehearsal, reason="help")

    after = now_of(rehearsal, case)
    assert (after.step, after.notified_at) == (Step.QUEUE, None)


def test_a_line_that_may_have_arrived_is_repeated_and_then_counts_as_undelivered(
    rehearsal: Rehearsal,
) -> None:
    a_quiet_office(rehearsal)
    a_linked_group(rehearsal)
    without_mail(rehearsal)
    rehearsal.telegram_is_up = False
    case = raise_case(rehearsal, reason="help")

    for turn in range(2):
        claimed = claim_all(rehearsal, at=REAL + turn * timedelta(minutes=1))
        assert [found.message.subject for found in claimed] == [f"{case.id}:1"]
        rehearsal.run(outcome_unknown, claimed[0].message.id, "timeout")
        rehearsal.clock.set(rehearsal.now + timedelta(seconds=5))

    assert post_of(rehearsal, f"group_notice:{case.id}:1").copies == 2
    assert now_of(rehearsal, case).step is Step.DEPUTY


def test_a_group_has_its_own_pace(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    raise_case(rehearsal, reason="help", source="one")
    raise_case(rehearsal, reason="help", source="two", ben=True)

    (first,) = claim_all(rehearsal)
    rehearsal.run(message_sent, first.message.id, 1)
    too_early = []
    for turn in range(3):
        rehearsal.run(_pace_of_the_group, REAL + (turn + 1) * GROUP_PACE)
        too_early += claim_all(rehearsal, at=REAL + turn * GROUP_PACE)
        rehearsal.clock.set(rehearsal.now + GROUP_PACE)
    (second,) = claim_all(rehearsal, at=REAL + 3 * GROUP_PACE)

    assert too_early == []
    assert second.message.id != first.message.id
    assert second.message.attempts <= 2  # however often it was put back


def test_a_line_put_back_under_a_wrong_clock_goes_when_it_is_right_again(
    rehearsal: Rehearsal,
) -> None:
    a_quiet_office(rehearsal)
    a_linked_group(rehearsal)
    rehearsal.telegram_is_up = False
    raise_case(rehearsal, reason="help", source="one")
    raise_case(rehearsal, reason="help", source="two", ben=True)
    right, a_day = rehearsal.now, timedelta(days=1)
    (first,) = claim_all(rehearsal, at=REAL)
    rehearsal.clock.set(right + a_day)
    rehearsal.run(message_sent, first.message.id, 1)
    rehearsal.run(_pace_of_the_group, REAL + a_day + GROUP_PACE)
    put_back = claim_all(rehearsal, at=REAL + a_day)

    rehearsal.clock._now = right
    rehearsal.run(mend_what_is_ahead)
    (second,) = claim_all(rehearsal, at=REAL + GROUP_PACE)

    assert put_back == []
    assert second.message.id != first.message.id


def _pace_of_the_group(uow: UnitOfWork, until: datetime) -> None:
    group = uow.staff_groups.current_of(1)
    assert group is not None
    uow.staff_groups.pace(group, until)
