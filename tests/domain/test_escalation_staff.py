"""What staff may do with a case, and the kind sentences that refuse the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.case_commands import (
    Acknowledge,
    Close,
    FoldSignal,
    NoticeSent,
    Snooze,
    StaffCommand,
    Transfer,
    TriedContact,
)
from bot.domain.cases import CaseState, Step, Verdict
from bot.domain.errors import RuleBroken, StaleVersion
from bot.domain.staffing import Staffing
from tests.domain.case_story import CAROL, KARI, OLA, STAFF, Story, oslo

OUTSIDER = 99
FAR = timedelta(days=30)


def opened(reason: str = "quiet") -> Story:
    return Story().opens(reason, oslo(2, 8)).sent(oslo(2, 9))


def taken(reason: str = "quiet") -> Story:
    story = opened(reason)
    story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 10))
    return story


def test_whoever_takes_a_case_owns_it_and_has_until_act_by() -> None:
    story = opened()

    story.happens(Acknowledge(KARI, story.case.version), oslo(2, 10))

    assert (story.case.state, story.case.owner_id) == (CaseState.ACKNOWLEDGED, KARI)
    assert story.case.act_by == story.case.next_at == oslo(4, 10)


def test_anyone_of_the_office_may_take_a_case_from_the_queue() -> None:
    story = Story().opens("help", oslo(2, 9), owner=None)

    story.happens(Acknowledge(KARI, story.case.version), oslo(2, 10))

    assert story.case.owner_id == KARI


def test_taken_is_not_done_and_an_expired_case_is_unread_again_from_the_beginning() -> None:
    story = opened()
    story.happens(Acknowledge(KARI, story.case.version), oslo(2, 10))

    story.time_is_up()

    assert (story.case.state, story.case.step) == (CaseState.OPEN, Step.OWNER)
    assert story.case.owner_id == CAROL
    assert (story.last_notice().staff_id, story.last_notice().what) == (CAROL, "moved")
    assert story.case.act_by is None


def test_a_notice_leaving_meanwhile_does_not_make_the_page_stale() -> None:
    story = Story().opens("help", oslo(2, 9))
    seen = story.case.version
    story.happens(NoticeSent(1), oslo(2, 9))

    story.happens(Acknowledge(CAROL, seen), oslo(2, 9, 1))

    assert story.case.state is CaseState.ACKNOWLEDGED


@pytest.mark.parametrize("ahead", [False, True], ids=["they saw less", "not seen by anybody yet"])
def test_a_version_that_is_not_theirs_changes_nothing_and_says_so(ahead: bool) -> None:
    story = opened("help")
    seen = story.case.version
    story.happens(FoldSignal("fact:2"), oslo(2, 9, 30))
    before = story.case

    with pytest.raises(StaleVersion, match="look at it again"):
        story.happens(
            Close(CAROL, before.version + 1 if ahead else seen, "phone", "reached_ok"), oslo(2, 10)
        )

    assert story.case == before


@pytest.mark.parametrize("staff_id", [OUTSIDER, OLA], ids=["another office's", "departed"])
def test_only_people_who_work_at_the_office_may_act(staff_id: int) -> None:
    story = opened()
    story.staffing = Staffing.of(1, [STAFF[0], replace(STAFF[1], is_active=False), STAFF[2]])
    version = story.case.version
    commands: tuple[StaffCommand, ...] = (
        Acknowledge(staff_id, version),
        TriedContact(staff_id, version, "phone", "no_answer"),
        Snooze(staff_id, version, oslo(3, 9)),
        Transfer(staff_id, version, KARI),
        Close(staff_id, version, "phone", "reached_ok"),
    )

    for command in commands:
        with pytest.raises(RuleBroken, match="work at this office"):
            story.happens(command, oslo(2, 10))


def test_staff_of_another_office_change_nothing_though_the_number_is_the_same() -> None:
    story = opened()
    story.staffing = Staffing.of(2, STAFF)

    with pytest.raises(RuleBroken, match="work at this office"):
        story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 10))


def test_somebody_registered_as_away_cannot_take_but_can_close_or_hand_over() -> None:
    story = opened().away(CAROL, since=oslo(2, 9))
    version = story.case.version

    for command in (
        Acknowledge(CAROL, version),
        TriedContact(CAROL, version, "phone", "no_answer"),
        Snooze(CAROL, version, oslo(3, 9)),
    ):
        with pytest.raises(RuleBroken, match="registered as away"):
            story.happens(command, oslo(2, 10))
    story.happens(Transfer(CAROL, version, KARI), oslo(2, 10))
    story.happens(Close(CAROL, story.case.version, "phone", "reached_ok"), oslo(2, 11))

    assert story.case.closed_by == f"staff:{CAROL}"


def test_a_case_is_taken_once() -> None:
    story = taken()

    with pytest.raises(RuleBroken, match="You have taken"):
        story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 11))
    with pytest.raises(RuleBroken, match="A colleague has taken"):
        story.happens(Acknowledge(OLA, story.case.version), oslo(2, 11))


def test_a_try_from_an_unread_case_makes_it_theirs_until_the_next_try() -> None:
    story = opened()

    story.happens(
        TriedContact(KARI, story.case.version, "phone", "no_answer", oslo(5, 12)), oslo(2, 10)
    )

    assert (story.case.state, story.case.owner_id) == (CaseState.CONTACT_TRIED, KARI)
    assert story.case.next_try_at == story.case.next_at == oslo(5, 12)
    assert story.time_is_up().case.state is CaseState.OPEN


def test_a_colleagues_try_leaves_the_case_with_whoever_took_it() -> None:
    story = taken()

    story.happens(TriedContact(KARI, story.case.version, "sms", "left_message"), oslo(2, 11))

    assert story.case.owner_id == CAROL
    assert story.case.next_try_at == oslo(4, 11)


def test_the_next_try_with_somebody_who_asked_for_help_is_at_most_a_working_day_away() -> None:
    story = taken("help")

    with pytest.raises(RuleBroken, match="at most 1 working day"):
        story.happens(
            TriedContact(CAROL, story.case.version, "phone", "no_answer", oslo(4, 9)), oslo(2, 11)
        )


@pytest.mark.parametrize(
    ("how", "result", "asked"),
    [("telepathy", "no_answer", "how you tried"), ("phone", "magic", "what came of it")],
)
def test_a_try_says_how_and_with_what_result(how: str, result: str, asked: str) -> None:
    story = taken()

    with pytest.raises(RuleBroken, match=asked):
        story.happens(TriedContact(CAROL, story.case.version, how, result), oslo(2, 11))


def test_a_snooze_rests_at_most_five_working_days() -> None:
    story = opened()

    with pytest.raises(RuleBroken, match="at most 5 working days"):
        story.happens(Snooze(CAROL, story.case.version, oslo(2, 10) + FAR), oslo(2, 10))
    with pytest.raises(RuleBroken, match="future"):
        story.happens(Snooze(CAROL, story.case.version, oslo(2, 10)), oslo(2, 10))
    story.happens(Snooze(CAROL, story.case.version, oslo(9, 10)), oslo(2, 10))

    assert story.case.snoozed_until == story.case.next_at == oslo(9, 10)
    assert story.time_is_up().case.state is CaseState.OPEN
    assert story.last_notice().what == "repeated"


def test_help_cannot_be_put_off() -> None:
    story = opened("help")

    with pytest.raises(RuleBroken, match="cannot be put off"):
        story.happens(Snooze(CAROL, story.case.version, oslo(3, 9)), oslo(2, 10))


def test_only_whoever_took_a_case_can_put_it_off() -> None:
    story = taken()

    with pytest.raises(RuleBroken, match="Only the colleague"):
        story.happens(Snooze(OLA, story.case.version, oslo(3, 9)), oslo(2, 11))


def test_a_snoozed_case_can_be_taken_up_early() -> None:
    story = opened()
    story.happens(Snooze(CAROL, story.case.version, oslo(9, 10)), oslo(2, 10))

    story.happens(Acknowledge(OLA, story.case.version), oslo(3, 10))

    assert (story.case.state, story.case.owner_id) == (CaseState.ACKNOWLEDGED, OLA)
    assert story.case.snoozed_until is None


def test_a_transfer_is_unread_with_the_new_owner_who_takes_the_first_rung() -> None:
    story = taken()

    story.happens(Transfer(CAROL, story.case.version, KARI), oslo(2, 11))

    assert (story.case.state, story.case.step) == (CaseState.OPEN, Step.OWNER)
    assert (story.case.owner_id, story.case.ladder.owner_id) == (KARI, KARI)
    assert story.last_notice().staff_id == KARI


def test_a_case_can_be_given_to_the_whole_team() -> None:
    story = taken()

    story.happens(Transfer(CAROL, story.case.version, None), oslo(2, 11))

    assert (story.case.step, story.case.owner_id) == (Step.QUEUE, None)
    with pytest.raises(RuleBroken, match="whole team already"):
        story.happens(Transfer(CAROL, story.case.version, None), oslo(2, 12))


@pytest.mark.parametrize(
    ("to", "refusal"),
    [(CAROL, "already"), (OUTSIDER, "work at this office"), (OLA, "away or cannot be reached")],
)
def test_a_transfer_needs_somebody_else_who_is_there(to: int, refusal: str) -> None:
    story = opened().away(OLA, since=oslo(1, 0))

    with pytest.raises(RuleBroken, match=refusal):
        story.happens(Transfer(CAROL, story.case.version, to), oslo(2, 10))


def test_closing_says_how_and_with_what_result_and_perhaps_whether_it_was_useful() -> None:
    story = taken()
    version = story.case.version

    with pytest.raises(RuleBroken, match="how you were in contact"):
        story.happens(Close(CAROL, version, "", "reached_ok"), oslo(2, 11))
    with pytest.raises(RuleBroken, match="what came of it"):
        story.happens(Close(CAROL, version, "phone", "answered"), oslo(2, 11))
    story.happens(
        Close(CAROL, version, "in_person", "reached_needs_follow_up", Verdict.NOISE), oslo(2, 11)
    )

    assert story.case.state is CaseState.CLOSED
    assert (story.case.contacted_how, story.case.outcome) == (
        "in_person",
        "reached_needs_follow_up",
    )
    assert (story.case.verdict, story.case.closed_by) == (Verdict.NOISE, f"staff:{CAROL}")
    assert story.case.closed_at == oslo(2, 11)


def test_a_closed_case_stays_closed() -> None:
    story = taken()
    story.happens(Close(CAROL, story.case.version, "phone", "mistake"), oslo(2, 11))

    with pytest.raises(RuleBroken, match="closed already"):
        story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 12))
