"""Rows 7, 8, 9, 10: what Telegram answers to a message, or does not."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from benchmarks.faults.another_opens import another_opens
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.our_rules import mailer_dies, say_what_they_mean
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.shut_door import Door
from benchmarks.faults.signs import HURRIED, beats_again, figures, must_be_still, must_say
from benchmarks.faults.stage import Setting, people_of
from bot.domain.messages import MessageClass
from bot.services.ports import UnitOfWork

# What was on its way when the 429 came cannot be called back.
ON_ITS_WAY_S = 0.25
KEPT_S = 20
UNKNOWN_SHARE = 0.5  # of as many reminders as questions
MINUTES_OF_TRIES = 12  # pauses grow to a minute


def flood(lab: Lab, database: str) -> Outcome:
    """Row 7: 429 with a wait, reminders queued before, a call for help during it; also for a program
    that is started meanwhile; then a storm."""
    outcome, people, figures = Outcome(), 12, []
    with (
        lab.installation(database, Setting(people), TETTPA_SEND_RATE="30") as place,
        place.running(),
    ):
        # A poll may be refused as well; those that follow get everything.
        place.emulator.fault("getUpdates", "429", retry_after=1)
        time.sleep(1.5)  # whoever begins to send holds back, and then several go at once
        for wait in lab.pick((3,), (3, 60)):
            place.emulator.fault("sendMessage", "429", retry_after=wait)
            # What is on its way beside it hears of a shorter one.
            place.emulator.fault("sendMessage", "429", retry_after=1)
            since = len(place.send_calls())
            texts = [(n, f"reminder of {wait} {n}") for n in range(1, people)]
            place.queue(texts)
            refused = until(lambda: _refusals(place, since), "a 429")[0]  # noqa: B023 (looked at at once)
            place.write(0, "hjelp")
            until(lambda: place.count("outbox WHERE lane = 0"), "the help card is queued")
            place.wait_quiet(within_s=wait + 60)
            after = [c for c in place.send_calls() if c["monotonic"] > refused["monotonic"]]
            gaps = [c["monotonic"] - refused["monotonic"] for c in after]
            early = [g for g in gaps if ON_ITS_WAY_S < g < wait]
            first = next((c for c, g in zip(after, gaps, strict=True) if g >= wait), None)
            outcome.must_in_time(not early, f"{len(early)} early sends within {wait} s")
            is_help = first and int(first["params"]["chat_id"]) == place.chats[0]
            outcome.must(is_help, "the help card was not first after the window")
            late = min((g for g in gaps if g >= wait), default=wait) - wait
            arrived = place.arrived()
            outcome.must(all(arrived[words] == 1 for _, words in texts), "reminders lost or twice")
            figures.append(f"{wait} s: {len(early)} early, first {late:.2f} s after it")
        place.wait_quiet()
        figures.append(_started_meanwhile(place, outcome))
        figures.append(_storm(place, outcome))
    outcome.figure = "; ".join(figures)
    return outcome


def _started_meanwhile(place: Installation, outcome: Outcome) -> str:
    """The program dies in the silence; the one that follows keeps it."""
    place.emulator.fault("sendMessage", "429", retry_after=KEPT_S)
    since = len(place.send_calls())
    place.queue([(n, f"reminder of a dead program {n}") for n in range(1, 4)])
    refused = until(lambda: _refusals(place, since), "a 429")[0]
    told = "program_state WHERE name = 'flood_until:1'"
    until(lambda: place.count(told), "the 429 is on record")
    place.queue([(n, f"queued in the silence {n}") for n in range(4, 8)])
    place.end_all_programs()
    place.start()
    ready = time.monotonic() - refused["monotonic"]
    place.wait_quiet(within_s=KEPT_S + 30)
    gaps = [c["monotonic"] - refused["monotonic"] for c in place.send_calls()[since:]]
    early = [g for g in gaps if ON_ITS_WAY_S < g < KEPT_S]
    outcome.must_in_time(not early, f"{len(early)} early sends of the next program")
    return f"started anew {ready:.0f} s into {KEPT_S} s: {len(early)} early"


def _refusals(place: Installation, since: int) -> list[dict[str, Any]]:
    return [c for c in place.send_calls()[since:] if c["status"] == 429]


def _storm(place: Installation, outcome: Outcome) -> str:
    """Telegram allows 10 a second and we send 30, with more waiting than a look takes in: nothing is
    lost or comes twice."""
    since = place.emulator.requests()[-1]["seq"]
    place.emulator.limits(enforce=True, per_bot_per_second=10)
    texts = [(n, f"storm {n}.{turn}") for turn in range(5) for n in range(1, 12)]
    place.queue(texts)
    place.wait_quiet(within_s=90)
    place.emulator.limits(enforce=False)
    arrived = place.arrived()
    outcome.must(all(arrived[words] == 1 for _, words in texts), "the storm lost or doubled some")
    refused = sum(c["status"] == 429 for c in place.emulator.requests(since=since))
    return f"storm: {len(texts)} once each, {refused} refusals"


def refused_before(lab: Lab, database: str) -> Outcome:
    """Row 8: a 500 that Telegram gave before accepting; nobody can tell it from one given after."""
    outcome, people = Outcome(), 6
    with (
        lab.installation(database, Setting(2 * people)) as place,
        contextlib.closing(Door(place.emulator.api_url)) as door,
        place.running(TETTPA_TELEGRAM_API_URL=door.url, **HURRIED) as process,
    ):
        reminders, questions = _queue_both(place, "before", people, ("500_before",))
        place.wait_quiet()
        arrived, states = place.arrived(), _states(place)
        share = figures(process)["unknown_share_last_day", ""]
        unconnected = [f"never left {n}" for n in range(people)]
        with door.shut():
            place.queue(list(enumerate(unconnected)))
            tried = "outbox WHERE rule = 'sample' AND state = 'queued' AND attempts > 0"
            until(lambda: place.count(tried) == people, "all are tried in vain")
            must_be_still(process, "Telegram cannot be reached", outcome)
            must_say(process, "telegram", "it cannot be reached", outcome)
            until(lambda: place.do(_as_if_tried, MINUTES_OF_TRIES) == people, "for minutes")
            tried = f"outbox WHERE rule = 'sample' AND attempts > {MINUTES_OF_TRIES}"
            until(lambda: place.count(tried) == people, "they are tried again")
            until(lambda: not place.count("outbox WHERE state = 'claimed'"), "in vain again")
            waiting = place.do(_as_if_tried, 1)
        place.wait_quiet()
        beats_again(process)
        later = Counter(place.arrived()[words] for words in unconnected)
    silent = sum(arrived[words] == 0 for words in reminders)
    asked = Counter(arrived[words] for words in questions)
    outcome.must(silent == people, "a reminder was sent again")
    outcome.must(states["at_most_once", "unknown"] == people, f"not unknown: {dict(states)}")
    outcome.must(asked == {1: people}, f"copies of questions: {dict(asked)}")
    outcome.must(share == UNKNOWN_SHARE, f"a share of {share} is unknown by the figures")
    outcome.must(waiting == people, f"{people - waiting} were given up")
    outcome.must(later == {1: people}, f"copies of what could not leave: {dict(later)}")
    outcome.figure = (
        f"reminders: {silent} of {people} lost, all marked unknown, none twice; "
        f"questions: copies {dict(asked)}; while nothing could connect: copies {dict(later)}"
    )
    return outcome


def _as_if_tried(uow: UnitOfWork, times: int) -> int:
    """What waits has been tried so often, and is tried again now; how many there are."""
    waiting = [one for who in people_of(uow) for one in uow.outbox.queued_of(who.id)]
    for one in waiting:
        uow.outbox.save(replace(one, attempts=times, not_before=one.created_at))
    return len(waiting)


def refused_after(lab: Lab, database: str) -> Outcome:
    """Row 9: accepted, and then a 500, half an answer, silence or a cut line."""
    kinds = ("500_after", "accept_then_hang", "accept_then_disconnect", "bad_json")
    outcome, people = Outcome(), len(kinds)
    with lab.installation(database, Setting(2 * people)) as place:
        with place.running() as process:
            seconds = lab.pick(2.0, 25.0)
            reminders, questions = _queue_both(
                place, "after", people, kinds, seconds=seconds, times=3
            )
            place.emulator.mail_fault("temporary", times=2)
            place.write(0, "hjelp")
            place.wait_quiet(within_s=150)
            until(lambda: arrived_mail(place), "the call for help reaches staff")
            arrived, mails = place.arrived(), arrived_mail(place)
            place.emulator.delete("faults")
            real = say_what_they_mean(place, outcome)
            another_opens(place, process, outcome)
        mailer_dies(place, outcome)
    of_reminders = Counter(arrived[words] for words in reminders)
    of_questions = Counter(arrived[words] for words in questions)
    outcome.must(of_reminders == {1: people}, f"copies of reminders: {dict(of_reminders)}")
    outcome.must(of_questions == {2: people}, f"copies of questions: {dict(of_questions)}")
    outcome.must(mails >= 1, "the escalation was missed")
    outcome.figure = (
        f"copies of reminders {dict(of_reminders)}, of questions {dict(of_questions)}, {real}; "
        f"escalations told: {mails}"
    )
    return outcome


def gone(lab: Lab, database: str) -> Outcome:
    """Row 10: blocked, deactivated, never started, not found."""
    outcome, people = Outcome(), 5
    with lab.installation(database, Setting(people)) as place:
        emulator = place.emulator
        emulator.fault("sendMessage", "blocked", chat_id=place.chats[0], times=1000)
        emulator.deactivate(place.chats[1])
        emulator.delete(f"phones/{place.chats[2]}")
        emulator.delete(f"phones/{place.chats[3]}")
        emulator.add_phone("Never started", user_id=place.chats[3])
        place.queue([(n, f"first {n}") for n in range(people)])
        place.queue([(n, f"behind it {n}") for n in range(people)])
        emulator.mail_fault("temporary")  # a mail that tells of several is put off as a whole
        with place.running():
            until(lambda: place.arrived()["behind it 4"], "the others go on")
            place.wait_quiet()
            tried = place.send_calls()
            before = Counter(int(call["params"]["chat_id"]) for call in tried)
            place.queue([(n, f"second {n}") for n in range(people)])
            place.queue([(n, f"third {n}") for n in range(people)], after=timedelta(seconds=1))
            until(lambda: place.arrived()["third 4"], "the others go on")
            cases = "escalation WHERE state <> 'closed'"
            until(lambda: place.count(cases) >= people - 1, "cases are opened")
            place.wait_quiet()
            told = "notice WHERE case_id IS NOT NULL AND state = 'sent'"
            until(lambda: place.count(told) >= people - 1, "the caseworker is told")
            after = Counter(int(call["params"]["chat_id"]) for call in place.send_calls())
            back = _comes_back(place)
        opened = place.count(cases)
        notices, mails = place.count(told), arrived_mail(place)
    again = sum(after[chat] - before[chat] for chat in place.chats[:4])
    outcome.must(again == 0, f"{again} sends after the refusal")
    outcome.must(all(before[chat] == 1 for chat in place.chats[:4]), "not exactly one try")
    outcome.must(back == 1, f"{back} messages to somebody who is back")
    outcome.must(opened == people - 1, f"{opened} cases of {people - 1} people")
    outcome.must(notices == people - 1, f"{notices} notices about {people - 1} people")
    outcome.must(1 <= mails < people, f"{mails} mails about {people - 1} people")
    outcome.figure = f"sends after: {again}; the caseworker told once of each, in {mails} mail(s)"
    return outcome


def _comes_back(place: Installation) -> int:
    """The first of them lets the bot write again, and says nothing; how often the next word comes."""
    place.emulator.delete("faults")
    place.emulator.block(place.chats[0])
    place.emulator.unblock(place.chats[0])
    place.wait_quiet()
    place.queue([(0, "to somebody who is back")])
    place.wait_quiet()
    return place.arrived()["to somebody who is back"]


def _queue_both(
    place: Installation,
    name: str,
    people: int,
    kinds: Sequence[str],
    *,
    seconds: float = 5.0,
    times: int = 1,
) -> tuple[list[str], list[str]]:
    """A reminder to each of some people and a question to each of the others; each meets a fault."""
    for number in range(2 * people):
        place.emulator.fault(
            "sendMessage",
            kinds[number % len(kinds)],
            chat_id=place.chats[number],
            seconds=seconds,
            times=times,
        )
    reminders = [(n, f"reminder {name} {n}") for n in range(people)]
    questions = [(n, f"question {name} {n}") for n in range(people, 2 * people)]
    place.queue(reminders)
    place.queue(questions, message_class=MessageClass.AT_LEAST_ONCE)
    return [words for _, words in reminders], [words for _, words in questions]


def _states(place: Installation) -> Counter[tuple[str, str]]:
    rows = place.rows("SELECT message_class, state FROM outbox WHERE rule = 'sample'")
    return Counter((row[0], row[1]) for row in rows)
