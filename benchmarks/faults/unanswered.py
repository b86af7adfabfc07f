"""Row 28: nobody on staff answers, neither calls for help nor silences; who answers is left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from benchmarks.faults.inbound import buttons_of
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.signs import figures
from benchmarks.faults.stage import (
    CASEWORKER,
    COORDINATOR,
    Setting,
    appoint,
    check_in_on,
    people_of,
)
from bot.domain.case_commands import StaffCommand
from bot.domain.people import ParticipantStatus, Role
from bot.services import occurrences
from bot.services.cases import Acknowledge, Close, act_on_case
from bot.services.offices import DEFAULT_OFFICE, add_staff, set_deputy
from bot.services.ports import UnitOfWork

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
OVER_A_WEEKEND = timedelta(
    days=3, hours=1
)  # the silence is told of on a Friday, and again with the next digest
DEPUTY = "eli@example.org"
CALLS, IS_SILENT, WRITES, TYPES, TAPS, NEVER_STARTS, FADES, TAPS_BELOW = range(8)
ASKED = (IS_SILENT, WRITES, TYPES, TAPS)
CASES = {"help": {CALLS, TAPS, TAPS_BELOW}, "quiet": {IS_SILENT, NEVER_STARTS, FADES}}
QUESTION = "Hvordan har uka vært?"
WORDS = "/participants/"  # where the link of a mail about somebody's words leads
LONG = timedelta(days=9)
UNTIL_THE_NEXT = 7  # days after which nobody is late with what they are asked next
A_CASE = "/cases/"  # where the link of a call for help leads; that of a silence leads to the list


def nobody_answers(lab: Lab, database: str) -> Outcome:
    """Row 28: calls for help and silences, of every kind, that nobody on staff answers for 14 days."""
    outcome, days = Outcome(), lab.pick(8, 14, 30)
    setting = Setting(8, at=MONDAY, ordinary_hours=True)
    end = MONDAY + days * A_DAY
    with lab.installation(database, setting, is_declared=True) as place, place.running() as process:
        place.do(_appoint_deputy)
        place.do(_ask)
        until(lambda: _count(place, QUESTION) == len(ASKED), "they are asked how it goes")
        place.do(_somebody_writes_to_them)
        # That nobody knows whether the reminder of it arrived is no reason to wait for ever.
        place.emulator.fault("sendMessage", "500_before", chat_id=place.chats[IS_SILENT])
        place.write(CALLS, "hjelp")
        until(lambda: place.count("escalation") == 1, "a case is open")
        _others_answer(place)
        for day in range(days):
            place.emulator.wind_to(MONDAY + (day + 1) * A_DAY)
            if day + 1 == UNTIL_THE_NEXT:
                cases = place.do(_cases)
        mails = place.emulator.mail()
        calls = [mail for mail in mails if A_CASE in mail["text"]]
        silences = [mail for mail in mails if mail not in calls and WORDS not in mail["text"]]
        missed = _told_in_turn(calls, A_DAY, end, outcome)
        missed += _told_in_turn(silences, OVER_A_WEEKEND, end, outcome)
        forgotten = place.count("escalation WHERE state <> 'open' OR next_at IS NULL")
        nudges = place.count("outbox WHERE rule = 'nudge' AND state = 'unknown'")
        in_queue = place.count("escalation WHERE owner_id IS NULL AND state <> 'closed'")
        unowned = figures(process).get(("cases_unowned", 'office="1"'), 0)
        again = _taken_and_left(place, end)
        _answered_at_last(place, outcome)
    outcome.must(nudges == 1, f"{nudges} reminders of the question with an unknown end")
    of_nobody = f"{unowned:.0f} of {in_queue} cases are nobody's by the figures"
    outcome.must(unowned == in_queue >= len(CASES), of_nobody)
    outcome.must(cases == CASES, f"cases of {cases} instead of {CASES}")
    outcome.must(forgotten == 0, f"{forgotten} cases wait for nothing any more")
    outcome.must(missed == 0, f"{missed} times nobody was told for four days")
    outcome.must(again, "what somebody took and did not do comes back to nobody")
    everybody = {address for mail in mails for address in mail["to"]}
    outcome.figure = (
        f"missed {missed}; {len(mails)} mails to {len(everybody)} people in {days} days, still open"
    )
    return outcome


def _told_in_turn(
    mails: Sequence[dict[str, Any]], within: timedelta, end: datetime, outcome: Outcome
) -> int:
    """The caseworker, then their deputy, and then everybody who is there; how often none for long."""
    told = list(dict.fromkeys(address for mail in mails for address in mail["to"]))
    outcome.must(told == [CASEWORKER, DEPUTY, COORDINATOR], f"told in this order: {told}")
    moments = [datetime.fromisoformat(mail["at"]) for mail in mails]
    first = [
        next(at for at, m in zip(moments, mails, strict=True) if one in m["to"]) for one in told
    ]
    slow = sum(later - earlier > within for earlier, later in pairwise(first))
    outcome.must(slow == 0, f"{slow} tiers were told more than {within} after the one before")
    return sum(later - earlier > 4 * A_DAY for earlier, later in pairwise([MONDAY, *moments, end]))


def _taken_and_left(place: Installation, at: datetime) -> int:
    """How many are told again of a case that somebody took and did nothing about."""
    place.do(_act_on_the_first, Acknowledge)
    told = len(place.emulator.mail())
    place.write(CALLS, "hjelp")
    until(lambda: len(place.emulator.mail()) > told, "whoever took a case hears of a second call")
    place.emulator.wind_to(at + A_DAY)
    opened = "escalation WHERE id = 1 AND state = 'open'"
    later = (mail for mail in place.emulator.mail() if A_CASE in mail["text"])
    return place.count(opened) and sum(datetime.fromisoformat(mail["at"]) > at for mail in later)


def _act_on_the_first(uow: UnitOfWork, act: Callable[[int, int], StaffCommand]) -> None:
    case = uow.cases.get(1)
    carol = uow.staff.by_email(CASEWORKER)
    assert carol is not None
    act_on_case(uow, carol, case.id, act(carol.id, case.version))


def _answered_at_last(place: Installation, outcome: Outcome) -> None:
    """Who was silent answers the question that did arrive; who called and was helped calls again."""
    chat, message_id, data = buttons_of(place, place.chats[IS_SILENT])[0]
    place.emulator.tap_data(chat, message_id, data["good"])
    place.do(_act_on_the_first, partial(Close, contacted_how="phone", outcome="reached_ok"))
    told = _count_mails(place, A_CASE)
    place.write(CALLS, "hjelp")
    place.wait_quiet()
    cases = place.do(_cases)
    outcome.must(IS_SILENT not in cases["quiet"], "a late answer ends no silence")
    outcome.must(CALLS in cases["help"], "a call for help after one that was closed opens nothing")
    outcome.must(_count_mails(place, A_CASE) > told, "nobody is told of another call for help")


def _cases(uow: UnitOfWork) -> dict[str, set[int]]:
    """Who has open ones, by reason."""
    found: dict[str, set[int]] = defaultdict(set)
    numbers = {person.id: number for number, person in enumerate(people_of(uow))}
    for case in uow.cases.open_of_office(DEFAULT_OFFICE):
        found[case.reason].add(numbers[case.participant_id])
    return dict(found)


def _ask(uow: UnitOfWork) -> None:
    people = people_of(uow)
    for number in ASKED:
        check_in_on(uow, people[number], uow.now)
    never, fades = people[NEVER_STARTS], people[FADES]
    uow.participants.save(replace(never, status=ParticipantStatus.INVITED))
    uow.participants.save(replace(fades, last_sign_of_life_at=uow.now - LONG))
    for person, rule in ((never, "never_started"), (fades, "no_sign_of_life")):
        look_at = uow.now + 2 * A_DAY
        occurrences.plan(uow, person, rule=rule, subject="", revision="", due_at=look_at)
    starts_at = uow.now + 5 * A_DAY
    for person in (fades, people[TAPS_BELOW]):
        appoint(uow, person, starts_at, announce=True)


def _somebody_writes_to_them(uow: UnitOfWork) -> None:
    """Whoever is silent is not reminded while somebody on staff writes to them, but after that."""
    silent = people_of(uow)[IS_SILENT]
    uow.participants.save(replace(silent, human_until=uow.now + A_DAY + timedelta(hours=3)))


def _others_answer(place: Installation) -> None:
    """In words of their own, in words of a button, and by those buttons that call for somebody."""
    place.write(WRITES, "It has been a long week")
    place.write(TYPES, "fin")
    place.emulator.tap(place.chats[TAPS], "Jeg vil at noen ringer")
    place.emulator.tap(place.chats[TAPS_BELOW], "Ring meg")
    place.wait_quiet()


def _count(place: Installation, words: str) -> int:
    return sum(words in sent["text"] for sent in place.emulator.sent())


def _count_mails(place: Installation, words: str) -> int:
    return sum(words in mail["text"] for mail in place.emulator.mail())


def _appoint_deputy(uow: UnitOfWork) -> None:
    """Somebody between the caseworker and the coordinator."""
    add_staff(uow, office_id=DEFAULT_OFFICE, name="Eli Sample", email=DEPUTY, role=Role.CASEWORKER)
    carol = next(s for s in uow.staff.of_office(DEFAULT_OFFICE) if s.email == CASEWORKER)
    set_deputy(uow, carol, DEPUTY)
