"""Row 19: Telegram cannot be reached for minutes while the program runs; taps of that time are lost."""

from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import POSTGRESQL, Outcome
from benchmarks.faults.program import until
from benchmarks.faults.shut_door import Door
from benchmarks.faults.signs import HURRIED, beats_again, must_be_still
from benchmarks.faults.stage import Setting, check_in_on, people_of
from bot.services.ports import UnitOfWork

TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
GAP = timedelta(minutes=10)
PEOPLE, ASKED, NOT_ASKED = 4, 3, 3
Silence = Callable[[], contextlib.AbstractContextManager[None]]
CHECK_IN = "Hvordan har uka vært?"


def asked_after_silence(lab: Lab, database: str, outcome: Outcome) -> str:
    """Whoever tapped in vain is asked once more, and nobody's silence was counted meanwhile."""
    setting = Setting(PEOPLE, at=TUESDAY, ordinary_hours=True)
    with (
        lab.installation(database, setting, shifts_clock=True) as place,
        contextlib.closing(Door(place.emulator.api_url)) as door,
        _at_work(place, door, outcome) as silence,
    ):
        place.do(_ask)
        until(lambda: _asked(place) == ASKED, "the questions arrive")
        _is_heard(place, "before it")
        waits = _clocks_of_silence(place)
        before = len(place.emulator.sent())
        with silence():
            for number in range(ASKED):
                place.emulator.tap(place.chats[number], "Fin")
            place.shift_clock_by(GAP)
            place.emulator.wind(advance_seconds=GAP.total_seconds())
        _is_heard(place, "after it")  # the next answer to a poll might take half a minute
        until(lambda: _asked(place, since=before) == ASKED, "they are asked once more")
        place.wait_quiet()
        heard = Counter(sent["chat_id"] for sent in place.emulator.sent()[before:])
        del heard[place.chats[NOT_ASKED]]
        waited = _clocks_of_silence(place)
        for number in range(ASKED):
            place.emulator.tap(place.chats[number], "Fin")
        answered = "expectation WHERE state = 'met'"
        until(lambda: place.count(answered) == ASKED, "the answers count")
        distrusted = '"clock_state"' in place.logged()
    outcome.must(not distrusted, "time that passed was taken for a wrong clock")
    asked_once = dict.fromkeys(place.chats[:ASKED], 1)
    outcome.must(heard == asked_once, f"after minutes without Telegram: {dict(heard)}")
    ran = sum(waited[number] < moment + GAP for number, moment in waits.items())
    outcome.must(waits and ran == 0, f"{ran} clocks of silence ran on")
    return f"without Telegram for {GAP / timedelta(minutes=1):.0f} min: asked once more"


@contextlib.contextmanager
def _at_work(place: Installation, door: Door, outcome: Outcome) -> Iterator[Silence]:
    """Gives what lets Telegram be heard no more: nothing can connect to it, or nobody asks it.

    The latter on PostgreSQL: whoever polls is gone, and another does everything else meanwhile.
    """
    settings: dict[str, Any] = {"TETTPA_TELEGRAM_API_URL": door.url, "FAULTS_TIME_PASSES": "1"}
    if place.database != POSTGRESQL:
        with place.running(**settings):
            yield door.shut
        return
    asks = functools.partial(place.start, role="ingest", at_its_own_port=True, **settings)
    polling = asks()

    @contextlib.contextmanager
    def nobody_asks() -> Iterator[None]:
        polling.kill()
        must_be_still(works, "nobody asks Telegram", outcome)
        yield
        asks()

    with place.running(role="worker", **settings, **HURRIED) as works:
        yield nobody_asks
        beats_again(works)


def _ask(uow: UnitOfWork) -> None:
    for person in people_of(uow)[:ASKED]:
        check_in_on(uow, person, uow.now)


def _is_heard(place: Installation, when: str) -> None:
    place.write(NOT_ASKED, f"somebody else writes {when}")
    until(lambda: place.texts_kept()[f"somebody else writes {when}"], f"a text {when} is kept")
    place.wait_quiet()


def _asked(place: Installation, *, since: int = 0) -> int:
    return sum(CHECK_IN in sent["text"] for sent in place.emulator.sent()[since:])


def _clocks_of_silence(place: Installation) -> dict[int, datetime]:
    """When each that waits would do something next."""
    return place.do(
        lambda uow: {one.id: one.next_at for one in uow.expectations.all_open() if one.next_at}
    )
