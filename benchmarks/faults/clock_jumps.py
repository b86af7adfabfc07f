"""Row 21: the machine's clock jumps, and what a wrong day leaves behind."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timedelta

from benchmarks.faults.clocks import A_DAY, AN_HOUR, CHECK_IN, TUESDAY, ask_now, got
from benchmarks.faults.inbound import MENU
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import SQLITE, Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.signs import HURRIED, beats_again, must_be_still, must_say
from benchmarks.faults.stage import Setting, appoint, people_of
from bot.services.outage import last_alive
from bot.services.ports import UnitOfWork

FLOOD_S, WORST_CATCHING_UP_S = 5, 30.0


def clock_jumps(lab: Lab, database: str) -> Outcome:
    """Row 21: the machine's clock jumps by an hour or a day, there and back, while the program runs."""
    outcome, people = Outcome(), 3
    burst, replies = 0, 0
    jumps = (A_DAY, -AN_HOUR, AN_HOUR, -A_DAY)[: lab.pick(2, 4)]
    setting = Setting(people + len(jumps), at=TUESDAY)  # whoever is asked is reminded of nothing
    with lab.installation(database, setting, shifts_clock=True) as place:
        place.do(_plan_session, people, 2 * AN_HOUR + timedelta(minutes=30))
        place.queue(
            [(n, f"for tonight {n}") for n in range(people)], after=12 * AN_HOUR, lasts=AN_HOUR
        )
        for turn, jump in enumerate(jumps, 1):
            begun = place.program_now()
            with place.running(**HURRIED) as process:
                place.write(0, f"settled before {jump}")
                _settle(place, since=begun)
                before = len(place.emulator.sent())
                place.shift_clock_by(jump)
                _see_the_clock(place, turn)
                time.sleep(lab.pick(0.5, 4.0))  # whatever should not come would come now
                must_be_still(process, "nothing is swept", outcome)
                must_say(process, "clock", "it is wrong", outcome)
                place.write(1, "/meny")
                until(lambda b=before: got(place, MENU, since=b), "a reply in spite of the clock")  # type: ignore[misc]
                replies += 1
                ours = [s for s in place.emulator.sent()[before:] if MENU not in s["text"]]
                burst += len(ours)
                place.shift_clock_by(-jump)
                # Once it is right again, what is due goes as ever.
                place.do(ask_now, -turn)
                until(lambda t=turn: got(place, CHECK_IN) == t, "we ask again")  # type: ignore[misc]
                beats_again(process)
        held = place.count("outbox WHERE rule = 'sample' AND state = 'queued'")
        outcome.must(burst == 0, f"{burst} messages of ours because of a wrong clock")
        outcome.must(held == people, f"{people - held} messages for tonight are gone")
        # And when the moment really comes, it comes once.
        place.shift_clock_by(timedelta(minutes=40))
        with place.running():
            until(lambda: got(place, "Samtale") == people, "the reminders come")
            time.sleep(1.5)
        fired = got(place, "Samtale")
    outcome.must(fired == people, f"{fired} reminders to {people} people")
    waited = _what_a_wrong_day_leaves(lab, database, outcome)
    outcome.figure = (
        f"{len(jumps)} jumps: {burst} of our own sends, {replies} replies; later once each; "
        f"a wrong day with a 429, a mail put off and a kill: caught up {waited:.0f} s after it"
    )
    return outcome


def _what_a_wrong_day_leaves(lab: Lab, database: str, outcome: Outcome) -> float:
    """A lease, a 429, mails sent and put off, claims, cases under a clock a day ahead; then it is right."""
    with lab.installation(database, Setting(3, at=TUESDAY), shifts_clock=True) as place:
        begun_at = place.program_now()
        process = place.start()
        place.write(0, "settled")
        _settle(place, since=begun_at)
        place.shift_clock_by(A_DAY)
        place.write(2, "hjelp")
        until(lambda: arrived_mail(place), "a mail under the wrong clock")
        place.wait_quiet()
        place.do(_appoint_in_the_right_day)
        place.emulator.mail_fault("temporary", times=1)
        place.emulator.fault("sendMessage", "429", retry_after=FLOOD_S)
        place.write(0, "/meny")
        until(lambda: _notes(place, "flood_until:1"), "the 429 is on record")
        place.write(1, "hjelp")
        until(lambda: place.count("notice WHERE attempts > 0 AND state = 'queued'"), "a mail waits")
        place.emulator.fault("sendMessage", "hang", seconds=60)
        place.write(2, "/meny")
        _holds_its_place(place)
        process.kill()
        place.shift_clock_by(-A_DAY)
        begun = time.monotonic()
        with place.running(ends_lease=False):
            until(lambda: got(place, MENU) >= 1, "the reply of the wrong day", within_s=60)
            until(lambda: arrived_mail(place) >= 2, "the mail of the wrong day", within_s=60)
            waited = time.monotonic() - begun
            place.write(1, "/meny")
            until(lambda: got(place, MENU) >= 3, "a new reply", within_s=60)
            place.wait_quiet()
        (next_at,) = place.rows("SELECT max(next_at) FROM escalation")[0]
        planned = place.count("occurrence WHERE rule = 'session_reminder' AND state = 'pending'")
    looks = next_at if isinstance(next_at, datetime) else datetime.fromisoformat(next_at)
    outcome.must_in_time(
        waited < WORST_CATCHING_UP_S, f"silent for {waited:.0f} s after the wrong day"
    )
    outcome.must(looks < TUESDAY + A_DAY, f"the case sleeps until {looks}")
    outcome.must(planned, "of what seemed past on the wrong day nobody is reminded")
    return waited


def _holds_its_place(place: Installation) -> None:
    """On SQLite its lease ends a day later than it should."""
    if place.database == SQLITE:
        renewed = "program_state WHERE name = 'runner_lease' AND value LIKE :day"
        day = f"%{TUESDAY + A_DAY:%Y-%m-%d}%"
        until(lambda: place.count(renewed, day=day), "its lease is of the wrong day")


def _appoint_in_the_right_day(uow: UnitOfWork) -> None:
    """While the clock is a day ahead this seems past."""
    appoint(uow, people_of(uow)[0], uow.now - A_DAY + 6 * AN_HOUR)


def _notes(place: Installation, name: str) -> int:
    return place.count("program_state WHERE name = :name", name=name)


def _settle(place: Installation, *, since: datetime) -> None:
    """Until it has done what there was to do, and its sweep has seen the clock while it is right."""
    until(lambda: (place.do(last_alive) or since) > since, "a sweep has seen the clock")
    place.wait_quiet()


def _see_the_clock(place: Installation, times: int) -> None:
    """Until the sweep has found that the clock is wrong; one that never does is judged all the same."""
    with contextlib.suppress(NotInTime):
        until(lambda: _distrusted(place) >= times, "the clock is seen", within_s=10)


def _distrusted(place: Installation) -> int:
    return sum(
        '"clock_state"' in one and '"trusted"' not in one for one in place.logged().splitlines()
    )


def _plan_session(uow: UnitOfWork, people: int, after: timedelta) -> None:
    for person in people_of(uow)[:people]:
        appoint(uow, person, uow.now + after)
