"""Row 28: nobody on staff answers, neither a call for help nor a silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.signs import figures
from benchmarks.faults.stage import (
    CASEWORKER,
    COORDINATOR,
    Setting,
    check_in_on,
    people_of,
)
from bot.domain.people import Role
from bot.services.cases import Acknowledge, act_on_case
from bot.services.offices import DEFAULT_OFFICE, add_staff, set_deputy
from bot.services.ports import UnitOfWork

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
OVER_A_WEEKEND = timedelta(
    days=3, hours=1
)  # the silence is told of on a Friday, and again with the next digest
DEPUTY = "eli@example.org"
CALLS, IS_SILENT = 0, 1
QUESTION = "Hvordan har uka vært?"
A_CASE = "/cases/"  # where the link of a call for help leads; that of a silence leads to the list


def nobody_answers(lab: Lab, database: str) -> Outcome:
    """Row 28: a call for help and a silence that nobody on staff answers for fourteen days."""
    outcome, days = Outcome(), lab.pick(8, 14, 30)
    setting = Setting(2, at=MONDAY, ordinary_hours=True)
    end = MONDAY + days * A_DAY
    with lab.installation(database, setting, is_declared=True) as place, place.running() as process:
        place.do(_appoint_deputy)
        place.do(_ask)
        until(lambda: QUESTION in str(place.arrived()), "they are asked how it goes")
        # That nobody knows whether the reminder of it arrived is no reason to wait for ever.
        place.emulator.fault("sendMessage", "500_before", chat_id=place.chats[IS_SILENT])
        place.write(CALLS, "hjelp")
        until(lambda: place.count("escalation") == 1, "a case is open")
        for day in range(days):
            place.emulator.wind_to(MONDAY + (day + 1) * A_DAY)
        mails = place.emulator.mail()
        calls = [mail for mail in mails if A_CASE in mail["text"]]
        silences = [mail for mail in mails if mail not in calls]
        missed = _told_in_turn(calls, A_DAY, end, outcome)
        missed += _told_in_turn(silences, OVER_A_WEEKEND, end, outcome)
        waiting = place.count("escalation WHERE state = 'open' AND next_at IS NOT NULL")
        nudges = place.count("outbox WHERE rule = 'nudge' AND state = 'unknown'")
        unowned = figures(process).get(("cases_unowned", 'office="1"'), 0)
        again = _taken_and_left(place, end)
    outcome.must(nudges == 1, f"{nudges} reminders of the question with an unknown end")
    outcome.must(unowned == 2, f"{unowned:.0f} of 2 cases are nobody's by the figures")
    outcome.must(waiting == 2, f"{2 - waiting} of 2 cases wait for nothing any more")
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
    place.do(_take_the_first)
    place.emulator.wind_to(at + A_DAY)
    opened = "escalation WHERE id = 1 AND state = 'open'"
    later = (mail for mail in place.emulator.mail() if A_CASE in mail["text"])
    return place.count(opened) and sum(datetime.fromisoformat(mail["at"]) > at for mail in later)


def _take_the_first(uow: UnitOfWork) -> None:
    case = uow.cases.get(1)
    carol = uow.staff.by_email(CASEWORKER)
    assert carol is not None
    act_on_case(uow, carol, case.id, Acknowledge(carol.id, case.version))


def _ask(uow: UnitOfWork) -> None:
    check_in_on(uow, people_of(uow)[IS_SILENT], uow.now)


def _appoint_deputy(uow: UnitOfWork) -> None:
    """Somebody between the caseworker and the coordinator."""
    add_staff(uow, office_id=DEFAULT_OFFICE, name="Eli Sample", email=DEPUTY, role=Role.CASEWORKER)
    carol = next(s for s in uow.staff.of_office(DEFAULT_OFFICE) if s.email == CASEWORKER)
    set_deputy(uow, carol, DEPUTY)
