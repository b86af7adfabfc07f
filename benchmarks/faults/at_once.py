"""Row 12: another process changes what the program is about to change; neither change undoes the other."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import NullPool, create_engine, text

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import POSTGRESQL, Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.stage import CASEWORKER, Setting, appoint, check_in_on, people_of
from bot.services.cases import raise_signal
from bot.services.logins import new_login_link
from bot.services.ports import UnitOfWork
from bot.storage.engine import parse_url

WRITERS, ASKED, PEOPLE = 3, 3, 6
CHECK_IN = "Hvordan har uka vært?"
PLACES = ("Rom 7", "Rom 8")
FORM_TOKEN = 'name="form_token" value="'
DUE_IN = timedelta(seconds=4)


def changed_at_once(lab: Lab, database: str, outcome: Outcome) -> str:
    """Whoever is in the program's way has changed the row and not yet committed."""
    turns = lab.pick(1, 3)
    with lab.installation(database, Setting(PEOPLE)) as place, place.running():
        colleague = Colleague(place)
        with contextlib.closing(colleague.http):
            for turn in range(turns):
                _both_move_it(place, colleague, outcome, turn)
        _leave_while_they_write(place, outcome)
        _are_asked_no_more(place, outcome)
        _open_the_same_case(place, outcome)
        place.wait_quiet()
        tried_again = place.count("inbox WHERE attempts > 0")
        errors = errors_in(place)
    outcome.must(tried_again == 0, f"{tried_again} updates failed because somebody was in the way")
    outcome.must(not errors, f"errors because somebody was in the way: {sorted(set(errors))}")
    return f"{turns + 3} times two changed the same: nothing undone, nobody refused"


def errors_in(place: Installation) -> list[str]:
    """Names of what the programs have logged as errors."""
    found = []
    for line in place.logged().splitlines():
        if '"level": "error"' in line:
            entry = json.loads(line)
            found.append(str(entry.get("event")))
    return found


class Colleague:
    """Somebody on staff, signed in to the console."""

    def __init__(self, place: Installation) -> None:
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{place.environment['TETTPA_PORT']}",
            timeout=30,
            trust_env=False,
        )
        self.http.post(f"/login/{place.do(_login_link)}")
        page = self.http.get("/participants").text
        _, found, rest = page.partition(FORM_TOKEN)
        assert found, "nobody is signed in"
        self._form_token = rest.partition('"')[0]

    def post(self, path: str, **fields: Any) -> int:
        """The status of the answer; a redirect is what was done."""
        answer = self.http.post(path, data={"form_token": self._form_token, **fields})
        return answer.status_code


def _login_link(uow: UnitOfWork) -> str:
    staff = uow.staff.by_email(CASEWORKER)
    assert staff is not None
    return new_login_link(uow, staff)


@contextlib.contextmanager
def held_by_another(
    place: Installation, change: str, *, rows: int = 1, waiting: int = 1, **values: Any
) -> Iterator[None]:
    """A change of so many rows, committed once so many wait for it; on SQLite after a moment."""
    engine = create_engine(parse_url(place.url), poolclass=NullPool)
    with engine.begin() as connection:
        changed = connection.execute(text(change), values).rowcount
        if changed != rows:
            raise NotInTime(f"{changed} of {rows} rows were still there to be changed")
        yield
        _until_in_the_way(place, waiting)
    engine.dispose()


def _until_in_the_way(place: Installation, waiting: int = 1) -> None:
    if place.database == POSTGRESQL:
        until(lambda: _waiting(place) >= waiting, "somebody is in the way", within_s=10)
    else:
        time.sleep(0.3)


def _waiting(place: Installation) -> int:
    here = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return place.count(here)


def _both_move_it(place: Installation, colleague: Colleague, outcome: Outcome, turn: int) -> None:
    """Two moves of an appointment from what it was: the second finds that it was moved."""
    session_id = place.do(_appoint, turn)
    day = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    form = {"day_date": day, "day_time": "10:00", "day_end": "11:00", "changes": 0}
    change = "UPDATE programme_session SET theme = theme WHERE id = :id"
    with ThreadPoolExecutor(len(PLACES)) as pool:
        with held_by_another(place, change, waiting=len(PLACES), id=session_id):
            moves = [
                pool.submit(colleague.post, f"/sessions/{session_id}/move", place=room, **form)
                for room in PLACES
            ]
        answers = sorted(move.result() for move in moves)
    outcome.must(answers == [303, 409], f"two who moved the same appointment got {answers}")


def _appoint(uow: UnitOfWork, turn: int) -> int:
    return appoint(uow, people_of(uow)[turn % PEOPLE], uow.now + timedelta(days=5))


def _leave_while_they_write(place: Installation, outcome: Outcome) -> None:
    """What comes from somebody who has left by then is nothing to be kept."""
    numbers = place.do(lambda uow: [person.id for person in people_of(uow)[:WRITERS]])
    last = numbers[-1]
    change = f"UPDATE participant SET status = 'left' WHERE id BETWEEN {numbers[0]} AND :last"
    before = place.count("inbox")
    with held_by_another(place, change, rows=WRITERS, last=last):
        for number in range(WRITERS):
            place.write(number, f"they have left {number}")
        if place.database == POSTGRESQL:  # on SQLite nothing can be stored meanwhile
            until(lambda: place.count("inbox") >= before + WRITERS, "all are stored", within_s=10)
    handled = "inbox WHERE state <> 'pending'"
    until(lambda: place.count(handled) >= before + WRITERS, "all are handled")
    kept = sum(count for words, count in place.texts_kept().items() if "have left" in words)
    outcome.must(kept == 0, f"{kept} texts of people who had left by then were kept")


def _are_asked_no_more(place: Installation, outcome: Outcome) -> None:
    """What was taken back just as it fell due is not asked."""
    (before,) = place.rows("SELECT max(id) FROM occurrence")[0]
    place.do(_plan)
    change = (
        "UPDATE occurrence SET state = 'skipped'"
        " WHERE rule = 'check_in' AND state = 'pending' AND id > :before"
    )
    with held_by_another(place, change, rows=ASKED, before=before):
        pass  # it falls due meanwhile
    place.wait_quiet()
    asked = sum(CHECK_IN in words for words in place.arrived())
    outcome.must(asked == 0, f"{asked} questions that were taken back are asked all the same")


def _plan(uow: UnitOfWork) -> None:
    for person in people_of(uow)[-ASKED:]:
        check_in_on(uow, person, uow.now + DUE_IN)


def _open_the_same_case(place: Installation, outcome: Outcome) -> None:
    """Somebody calls for help while another process has just opened their case."""

    def open_it(uow: UnitOfWork) -> None:
        person = people_of(uow)[PEOPLE - 1]
        raise_signal(uow, person, reason="help", source="rehearsed:help")
        uow.signals.by_source("rehearsed:help")  # all of it is written before it is looked for
        if not asked.is_set():  # it may have to run once more
            asked.set()
            place.write(PEOPLE - 1, "hjelp")
            _until_in_the_way(place)

    asked = threading.Event()
    before = place.count("inbox WHERE state <> 'pending'")
    place.do(open_it)
    until(lambda: place.count("inbox WHERE state <> 'pending'") > before, "the call is handled")
    cases = place.count("escalation WHERE reason = 'help'")
    signals = place.count("signal WHERE reason = 'help'")
    outcome.must((cases, signals) == (1, 2), f"{signals} signals of help in {cases} cases")
