"""Row 13: two offices with a bot each; what one of them suffers does not delay the other."""

from __future__ import annotations

import time

from benchmarks.faults.inbound import MENU, text_update
from benchmarks.faults.installation import Installation
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from bot.domain.office_hours import OfficeHours
from bot.services.offices import DEFAULT_OFFICE, add_office
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.speaking import say_to_chat

OTHER_TOKEN = "654321:sample-token-of-another-office-only-2"
FIRST_CHAT, CHATS = 80_001, 40
PEOPLE = 6
WAIT_S = 60  # what Telegram tells the other bot
SLOWEST_S = 5.0


class NeighbourOffice:
    """A second office on the same database; it opens before the programs start."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        self._office_id = place.do(open_office)
        self._chats = [FIRST_CHAT + number for number in range(CHATS)]
        place.emulator.add_bot(OTHER_TOKEN, username="other_bot", name="Another office")
        for number, chat in enumerate(self._chats):
            place.emulator.add_phone(f"Stranger {number}", user_id=chat, bot=OTHER_TOKEN)
            place.emulator.history(chat, [])

    def floods(self, outcome: Outcome, *, many: int, rounds: int) -> str:
        """Many updates and messages of its bot, then a 429 to it; what ours wait for a reply."""
        place, chats = self._place, self._chats
        usual = _slowest_reply(place, rounds)
        place.do(_queue_many, self._office_id, chats, many)
        updates = [text_update(chats[n % CHATS], f"flood {n}") for n in range(many)]
        place.emulator.inject_updates(OTHER_TOKEN, *updates)
        flooded = _slowest_reply(place, rounds)
        place.emulator.fault("sendMessage", "429", chat_id=chats[0], retry_after=WAIT_S)
        place.do(_queue_many, self._office_id, chats[:1], 3)
        is_told = f"flood_until:{self._office_id}"
        until(
            lambda: place.count("program_state WHERE name = :name", name=is_told),
            "the other bot is told to be silent",
        )
        silent = _slowest_reply(place, rounds)
        outcome.must_in_time(
            flooded < SLOWEST_S, f"a reply waited {flooded:.1f} s for another's flood"
        )
        outcome.must_in_time(silent < SLOWEST_S, f"a reply waited {silent:.1f} s for another's 429")
        return (
            f"another office's {many} updates and {many} messages, then its 429: slowest reply "
            f"{usual:.2f} s before, {flooded:.2f} s and {silent:.2f} s meanwhile"
        )


def open_office(uow: UnitOfWork) -> int:
    """With a bot of its own; its number."""
    default = uow.offices.get(DEFAULT_OFFICE)
    assert default.content_version_id is not None
    content = uow.content_versions.get(default.content_version_id)
    office = add_office(uow, "Another office", hours=OfficeHours(), telegram_token=OTHER_TOKEN)
    publish_content(
        uow,
        office.id,
        digest=content.digest,
        files={k: str(v) for k, v in content.files.items()},
        by="sample",
    )
    return office.id


def _queue_many(uow: UnitOfWork, office_id: int, chats: list[int], many: int) -> None:
    uow.cause = f"sample:{time.monotonic_ns()}"
    for number in range(many):
        say_to_chat(uow, office_id, chats[number % len(chats)], f"queued {number}")


def _slowest_reply(place: Installation, rounds: int) -> float:
    """Seconds from a question to its answer, at worst; one person asks after the other."""
    slowest = 0.0
    for turn in range(rounds):
        chat = place.chats[turn % PEOPLE]
        before = _menus(place, chat)
        begun = time.monotonic()
        place.emulator.text(chat, "/meny")
        until(lambda: len(_menus(place, chat)) > len(before), "a menu")  # noqa: B023 (at once)
        slowest = max(slowest, _menus(place, chat)[-1] - begun)
        time.sleep(0.2)  # the pace of a chat is not what is measured here
    return slowest


def _menus(place: Installation, chat: int) -> list[float]:
    return [
        call["monotonic"]
        for call in place.send_calls()
        if str(call["params"].get("chat_id")) == str(chat)
        and MENU in str(call["params"].get("text"))
    ]
