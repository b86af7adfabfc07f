"""Row 28: nobody on staff answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import CASEWORKER, COORDINATOR, Setting
from bot.domain.people import Role
from bot.services.offices import DEFAULT_OFFICE, add_staff, set_deputy
from bot.services.ports import UnitOfWork

TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
DEPUTY = "eli@example.org"


def nobody_answers(lab: Lab, database: str) -> Outcome:
    """Row 28: a call for help that nobody on staff answers for fourteen days."""
    outcome, days = Outcome(), lab.pick(7, 14, 30)
    setting = Setting(1, at=TUESDAY, ordinary_hours=True)
    with lab.installation(database, setting, is_declared=True) as place, place.running():
        place.do(_appoint_deputy)
        place.write(0, "hjelp")
        until(lambda: place.count("escalation") == 1, "a case is open")
        for day in range(days):
            place.emulator.wind_to(TUESDAY + (day + 1) * A_DAY)
        mails = place.emulator.mail()
        state, next_at = place.rows("SELECT state, next_at FROM escalation")[0]
    moments = [datetime.fromisoformat(m["at"]) for m in mails]
    end = TUESDAY + days * A_DAY
    # A weekend is the longest that nobody is there.
    missed = sum(later - earlier > 4 * A_DAY for earlier, later in pairwise([*moments, end]))
    told = list(dict.fromkeys(address for mail in mails for address in mail["to"]))
    # The caseworker, half a working day later their deputy, and then everybody who is there.
    outcome.must(told == [CASEWORKER, DEPUTY, COORDINATOR], f"told in this order: {told}")
    first = [next(m for m in mails if one in m["to"]) for one in told]
    steps = [datetime.fromisoformat(mail["at"]) for mail in first]
    slow = sum(later - earlier > A_DAY for earlier, later in pairwise(steps))
    outcome.must(slow == 0, f"{slow} tiers were told more than a day after the one before")
    outcome.must(state != "closed" and next_at is not None, "the case waits for nothing any more")
    outcome.must(missed == 0, f"{missed} times nobody was told for four days")
    outcome.figure = (
        f"missed {missed}; {len(mails)} mails to {len(told)} people in {days} days, still open"
    )
    return outcome


def _appoint_deputy(uow: UnitOfWork) -> None:
    """Somebody between the caseworker and the coordinator."""
    add_staff(uow, office_id=DEFAULT_OFFICE, name="Eli Sample", email=DEPUTY, role=Role.CASEWORKER)
    carol = next(s for s in uow.staff.of_office(DEFAULT_OFFICE) if s.email == CASEWORKER)
    set_deputy(uow, carol, DEPUTY)
