"""Row 11: an office's staff group becomes a supergroup, with a new id, while cases are told."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting, people_of
from bot.services.cases import raise_signal
from bot.services.group_results import GROUP_PACE
from bot.services.offices import DEFAULT_OFFICE
from bot.services.ports import UnitOfWork
from bot.services.staff_groups import allow_group
from tests.program_process import TOKEN

# The update that tells of the new id must not come before the send that meets the old one.
OUTAGE_S = 600
FLOOD_S = 2
LONGEST_DELAY_S = 10.0


def migrates(lab: Lab, database: str) -> Outcome:
    """Row 11: told by the update, by the refused send, or by both after a start; a leave told first."""
    outcome, turns = Outcome(), lab.pick(1, 3, 10)
    delays: dict[str, list[float]] = {"queued": [], "claimed": [], "while down": []}
    with lab.installation(database, Setting(people=4 * turns + 1)) as place:
        people = iter(range(1, 4 * turns + 1))
        for _ in range(turns):
            with place.running():
                delays["queued"].append(_while_queued(place, next(people), outcome))
                delays["claimed"].append(_while_claimed(place, next(people), outcome))
                _after_a_leave(place, next(people), outcome)
                group = _linked_group(place)
            delays["while down"].append(_while_down(place, group, next(people), outcome))
        failed = place.count("outbox WHERE rule = 'group_notice' AND state <> 'sent'")
    outcome.must(failed == 0, f"{failed} lines did not go")
    slowest = max(max(found) for found in delays.values())
    outcome.must_in_time(slowest < LONGEST_DELAY_S, f"a line came {slowest:.1f} s late")
    words = ", ".join(f"{when} {max(found):.2f} s" for when, found in delays.items())
    outcome.figure = (
        f"{4 * turns} migrations, each line once, to the new id; longest delay: {words}"
    )
    return outcome


def _while_queued(place: Installation, person: int, outcome: Outcome) -> float:
    """The bot must be silent for a while (429), and the update comes in it."""
    group = _linked_group(place)
    place.emulator.fault("sendMessage", "429", chat_id=group, retry_after=FLOOD_S)
    case_id = place.do(ask_for_help, person)
    until(lambda: place.count("outbox WHERE reason = 'flood_limit'"), "a line is held up")
    upgraded = place.emulator.migrate(group)
    window_over = time.monotonic() + FLOOD_S
    arrived = _arrival(place, case_id)
    _look(place, outcome, case_id, upgraded)
    return max(0.0, arrived - window_over)


def _while_claimed(place: Installation, person: int, outcome: Outcome) -> float:
    """The line is on its way to the old id when the group is there no more; no update comes."""
    group = _linked_group(place)
    time.sleep(GROUP_PACE.total_seconds())  # the answer to /link went there just now
    place.emulator.delivery_fault("outage", outage_seconds=OUTAGE_S)
    upgraded = place.emulator.migrate(group)
    begun = time.monotonic()
    case_id = place.do(ask_for_help, person)
    arrived = _arrival(place, case_id)
    place.emulator.delete("faults")
    place.wait_quiet()  # the update is handled too
    _look(place, outcome, case_id, upgraded)
    return arrived - begun


def _after_a_leave(place: Installation, person: int, outcome: Outcome) -> None:
    """That the bot has left the old group comes before the news of the new one."""
    group = _linked_group(place)
    place.emulator.inject_updates(TOKEN, {"my_chat_member": _has_left(group, place.chats[0])})
    ended = "staff_group WHERE chat_id = :chat AND ended_at IS NOT NULL"
    until(lambda: place.count(ended, chat=group), "the group is taken for gone")
    upgraded = place.emulator.migrate(group)
    place.wait_quiet()
    case_id = place.do(ask_for_help, person)
    _arrival(place, case_id)
    place.wait_quiet()
    _look(place, outcome, case_id, upgraded)


def _has_left(group: int, member: int) -> dict[str, Any]:
    """As Telegram words it."""
    bot = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Tett på"}
    return {
        "chat": {"id": group, "type": "group", "title": "Staff"},
        "from": {"id": member, "is_bot": False, "first_name": "Phone"},
        "date": int(time.time()),
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "left"},
    }


def _while_down(place: Installation, group: int, person: int, outcome: Outcome) -> float:
    """It happened while no program ran: send and update race after the start.

    The delay counts from the program's first call: a machine with much to do starts it slowly.
    """
    case_id = place.do(ask_for_help, person)
    upgraded = place.emulator.migrate(group)
    before = place.emulator.requests()[-1]["seq"]
    with place.running(TETTPA_SMTP_URL=""):  # no mail tells of it: the line alone counts
        arrived = _arrival(place, case_id)
        told = "notice WHERE case_id = :case AND reason = 'told_in_group'"
        until(lambda: place.count(told, case=case_id), "the case counts as told")
        begun = float(place.emulator.requests(since=before)[0]["monotonic"])
        place.wait_quiet()
        _look(place, outcome, case_id, upgraded)
    return arrived - begun


def _linked_group(place: Installation) -> int:
    """A new group takes the place of the one before."""
    group = place.emulator.add_group("Staff", [place.chats[0]], bots=[TOKEN])
    code = place.do(lambda uow: allow_group(uow, uow.offices.get(DEFAULT_OFFICE)).code)
    place.emulator.group_text(group, place.chats[0], f"/link {code}")
    until(
        lambda: place.count("staff_group WHERE chat_id = :chat AND ended_at IS NULL", chat=group),
        "the group is linked",
    )
    place.wait_quiet()
    return group


def ask_for_help(uow: UnitOfWork, person: int) -> int:
    asked = people_of(uow)[person]
    case = raise_signal(uow, asked, reason="help", source=f"row 11:{person}", by_participant=True)
    assert case is not None
    return case.id


def _lines(place: Installation, case_id: int) -> list[dict[str, Any]]:
    """What groups were told of the case."""
    return [
        one
        for one in place.emulator.sent()
        if one["chat_id"] < 0 and one["text"].endswith(f"/cases/{case_id}")
    ]


def _arrival(place: Installation, case_id: int) -> float:
    moment: float = until(lambda: _lines(place, case_id), "the line arrives")[0]["monotonic"]
    return moment


def _look(place: Installation, outcome: Outcome, case_id: int, upgraded: int) -> None:
    where = [one["chat_id"] for one in _lines(place, case_id)]
    outcome.must(where == [upgraded], f"case {case_id} was told {len(where)} times: {where}")
