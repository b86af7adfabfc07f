"""Row 4: updates come out of order, and their ids begin anew, lower."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import NullPool, create_engine, text, update

from benchmarks.faults.inbound import MENU, ask_who_comes, buttons_of, text_update
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import POSTGRESQL, Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting
from bot.services.inbox import IDS_LAST
from bot.services.offices import DEFAULT_OFFICE
from bot.storage.advisory_locks import OF_THIS_DATABASE, lock_class
from bot.storage.engine import parse_url
from bot.storage.tables.messages import inbox
from tests.program_process import TOKEN

LOW_ID = 1_000
CHANCE_ID = 600_000_000
HIGH_ID, HIGHER_ID = 900_000_000, 950_000_000
# Ids that begin anew anywhere may begin right below those that were confirmed last.
A_LITTLE_LOWER = 8
BY_CHANCE = 3


def out_of_order(lab: Lab, database: str) -> Outcome:
    """Row 4: batches come shuffled, and ids begin anew far below; the last to arrive wins."""
    outcome, people = Outcome(), 6
    words: list[str] = []
    with lab.installation(database, Setting(people)) as place:
        place.do(ask_who_comes)
        with place.running():
            place.wait_quiet()
            buttons = buttons_of(place)
            _by_chance(place, words, 0)
            place.emulator.delivery_fault("out_of_order", times="every")
            shuffled = [
                text_update(place.chats[n % people], f"shuffled {n}", update_id=700_000_000 + n)
                for n in range(30)
            ]
            place.emulator.inject_updates(TOKEN, *shuffled)
            place.wait_quiet()
            place.emulator.delete("faults")
            place.emulator.set_next_update_id(TOKEN, 800_000_000)
            for chat_id, message_id, data in buttons:
                place.emulator.tap_data(chat_id, message_id, data["coming"])
            # After a quiet week, in which all was fetched, ids may begin anew anywhere.
            place.wait_quiet()
            outcome.must(place.count("session_answer") == people, "a first answer is missing")
            place.emulator.set_next_update_id(TOKEN, LOW_ID)
            for chat_id, message_id, data in buttons:
                place.emulator.tap_data(chat_id, message_id, data["cannot"])
            for number in range(people):
                place.write(number, f"anew {number}")
            place.wait_quiet()
            _by_chance(place, words, 1)
            _as_if_old(place)
            _by_chance(place, words, 1, "again")
            _poll_once(place, words, HIGH_ID)
        _anew_after_a_rest(place, words)
        kept = place.texts_kept()
        menus = sum(count for shown, count in place.arrived().items() if MENU in shown)
        answers = Counter(row[0] for row in place.rows("SELECT answer FROM session_answer"))
    wrong = people - answers["cannot"]
    missing = sum(kept[f"shuffled {n}"] != 1 for n in range(30))
    missing += sum(kept[f"anew {n}"] != 1 for n in range(people))
    missing += sum(kept[one] != 1 for one in words)
    outcome.must(wrong == 0, f"{wrong} wrong states: {dict(answers)}")
    outcome.must(missing == 0, f"{missing} texts missing or twice")
    outcome.must(menus == 3 * BY_CHANCE, f"{menus} of {3 * BY_CHANCE} menus came")
    outcome.figure = (
        f"wrong states: {wrong} of {people}; texts missing: {missing} of {30 + people + len(words)}"
    )
    return outcome


def _by_chance(place: Installation, words: list[str], turn: int, when: str = "") -> None:
    """Ids may begin anew anywhere: each belonged to somebody else's update the turn before, or long
    ago to one of the same chat."""
    place.emulator.set_next_update_id(TOKEN, CHANCE_ID)
    for number in range(BY_CHANCE):
        who = (number + turn) % len(place.chats)
        words.append(f"by chance {turn}.{number}{when}")
        place.write(who, words[-1])
        place.write(who, "/meny")
    place.wait_quiet()


def _as_if_old(place: Installation) -> None:
    """Whatever came by now came longer ago than Telegram repeats it."""
    engine = create_engine(parse_url(place.url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(update(inbox).values(received_at=place.program_now() - 2 * IDS_LAST))
    engine.dispose()


def _anew_after_a_rest(place: Installation, words: list[str]) -> None:
    """Ids begin anew while nobody polls: an offset from before would confirm what nobody has read."""
    _begin_lower(place, words, HIGH_ID, "while it is away")
    with place.running():
        until(lambda: place.texts_kept()[words[-1]], "what came while it was away is stored")
        if place.database == POSTGRESQL:
            # The same process polls again: it lost the duty for a moment.
            _poll_once(place, words, HIGHER_ID)
            with _nobody_polls(place):
                _begin_lower(place, words, HIGHER_ID, "while nobody polls")
            until(lambda: place.texts_kept()[words[-1]], "what came meanwhile is stored")
        place.wait_quiet()


def _poll_once(place: Installation, words: list[str], update_id: int) -> None:
    """A text under a high id, which is confirmed by the poll that follows."""
    place.emulator.set_next_update_id(TOKEN, update_id)
    words.append(f"before ids begin anew {len(words)}")
    place.write(0, words[-1])
    until(lambda: place.texts_kept()[words[-1]], "the last one before it is stored")
    until(lambda: place.emulator.get("bots")[0]["pending_updates"] == 0, "it is confirmed")


def _begin_lower(place: Installation, words: list[str], below: int, when: str) -> None:
    place.emulator.set_next_update_id(TOKEN, below - A_LITTLE_LOWER)
    for number in range(A_LITTLE_LOWER // 2):
        words.append(f"{when} {number}")
        place.write(number, words[-1])


@contextlib.contextmanager
def _nobody_polls(place: Installation) -> Iterator[None]:
    """The program loses its line to the lock that says who polls, and we hold the lock meanwhile."""
    polls = {"group": lock_class("poll"), "office": DEFAULT_OFFICE}
    holder = f"SELECT pid FROM pg_locks WHERE {OF_THIS_DATABASE} AND classid = :group"
    engine = create_engine(parse_url(place.url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as ours:
        given_up = '"duty": "poll:1", "event": "duty_given_up"'
        before = place.logged().count(given_up)
        ended = text(f"SELECT pg_terminate_backend(({holder} AND objid = :office))")
        assert ours.execute(ended, polls).scalar_one(), "nobody polls"
        ours.execute(text("SELECT pg_advisory_lock(:group, :office)"), polls)
        until(lambda: place.logged().count(given_up) > before, "the program polls no more")
        yield
    engine.dispose()
