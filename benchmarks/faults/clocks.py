"""Rows 19 and 20: the program was away, clocks change."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import A_CASE, arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import (
    CASEWORKER,
    COORDINATOR,
    Setting,
    appoint,
    check_in_on,
    people_of,
)
from benchmarks.faults.unheard import asked_after_silence
from bot.content.loading import DEFAULT_PACK
from bot.domain.messages import Lane
from bot.domain.office_hours import OfficeHours
from bot.services import occurrences
from bot.services.cases import raise_signal
from bot.services.check_ins import plan_next_check_in
from bot.services.offices import DEFAULT_OFFICE, add_absence
from bot.services.ports import UnitOfWork
from bot.services.silence import plan_no_sign_of_life
from bot.services.speaking import Sending, say_text

TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
ASKED, WHO_IS_NOT_ASKED, TOO_LATE = 4, 4, 5
AT_NIGHT, BEFORE_MORNING = timedelta(hours=26), timedelta(seconds=3)  # the latter once it works
CLOCKS = {"check_in", "never_started", "no_sign_of_life"}
CHECK_IN = "Hvordan har uka vært?"


def outage(lab: Lab, database: str) -> Outcome:
    """Row 19: away for three minutes, 26 hours, three days, with questions open and reminders due."""
    outcome, figures = Outcome(), []
    gaps = (timedelta(minutes=3), timedelta(hours=26), timedelta(days=3))
    for gap in gaps[: lab.pick(2, 3)]:
        setting = Setting(ASKED + 2, at=TUESDAY, ordinary_hours=True)
        with lab.installation(database, setting, shifts_clock=True) as place:
            figures.append(f"{_words(gap)}: {_one_outage(place, gap, outcome)}")
    asked = asked_after_silence(lab, database, outcome)
    outcome.figure = f"messages per participant after {', '.join(figures)}; {asked}"
    return outcome


def _one_outage(place: Installation, gap: timedelta, outcome: Outcome) -> str:
    place.do(_plan_for_outage, gap)
    stale = [(n, f"worth nothing later {n}") for n in range(ASKED)]
    place.queue(stale, after=0.6 * gap, lasts=0.2 * gap)
    begun = time.monotonic()
    process = place.start()
    slow = timedelta(seconds=2 * (time.monotonic() - begun))
    until(lambda: got(place, CHECK_IN) == ASKED, "the questions arrive")
    until(lambda: told_of_cases(place, CASEWORKER), "the caseworker is told of a case")
    place.write(TOO_LATE, "/meny")  # so that Telegram was heard
    place.wait_quiet()
    silence = place.do(_clocks_of_silence)
    process.kill()
    place.do(_queue_ours)
    place.do(_caseworker_goes_away, gap / 2)
    for number in range(ASKED):
        place.emulator.tap(place.chats[number], "Fin")
    place.shift_clock_by(gap)
    place.emulator.wind(advance_seconds=gap.total_seconds())
    before = len(place.emulator.sent())
    opens = _morning(place, slow + BEFORE_MORNING) if gap == AT_NIGHT else 0.0
    with place.running():
        until(lambda: len(place.emulator.sent()) > before + ASKED, "everybody hears of us")
        place.wait_quiet()
        time.sleep(1.5)  # whatever should not come would come now
        after = Counter(sent["chat_id"] for sent in place.emulator.sent()[before:])
        again, overdue = got(place, CHECK_IN, since=before), place.overdue()
        stood = place.do(_clocks_of_silence)
        for number in range(ASKED):
            place.emulator.tap(place.chats[number], "Fin")
        answered = "expectation WHERE state = 'met'"
        until(lambda: place.count(answered) == ASKED, "the answers count")
        place.wait_quiet()  # now it has heard of Telegram too, and may look back once more
        later = place.do(_clocks_of_silence)
        quiet = place.count("escalation WHERE reason <> 'help'")
        _judge_what_waited(place, gap, outcome)
        told = arrived_mail(place, "The program was away") if gap > A_DAY else 1
    late = after[place.chats[TOO_LATE]]
    outcome.must(late == 0, f"{_words(gap)}: reminded {late} times of what was over")
    outcome.must(
        set(after.values()) == {1}, f"{_words(gap)}: {dict(Counter(after.values()))} messages"
    )
    # One of them has another message of ours.
    outcome.must(again == ASKED - 1, f"{_words(gap)}: {again} of {ASKED - 1} are asked once more")
    outcome.must(overdue == 0, f"{_words(gap)}: {overdue} things due are not done")
    ran = sum(stood[number] < moment + gap for number, moment in silence.items())
    outcome.must(ran == 0, f"{_words(gap)}: {ran} clocks of silence ran on")
    slept = sum(later[one] > silence[one] + 1.5 * gap for one in silence.keys() & later.keys())
    outcome.must(slept == 0, f"{_words(gap)}: {slept} clocks of silence stood for much longer")
    rules = {rule for rule, _ in silence}
    outcome.must(rules == CLOCKS, f"clocks of silence are other ones by now: {rules}")
    outcome.must(quiet == 0, f"{_words(gap)}: {quiet} cases of our own silence")
    outcome.must(told, f"{_words(gap)}: coordinators were not told")
    at_night = sum(sent["monotonic"] < opens for sent in place.emulator.sent()[before:])
    outcome.must(at_night == 0, f"{_words(gap)}: {at_night} messages left before the morning")
    return f"{max(after.values())}"


def _clocks_of_silence(uow: UnitOfWork) -> dict[tuple[str, int], datetime]:
    """By rule and number, when each that waits to hear of somebody would do something next."""
    waiting = uow.expectations.all_open()
    found = {(one.kind, one.id): one.next_at for one in waiting if one.next_at is not None}
    planned = uow.occurrences.pending_by_rules(("never_started", "no_sign_of_life"))
    return found | {(one.rule, one.id): one.due_at for one in planned}


def check_ins_ahead(uow: UnitOfWork, number: int) -> int:
    """How many are planned for whoever had one skipped."""
    soon = uow.now + 30 * A_DAY
    planned = uow.occurrences.pending_of(people_of(uow)[number].id)
    return sum(one.rule == "check_in" and one.due_at < soon for one in planned)


def _judge_what_waited(place: Installation, gap: timedelta, outcome: Outcome) -> None:
    expired = place.count("outbox WHERE rule = 'sample' AND state = 'expired'")
    outcome.must(expired == ASKED, f"{_words(gap)}: {ASKED - expired} did not expire")
    ahead = place.do(check_ins_ahead, WHO_IS_NOT_ASKED)
    outcome.must(ahead == 1, f"{_words(gap)}: {ahead} check-ins follow one that was skipped")
    handed_on = told_of_cases(place, COORDINATOR)
    put_off = place.count("occurrence WHERE rule = 'missed_session' AND state = 'pending'")
    outcome.must(handed_on, f"{_words(gap)}: nobody stands in for a caseworker who went away")
    outcome.must(put_off == 1, f"{_words(gap)}: a word to somebody is forgotten")


def told_of_cases(place: Installation, address: str) -> int:
    mails = place.emulator.mail()
    return sum(mail["to"] == [address] and A_CASE in mail["text"] for mail in mails)


def _caseworker_goes_away(uow: UnitOfWork, after: timedelta) -> None:
    """While the program is away too; whoever stands in for them has to hear of the open case."""
    carol = uow.staff.by_email(CASEWORKER)
    assert carol is not None
    begins = uow.now + after
    add_absence(uow, carol, starts_at=begins, ends_at=begins + 30 * A_DAY)


def _morning(place: Installation, wait: timedelta) -> float:
    """The program comes back so long before it; by the monotonic clock, rather early than late."""
    asked_at = time.monotonic()
    return asked_at + place.do(_open_later, wait).total_seconds()


def _open_later(uow: UnitOfWork, wait: timedelta) -> timedelta:
    """Messages may go again about so much later; when exactly, from now."""
    office = uow.offices.get(DEFAULT_OFFICE)
    opens_at = (uow.now + wait).replace(microsecond=0)
    hours = OfficeHours.from_json(office.hours)
    allowed = f"{opens_at.astimezone(OSLO):%H:%M:%S}-21:00"
    uow.offices.save(replace(office, hours=hours.set("allowed_hours", allowed).to_json()))
    return opens_at - uow.now


def _queue_ours(uow: UnitOfWork) -> None:
    """A message of our own initiative that had not left: whoever gets it is not asked once more."""
    how = Sending(rule="sample", key="sample:ours", lane=Lane.REMINDER, is_initiative=True)
    say_text(uow, people_of(uow)[0], "had not left", how=how)


def _plan_for_outage(uow: UnitOfWork, gap: timedelta) -> None:
    """An open question to all but one, and a session of everybody whose reminders fall into the gap."""
    is_long = gap > 2 * AN_HOUR
    starts_at = uow.now + (gap + AN_HOUR if is_long else 2 * AN_HOUR + gap / 2)
    for number, person in enumerate(people_of(uow)):
        plan_no_sign_of_life(uow, person)
        if number == TOO_LATE:  # the reminder fell into a long gap, and so did the session
            begins = uow.now + (gap - AN_HOUR if is_long else 3 * A_DAY)
            appoint(uow, person, begins)
            continue
        if number != WHO_IS_NOT_ASKED:
            ask_now(uow, number)
        else:  # the reminder is the more important of the two
            check_in_on(uow, person, uow.now + gap / 2)
        session_id = appoint(uow, person, starts_at)
    raise_signal(uow, person, reason="help", source="rehearsed")
    occurrences.plan(  # a word to somebody that the reminder leaves no room for
        uow,
        people_of(uow)[WHO_IS_NOT_ASKED],
        rule="missed_session",
        subject=f"session:{session_id}",
        revision="rehearsed",
        due_at=uow.now + gap / 2,
    )


def ask_now(uow: UnitOfWork, number: int) -> None:
    check_in_on(uow, people_of(uow)[number], uow.now)


def clock_changes(lab: Lab, database: str) -> Outcome:
    """Row 20: a rule for Sunday 02:30: there is none in March (2027: on Easter), and two in October."""
    outcome, figures = Outcome(), []
    for saturday in (datetime(2027, 3, 27, 11, tzinfo=UTC), datetime(2026, 10, 24, 10, tzinfo=UTC)):
        with lab.installation(database, Setting(2, at=saturday), is_declared=True) as place:
            pack = place.folder / "pack"
            shutil.copytree(DEFAULT_PACK, pack)
            programme = (pack / "programme.yaml").read_text("utf-8")
            changed = programme.replace('day: friday\n  at: "12:00"', 'day: sunday\n  at: "02:30"')
            outcome.must(changed != programme, "the programme has another shape by now")
            (pack / "programme.yaml").write_text(changed, "utf-8")
            with place.running(TETTPA_CONTENT_DIR=pack):
                place.do(_plan_check_ins)
                place.emulator.wind_to(saturday + 2 * A_DAY)
                place.wait_quiet()
                done = place.count("occurrence WHERE rule = 'check_in' AND state = 'done'")
                outcome.must(done == len(place.chats), f"{done} are on record as done")
            sent = [s for s in place.emulator.sent() if CHECK_IN in s["text"]]
        days = Counter(
            (s["chat_id"], datetime.fromisoformat(s["at"]).astimezone(OSLO).date()) for s in sent
        )
        sunday = (saturday + A_DAY).date()
        fires = [days[chat, sunday] for chat in place.chats]
        outcome.must(set(fires) == {1}, f"{sunday}: fires {fires}")
        moments = {datetime.fromisoformat(s["at"]).astimezone(OSLO) for s in sent}
        at = {f"{m:%H:%M %Z}" for m in moments if m.date() == sunday}
        # A gap shifts forward, an overlap takes the first: both are summer time.
        meant = "03:30 CEST" if sunday.month == 3 else "02:30 CEST"
        outcome.must(at == {meant}, f"{sunday}: asked at {sorted(at)} instead of {meant}")
        figures.append(f"{sunday}: {max(fires)} (asked at {meant})")
    outcome.figure = "fires per local day " + "; ".join(figures)
    return outcome


def _plan_check_ins(uow: UnitOfWork) -> None:
    for person in people_of(uow):
        plan_next_check_in(uow, person)


def got(place: Installation, words: str, *, since: int = 0) -> int:
    return sum(words in sent["text"] for sent in place.emulator.sent()[since:])


def _words(gap: timedelta) -> str:
    hours = gap / AN_HOUR
    return f"{gap / timedelta(minutes=1):.0f} min" if hours < 1 else f"{hours:.0f} h"
