"""Rows 3, 5, 6, 27: what comes in comes twice, in bad shape, or breaks its handler."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks.faults.called_by_telegram import called_once_more, refuses_strangers
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.launch import CANCELS, FALTERS, HANGS, INSIDE, RAISES
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting, appoint, people_of
from bot.services.ports import UnitOfWork
from tests.program_process import TOKEN

COPIES = 3
OTHERS = ("edit", "voice")
MENU = "Her er menyen"
MOST_TRIES = 10
RECOVERS_WITHIN_S = 40.0


def text_update(chat_id: int, words: str, **more: Any) -> dict[str, Any]:
    """A raw update as Telegram words it."""
    who = {"id": chat_id, "is_bot": False, "first_name": "Phone", "language_code": "nb"}
    message = {
        "message_id": 900_000 + abs(hash(words)) % 90_000,
        "date": int(time.time()),
        "chat": {"id": chat_id, "type": "private", "first_name": "Phone"},
        "from": who,
        "text": words,
    }
    return {"message": message, **more}


def three_times(lab: Lab, database: str) -> Outcome:
    """Row 3: three copies at once, the same again after a restart, and again by webhook."""
    outcome, many = Outcome(), lab.pick(10, 60, 300)
    with lab.installation(database) as place:
        updates = [
            text_update(place.chats[n % 6], f"thrice {n}", update_id=500_000_000 + n)
            for n in range(many)
        ]
        place.emulator.delivery_fault("duplicate", times="every", copies=COPIES)
        with place.running():
            place.emulator.inject_updates(TOKEN, *updates)
            place.wait_quiet()
            _in_other_ways(place)
            place.wait_quiet()
        place.emulator.delete("faults")
        # Told to end in the middle of a poll, Telegram never heard the offset: all come once more.
        place.emulator.inject_updates(TOKEN, *updates)
        place.write(0, "the last")
        with place.running():
            place.wait_quiet()
        with place.running(**place.by_webhook()):
            called_once_more(place, updates)
            stranger = text_update(place.chats[0], "by a stranger", update_id=600_000_000)
            refuses_strangers(place, outcome, stranger)
        kept = place.texts_kept()
        kinds = {kind: place.count("free_text WHERE kind = :kind", kind=kind) for kind in OTHERS}
        blocked = place.count("telegram_account WHERE status = 'blocked' AND status_changes = 1")
        told = place.count("signal")
    outcome.must(kinds == dict.fromkeys(OTHERS, 1), f"kept of other kinds: {kinds}")
    outcome.must((blocked, told) == (1, 1), f"{blocked} blocked us once, {told} signals of it")
    effects = Counter(kept[f"thrice {n}"] for n in range(many))
    outcome.must(effects == {1: many}, f"effects per update: {dict(effects)}")
    outcome.figure = f"{many} updates, {COPIES + 2} copies each: effects per update {dict(effects)}"
    return outcome


def _in_other_ways(place: Installation) -> None:
    """One of them edits a text and speaks, another blocks the bot."""
    written = place.write(0, "to be edited")["message_id"]
    place.emulator.edit(place.chats[0], written, "edited")
    place.emulator.send_file(place.chats[0], "voice")
    place.emulator.block(place.chats[1])


def poison(lab: Lab, database: str) -> Outcome:
    """Row 5: updates of any shape, and one whose handler raises, between everybody else's."""
    outcome, people = Outcome(), 6
    pause = lab.pick("0.2", "30")
    with lab.installation(
        database, Setting(people), FAULTS_HANDLERS="1", FAULTS_RETRY_PAUSE=pause
    ) as place:
        bad: list[Any] = [
            {"message": "not an object"},
            {"message": {"message_id": 1}},
            {"message": {"message_id": 2, "date": "yesterday", "chat": {"id": place.chats[0]}}},
            {"callback_query": {"id": "1", "from": None, "data": 7}},
            {"edited_message": []},
            {"my_chat_member": {"chat": {"id": -1, "type": "group"}}},
            {"a_kind_of_next_year": {"chat": {"id": place.chats[1]}}},
            {"message": {"chat": {"id": "seven"}, "text": "\x00"}},
            17,
        ]
        with place.running():
            place.emulator.inject_updates(TOKEN, *bad)
            place.write(0, RAISES)
            place.write(0, FALTERS)
            delay = _slowest_menu(place, range(1, people))
            # Beside each other, so that they share a transaction with those that are well.
            halves = [text_update(chat, f"{INSIDE} {chat}") for chat in place.chats[1:4]]
            wholes = [text_update(chat, f"beside them {chat}") for chat in place.chats[4:]]
            place.emulator.inject_updates(TOKEN, *halves, *wholes)
            place.wait_quiet(within_s=60)  # five tries each, beside each other
            place.emulator.fault("getUpdates", "bad_json")
            place.write(0, "after the poison")
            until(lambda: place.texts_kept()["after the poison"] == 1, "their own chat goes on")
            until(lambda: arrived_mail(place, "could not be handled"), "staff are told")
            place.write(0, "after half an answer")
            until(lambda: place.texts_kept()["after half an answer"] == 1, "polling goes on")
        aside = place.count("inbox WHERE state = 'set_aside'")
        kept = place.texts_kept()
        half_done = sum(INSIDE in words for words in kept)
        whole = sum(count for words, count in kept.items() if words.startswith("beside them"))
        failed = place.count("inbox WHERE state = 'processed' AND attempts > 0") - kept[FALTERS]
        (tries,) = place.rows("SELECT max(attempts) FROM inbox")[0]
    outcome.must(aside >= people, f"only {aside} were set aside")
    outcome.must(whole == len(wholes), f"{whole} of {len(wholes)} beside them were kept")
    outcome.must(kept[FALTERS] == 1, f"what fails at first is kept {kept[FALTERS]} times")
    outcome.must(tries <= MOST_TRIES, f"what always fails was tried {tries} times")
    outcome.must(failed == 0, f"{failed} that were well failed with the others")
    outcome.must(half_done == 0, f"{half_done} that failed were kept all the same")
    outcome.must_in_time(delay < 3.0, "others waited")
    outcome.figure = f"the others' slowest reply {delay:.2f} s; {aside} set aside, staff told"
    return outcome


def handler_hangs(lab: Lab, database: str) -> Outcome:
    """Row 6: handlers that hang or raise CancelledError; their limit is a thirtieth: 1 s."""
    outcome, people, bent = Outcome(), 10, range(6)
    with (
        lab.installation(
            database,
            Setting(people),
            FAULTS_HANDLERS="1",
            FAULTS_HANDLER_LIMIT="30",
            FAULTS_RETRY_PAUSE=lab.pick("0.2", "30"),
        ) as place,
        place.running(),
    ):
        for number in bent:
            place.write(number, HANGS if number else CANCELS)
        delay = _slowest_menu(place, range(len(bent), people))
        begun = time.monotonic()
        for number in bent:
            place.write(number, f"after it {number}")
        until(
            lambda: place.count("inbox WHERE state = 'set_aside'") == len(bent),
            "all of them are set aside",
            within_s=60,
        )
        until(lambda: place.count("free_text") == len(bent), "their own chats go on")
        recovery = time.monotonic() - begun
    outcome.must_in_time(delay < 3.0, f"others waited {delay:.1f} s")
    outcome.must_in_time(recovery < RECOVERS_WITHIN_S, f"their own chats waited {recovery:.0f} s")
    outcome.figure = (
        f"the others' slowest reply {delay:.2f} s; own chats go on after {recovery:.0f} s"
    )
    return outcome


def double_tap(lab: Lab, database: str) -> Outcome:
    """Row 27: two taps at once, three times over, and a tap on a question of a month ago."""
    outcome, people = Outcome(), lab.pick(3, 6, 20)
    with lab.installation(database, Setting(people)) as place, place.running():
        for number in range(people):
            place.write(number, "Mitt kurs")
        place.wait_quiet()
        begun = datetime.now(UTC)
        offers = buttons_of(place)
        for (chat_id, message_id, _), (_, _, data) in pairwise(offers):
            somebody_elses = next(iter(data.values()))
            place.emulator.tap_data(chat_id, message_id, somebody_elses, forged=True)
        place.wait_quiet()
        wrong = place.count("question WHERE kind = 'course_offer' AND state = 'answered'")
        outcome.must(wrong == 0, f"{wrong} questions answered by somebody else")
        for turn in range(3):
            for chat_id, message_id, data in offers:
                first = next(iter(data.values()))
                place.emulator.tap_data(chat_id, message_id, first, forged=True)
                place.emulator.tap_data(chat_id, message_id, first, forged=True)
            if turn == 0:
                place.wait_quiet()
                said = place.count("outbox")
        place.wait_quiet()
        runs = place.count("run")
        answered = place.count("question WHERE kind = 'course_offer' AND state = 'answered'")
        before = place.count("outbox")
        outcome.must(before == said, f"taps after the first two said {before - said} things more")
        twice = [words for words, count in place.arrived().items() if count > people]
        outcome.must(not twice, f"said twice: {[words[:40] for words in twice]}")
        for chat_id, message_id, _ in buttons_of(place):
            place.emulator.tap_data(chat_id, message_id, "v1:999999:yes", forged=True)
        place.wait_quiet()
        kindly = place.count("outbox") - before
        outcome.must(kindly >= people, f"{kindly} of {people} old taps are answered kindly")
        runs_after = place.count("run")
        _change_their_minds(place, outcome)
        took = (datetime.now(UTC) - begun) / timedelta(seconds=1)
    outcome.must(answered == people, f"{answered} answers of {people} people")
    outcome.must(runs == runs_after == people, f"{runs_after} runs begun by {people} people")
    outcome.figure = (
        f"6 taps each, {answered / people:.0f} answer each; old and forged taps: 0 ({took:.0f} s)"
    )
    return outcome


def _change_their_minds(place: Installation, outcome: Outcome) -> None:
    """They tap a pause of a week, twice, and then one of a month: the first that is a button stands."""
    for number in range(len(place.chats)):
        place.write(number, "/pause")
    place.wait_quiet()
    offers = [one for one in buttons_of(place) if "pause_week" in one[2]]
    for chat_id, message_id, data in offers:
        forged = data["pause_week"].replace("pause_week", "for_ever")
        for option in ("pause_week", "pause_week", "pause_month"):
            place.emulator.tap_data(chat_id, message_id, forged, forged=True)
            place.emulator.tap_data(chat_id, message_id, data[option], forged=True)
    place.wait_quiet()
    paused = place.do(lambda uow: [one.paused_until for one in people_of(uow)])
    latest = datetime.now(UTC) + timedelta(days=8)
    wrong = sum(until_then is None or until_then > latest for until_then in paused)
    outcome.must(wrong == 0, f"{wrong} of {len(paused)} first answers did not stand")


def ask_who_comes(uow: UnitOfWork, how_many: int | None = None) -> None:
    """Of the first so many people, or of everybody."""
    for person in people_of(uow)[:how_many]:
        appoint(uow, person, uow.now + timedelta(days=2), announce=True)


def buttons_of(place: Installation, *chats: int) -> list[tuple[int, int, dict[str, str]]]:
    """Per message with buttons, of these chats or of all: chat, message, what each option sends."""
    found = []
    for sent in place.emulator.sent():
        if chats and sent["chat_id"] not in chats:
            continue
        rows = (sent["reply_markup"] or {}).get("inline_keyboard", [])
        data = [button["callback_data"] for row in rows for button in row]
        if data:
            options = {one.rsplit(":", 1)[-1]: one for one in data}
            found.append((sent["chat_id"], sent["message_id"], options))
    return found


def _slowest_menu(place: Installation, numbers: range) -> float:
    """Seconds until the last of these people has the menu they ask for."""
    chats = {place.chats[number] for number in numbers}
    begun = time.monotonic()
    for number in numbers:
        place.write(number, "/meny")
    until(
        lambda: chats <= {s["chat_id"] for s in place.emulator.sent() if MENU in s["text"]},
        "everybody else is answered",
    )
    return time.monotonic() - begun
