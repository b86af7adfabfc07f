"""What signals, answers and changes of staff do to a case, and that its history rebuilds it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import escalation
from bot.domain.case_commands import (
    Acknowledge,
    FoldSignal,
    NoticeFailed,
    NoticeSent,
    Open,
    ParticipantAnswered,
    StaffingChanged,
    TimeDue,
)
from bot.domain.case_events import CaseEvent, CaseEventKind, NoticeWhat
from bot.domain.cases import Case, CaseState, Step
from bot.domain.errors import NaiveDatetime, NotFound, RuleBroken
from bot.domain.escalation_reasons import ESCALATION_REASONS, escalation_reason
from bot.domain.staffing import Absence, Staffing
from tests.domain.case_story import CAROL, KARI, OLA, STAFF, Story, oslo


def test_a_signal_is_folded_once_and_asks_for_no_second_notice_while_unread() -> None:
    story = Story().opens("help", oslo(2, 9))

    first = story.happens(FoldSignal("fact:2"), oslo(2, 9, 5))
    again = story.happens(FoldSignal("fact:2"), oslo(2, 9, 6))

    assert [event.kind for event in first] == [CaseEventKind.SIGNAL_FOLDED]
    assert again == ()
    assert story.case.signal_count == 2


def test_whoever_has_taken_a_case_is_told_once_of_further_signals() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9))
    story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 10))

    story.happens(FoldSignal("fact:2"), oslo(2, 10, 5))
    story.happens(FoldSignal("fact:3"), oslo(2, 10, 6))

    assert story.case.notices == 2
    assert story.last_notice().what is NoticeWhat.REPEATED
    assert story.case.state is CaseState.ACKNOWLEDGED


def test_opening_what_is_open_folds_the_signal_in() -> None:
    story = Story().opens("quiet", oslo(2, 9))

    story.happens(Open(1, 7, "quiet", "fact:2", CAROL), oslo(2, 10))

    assert story.case.signals == ("fact:1", "fact:2")


def test_an_answer_closes_silence_that_nobody_has_taken() -> None:
    story = Story().opens("quiet", oslo(2, 9))

    story.happens(ParticipantAnswered(), oslo(2, 12))

    assert story.case.state is CaseState.CLOSED
    assert (story.case.closed_by, story.case.outcome) == ("system", "answered")
    assert story.case.next_at is None
    assert not escalation.notice_still_wanted(story.case, story.last_notice())


def test_an_answer_leaves_a_taken_case_open_and_its_owner_is_told_once() -> None:
    story = Story().opens("quiet", oslo(2, 9)).sent(oslo(3, 9))
    story.happens(Acknowledge(CAROL, story.case.version), oslo(3, 10))

    story.happens(ParticipantAnswered(), oslo(3, 11))
    second = story.happens(ParticipantAnswered(), oslo(3, 12))

    assert story.case.state is CaseState.ACKNOWLEDGED
    assert (story.last_notice().what, story.last_notice().staff_id) == ("answered", CAROL)
    assert not story.last_notice().starts_clock
    assert second == ()


@pytest.mark.parametrize("reason", ["help", "undeliverable"])
def test_an_answer_does_not_touch_what_only_people_may_close(reason: str) -> None:
    story = Story().opens(reason, oslo(2, 9))

    assert story.happens(ParticipantAnswered(), oslo(2, 12)) == ()


@pytest.mark.parametrize(
    ("earlier", "number", "linked", "owner"),
    [
        pytest.param(0, 1, None, CAROL, id="first"),
        pytest.param(1, 2, 40, CAROL, id="second is linked"),
        pytest.param(2, 3, 40, OLA, id="third starts with the deputy"),
        pytest.param(5, 6, 40, OLA, id="and so do those after it"),
    ],
)
def test_recurrences(earlier: int, number: int, linked: int | None, owner: int) -> None:
    story = Story().opens("quiet", oslo(2, 9), earlier=earlier)

    case = story.case

    assert (case.recurrence_number, case.recurrence_of, case.owner_id) == (number, linked, owner)


def test_an_absence_moves_an_unread_case_at_once_and_it_stays_unread() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9)).away(CAROL, since=oslo(2, 10))

    story.happens(StaffingChanged(), oslo(2, 10))

    assert (story.case.state, story.case.step, story.case.owner_id) == ("open", Step.OWNER, OLA)
    assert story.case.notified_at is None
    assert story.last_notice().staff_id == OLA


def test_a_sweep_notices_an_absence_that_nobody_reported() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9)).away(CAROL, since=oslo(2, 10))
    assert escalation.needs_look(story.case, now=oslo(2, 10, 5), staffing=story.staffing)

    story.happens(TimeDue(), oslo(2, 10, 5))

    assert story.case.owner_id == OLA
    assert not escalation.needs_look(story.case, now=oslo(2, 10, 5), staffing=story.staffing)


def test_a_ring_of_absent_deputies_ends_in_the_queue() -> None:
    story = Story().opens("help", oslo(2, 9)).away(CAROL, OLA, since=oslo(2, 10))

    story.happens(StaffingChanged(), oslo(2, 10))

    assert (story.case.step, story.case.owner_id) == (Step.QUEUE, None)


def test_a_case_that_loses_a_second_owner_goes_to_the_queue() -> None:
    story = Story().opens("help", oslo(2, 9)).away(CAROL, since=oslo(2, 10))
    story.happens(StaffingChanged(), oslo(2, 10))
    story.staffing = Staffing.of(
        1, STAFF, [Absence(CAROL, oslo(2, 10), oslo(2, 11)), Absence(OLA, oslo(2, 11))]
    )

    story.happens(StaffingChanged(), oslo(2, 11))

    assert story.case.step is Step.QUEUE


def test_who_comes_back_gets_the_case_unless_the_stand_in_was_told() -> None:
    untold = Story().away(CAROL, since=oslo(1, 0)).opens("quiet", oslo(2, 13))
    told = Story().away(CAROL, since=oslo(1, 0)).opens("quiet", oslo(2, 13)).sent(oslo(3, 9))
    untold.staffing = told.staffing = Staffing.of(1, STAFF)

    untold.happens(StaffingChanged(), oslo(3, 8))
    told.happens(StaffingChanged(), oslo(3, 10))

    assert (untold.case.owner_id, told.case.owner_id) == (CAROL, OLA)


def test_what_somebody_took_before_they_left_is_open_again() -> None:
    story = Story().opens("quiet", oslo(2, 8))
    story.happens(Acknowledge(CAROL, story.case.version), oslo(2, 10))
    story.staffing = Staffing.of(1, [replace(STAFF[0], is_active=False), *STAFF[1:]])

    story.happens(StaffingChanged(), oslo(2, 11))

    assert (story.case.state, story.case.owner_id) == (CaseState.OPEN, OLA)
    assert story.case.act_by is None


def test_events_and_cases_survive_json() -> None:
    story = Story().opens("help", oslo(2, 9), earlier=2).sent(oslo(2, 9)).time_is_up()
    story.happens(Acknowledge(KARI, story.case.version), oslo(2, 14))

    written = json.loads(json.dumps([event.to_json() for event in story.events]))
    case = json.loads(json.dumps(story.case.to_json()))

    assert escalation.replay(CaseEvent.from_json(data) for data in written) == story.case
    assert Case.from_json(case) == story.case


def test_a_history_with_a_hole_is_refused() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9))

    with pytest.raises(ValueError, match="does not follow"):
        escalation.replay([story.events[0], story.events[2]])
    with pytest.raises(ValueError, match="begins with its opening"):
        escalation.replay(story.events[1:])
    with pytest.raises(ValueError, match="without events"):
        escalation.replay([])


def test_a_closed_case_answers_nothing_and_takes_no_signal() -> None:
    story = Story().opens("quiet", oslo(2, 9))
    story.happens(ParticipantAnswered(), oslo(2, 12))

    for command in (TimeDue(), NoticeSent(1), NoticeFailed(1), StaffingChanged()):
        assert story.happens(command, oslo(20, 9)) == ()
    assert story.happens(FoldSignal("fact:1"), oslo(20, 9)) == ()
    with pytest.raises(RuleBroken, match="closed"):
        story.happens(FoldSignal("fact:9"), oslo(20, 9))


def test_without_a_case_only_opening_makes_sense() -> None:
    with pytest.raises(RuleBroken, match="no such case"):
        Story().happens(TimeDue(), oslo(2, 9))


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        Story().opens("help", datetime(2026, 11, 2, 9))  # noqa: DTZ001


def test_the_registry_is_whole() -> None:
    codes = [reason.code for reason in ESCALATION_REASONS]

    assert len(codes) == len(set(codes))
    for reason in ESCALATION_REASONS:
        assert escalation_reason(reason.code) is reason
        assert set(reason.notice_templates) == {str(what) for what in NoticeWhat}
        assert reason.source.startswith("docs/rules.md#")
    assert [r.code for r in ESCALATION_REASONS if r.system_may_close_on_answer] == ["quiet"]
    with pytest.raises(NotFound, match="sadness"):
        escalation_reason("sadness")


def test_what_is_in_the_queue_stays_there_for_all_when_somebody_returns() -> None:
    story = Story().away(CAROL, OLA, since=oslo(1, 0)).opens("help", oslo(2, 9))
    story.staffing = Staffing.of(1, STAFF)

    assert story.happens(StaffingChanged(), oslo(2, 10)) == ()


def test_an_absent_deputy_hands_on_but_not_back_to_the_owner_who_did_not_read() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9)).time_is_up()
    story.away(OLA, since=oslo(2, 13))

    story.happens(StaffingChanged(), oslo(2, 13))

    assert story.case.step is Step.QUEUE
