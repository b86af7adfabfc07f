"""The clocks of a case, its ladder, and the notices it asks for."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain import escalation
from bot.domain.case_commands import NoticeFailed, NoticeSent, Open
from bot.domain.case_events import CaseEventKind, NoticeWhat
from bot.domain.cases import Step
from bot.domain.durations import Duration
from bot.domain.escalation_reasons import Urgency
from bot.domain.programme import LadderTimes
from bot.domain.work_calendar import HoursOfDay, OfficeHours
from tests.domain.case_story import CAROL, OLA, Story, oslo


def test_a_quiet_case_opens_with_the_owner_and_waits_for_the_next_digest() -> None:
    story = Story().opens("quiet", oslo(2, 13))

    notice = story.last_notice()

    assert (story.case.state, story.case.step, story.case.owner_id) == ("open", Step.OWNER, CAROL)
    assert (notice.staff_id, notice.what, notice.number) == (CAROL, NoticeWhat.NEW, 1)
    assert notice.not_before == oslo(3, 9)
    assert notice.urgency is Urgency.DIGEST
    assert story.case.notified_at is None


def test_a_help_case_is_told_at_once_even_at_night() -> None:
    story = Story().opens("help", oslo(2, 23))

    assert story.last_notice().not_before == oslo(2, 23)
    assert story.last_notice().urgency is Urgency.AT_ONCE


def test_a_participant_without_caseworker_comes_to_the_queue() -> None:
    story = Story().opens("help", oslo(2, 10), owner=None)

    assert (story.case.step, story.case.owner_id) == (Step.QUEUE, None)
    assert story.last_notice().staff_id is None


def test_the_clock_of_a_step_starts_when_its_notice_was_sent() -> None:
    story = Story().opens("help", oslo(2, 10))

    story.sent(oslo(2, 11, 30))

    assert story.case.notified_at == oslo(2, 11, 30)
    assert story.case.next_at == oslo(3, 8, 0)  # four working hours end with the day: next opening


def test_a_digest_of_nine_starts_its_clock_at_nine_though_its_mails_take_a_while() -> None:
    story = Story().opens("quiet", oslo(2, 13))

    story.sent(oslo(3, 9, 4, 11))

    assert story.case.next_at == oslo(4, 9)


def test_a_digest_that_is_hours_late_starts_its_clock_when_it_was_sent() -> None:
    story = Story().opens("quiet", oslo(2, 13))

    story.sent(oslo(3, 13))

    assert story.case.next_at == oslo(4, 13)


def test_each_step_takes_one_working_day_though_every_tick_is_a_little_late() -> None:
    story = Story().opens("quiet", oslo(2, 13)).sent(oslo(3, 9, 0, 5))

    story.time_is_up(late_by=timedelta(seconds=5)).sent(oslo(4, 9, 0, 20))
    story.time_is_up(late_by=timedelta(seconds=5))

    assert story.case.step is Step.QUEUE
    assert story.last_notice().not_before == oslo(5, 9)


def test_unread_cases_climb_from_owner_to_deputy_to_queue() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9))
    owners = [story.case.owner_id]

    for _ in range(2):
        story.time_is_up()
        owners.append(story.case.owner_id)
        story.sent(story.events[-1].at)

    assert owners == [CAROL, OLA, None]
    assert story.case.step is Step.QUEUE
    assert [e.data["why"] for e in story.events if e.kind is CaseEventKind.MOVED] == ["unread"] * 2


def test_the_deputy_who_stood_in_for_the_owner_is_not_asked_twice() -> None:
    story = Story().away(CAROL, since=oslo(1, 0))
    story.opens("help", oslo(2, 9)).sent(oslo(2, 9))
    assert story.case.owner_id == OLA

    story.time_is_up()

    assert story.case.step is Step.QUEUE


@pytest.mark.parametrize("digest_at", [time(9), time(6, 30), time(15), None])
def test_the_queue_repeats_every_working_day_and_never_ends(digest_at: time | None) -> None:
    short_days = {oslo(4, 12).date(): HoursOfDay.parse("08:00-11:00"), oslo(6, 12).date(): None}
    story = Story(OfficeHours(digest_at=digest_at, exceptions=short_days))
    story.opens("quiet", oslo(2, 5), owner=None)

    told = []
    for _ in range(6):
        not_before = story.last_notice().not_before
        told.append(not_before.astimezone(ZoneInfo("Europe/Oslo")).day)
        story.sent(not_before).time_is_up()

    assert told == [2, 3, 4, 5, 9, 10]


def test_a_notice_that_is_never_sent_steps_when_the_wait_would_have_ended() -> None:
    story = Story().opens("quiet", oslo(2, 13))
    assert story.case.next_at == oslo(4, 9)  # digest on the 3rd, and a working day

    story.time_is_up()

    assert story.case.step is Step.DEPUTY
    assert story.events[-2].data["why"] == "notice_unsent"
    assert story.last_notice().replaces == 1


def test_very_short_waits_leave_an_hour_for_the_notice_to_be_sent() -> None:
    minutes = Duration.parse("15 minutes")
    story = Story()

    story.happens(
        Open(1, 7, "help", "fact:1", CAROL),
        oslo(2, 10),
        times=LadderTimes(minutes, minutes, minutes),
    )

    assert story.case.next_at == oslo(2, 11)
    assert story.sent(oslo(2, 10)).case.next_at == oslo(2, 10, 15)


def test_a_notice_that_cannot_be_delivered_steps_now() -> None:
    story = Story().opens("quiet", oslo(2, 13))

    story.happens(NoticeFailed(1), oslo(3, 9))

    assert (story.case.step, story.case.owner_id) == (Step.DEPUTY, OLA)
    assert story.last_notice().not_before == oslo(3, 9)


def test_a_bounce_after_the_sending_steps_too() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9))

    story.happens(NoticeFailed(1), oslo(2, 9, 10))

    assert story.case.owner_id == OLA


def test_reports_about_notices_of_earlier_steps_change_nothing() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9)).time_is_up()
    before = story.case

    assert story.happens(NoticeSent(1), oslo(2, 14)) == ()
    assert story.happens(NoticeFailed(1), oslo(2, 14)) == ()
    assert story.case == before


def test_a_notice_reported_twice_does_not_start_the_clock_again() -> None:
    story = Story().opens("help", oslo(2, 9)).sent(oslo(2, 9))

    assert story.happens(NoticeSent(1), oslo(2, 12)) == ()


def test_programmes_may_set_their_own_ladder_and_it_is_snapshotted() -> None:
    own = LadderTimes(*(Duration.parse(f"{n} working hours") for n in (1, 2, 3)))
    story = Story()

    story.happens(Open(1, 7, "help", "fact:1", CAROL), oslo(2, 9), times=own)
    story.sent(oslo(2, 9))

    assert story.case.ladder.times == own
    assert story.case.next_at == oslo(2, 10)


def test_a_step_over_the_weekend_waits_for_monday() -> None:
    story = Story().opens("help", oslo(6, 14)).sent(oslo(6, 14))

    assert story.case.next_at == oslo(9, 10, 30)


def test_a_notice_of_an_earlier_step_is_no_longer_wanted() -> None:
    story = Story().opens("help", oslo(2, 9))
    first = story.last_notice()

    story.time_is_up()

    assert not escalation.notice_still_wanted(story.case, first)
    assert escalation.notice_still_wanted(story.case, story.last_notice())
