"""Rows 1, 2: the program dies at any moment, or is told to end while it is busy."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from benchmarks.faults.installation import Installation, put_into_outbox
from benchmarks.faults.lab import Lab
from benchmarks.faults.launch import SLOW
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.stage import FAR_AWAY, Setting, people_of
from bot.app import Program
from bot.domain.messages import Lane, MessageClass
from bot.failpoints import NAMES
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork

PEOPLE, HUNG = 8, 2
POINT_WITHIN_S = 8.0
CALLS_FOR_HELP_AT = len(NAMES) - 1  # or the named deaths would all meet its card
_NOTHING = timedelta(0)
A_CASE = "/cases/"  # where the link of a mail about a call for help leads


@dataclass(slots=True)
class Ledger:
    """What was put in, to be found again."""

    words: list[str] = field(default_factory=list)
    commands: int = 0
    reminders: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def put_in(self, place: Installation, program: Program, chance: random.Random) -> None:
        """One round: three people write, two ask for the menu, some are reminded and asked."""
        number = len(self.words)
        for who in chance.sample(range(PEOPLE), 3):
            self.words.append(f"answer {len(self.words)} of {who}")
            place.write(who, self.words[-1])
        for who in chance.sample(range(PEOPLE), 2):
            place.write(who, "/meny")
            self.commands += 1
        whom = chance.sample(range(PEOPLE), 4)
        reminders = [(who, f"reminder {number}.{who}") for who in whom[:2]]
        questions = [(who, f"question {number}.{who}") for who in whom[2:]]
        for rows, message_class, kept in (
            (reminders, MessageClass.AT_MOST_ONCE, self.reminders),
            (questions, MessageClass.AT_LEAST_ONCE, self.questions),
        ):
            program.storage.run_sync(
                put_into_outbox, rows, message_class, Lane.REMINDER, _NOTHING, None
            )
            kept.extend(words for _, words in rows)


def killed_at_any_moment(lab: Lab, database: str) -> Outcome:
    """Row 1: after every death the next run goes on, and in the end everything is there once."""
    outcome, ledger = Outcome(), Ledger()
    chance = lab.random(1, database)
    hit: Counter[str] = Counter()
    with (
        lab.installation(database, Setting(PEOPLE), TETTPA_SEND_RATE="400") as place,
        place.opened() as program,
    ):
        place.do(_rests_with_a_case)
        for number in range(lab.kills):
            if number == min(CALLS_FOR_HELP_AT, lab.kills - 1):
                place.write(0, "hjelp")
            ledger.put_in(place, program, chance)
            # First once at every point, then by turns at a random moment and at a point.
            at_point = number < len(NAMES) or number % 2 == 0
            point = NAMES[(number if number < len(NAMES) else number // 2) % len(NAMES)]
            point = point if at_point else ""
            # Telegram calls now and then instead of being asked; no webhook passes "fetched".
            is_called = number % 3 == 1 and point != "fetched"
            hit[_one_death(place, point, chance, place.by_webhook() if is_called else {})] += 1
        with place.running():
            try:
                place.wait_quiet()
            except NotInTime as late:
                outcome.must_in_time(False, str(late))
        _count(place, ledger, outcome)
    died_at = sum(count for point, count in hit.items() if point in NAMES)
    outcome.figure = f"{lab.kills} kills ({died_at} at points); {outcome.figure}"
    return outcome


def _rests_with_a_case(uow: UnitOfWork) -> None:
    """Whoever calls for help later has a pause, and an open case for another reason."""
    person = people_of(uow)[0]
    raise_signal(uow, person, reason="undeliverable", source="rehearsed")
    uow.participants.save(replace(person, paused_until=uow.now + FAR_AWAY))


def _one_death(place: Installation, point: str, chance: random.Random, more: dict[str, Any]) -> str:
    if point:
        setting = f"{point}=kill@{chance.choice((1, 1, 2))}"
        process = place.start(wait=False, TETTPA_FAILPOINTS=setting, **more)
        try:
            until(lambda: not process.is_alive, point, within_s=POINT_WITHIN_S)
        except NotInTime:
            point = "random"  # nothing passed there this time
    else:
        point = "random"
        process = place.start(wait=False, **more)
        moment = chance.uniform(0.0, 1.0)
        with suppress(NotInTime):
            until(lambda: process.health() is not None or not process.is_alive, "", within_s=20)
            until(lambda: not process.is_alive, "", within_s=moment)
    process.kill()
    return point


def _count(place: Installation, ledger: Ledger, outcome: Outcome) -> None:
    kept, arrived = place.texts_kept(), place.arrived()
    lost = sum(kept[words] == 0 for words in ledger.words)
    twice = sum(kept[words] > 1 for words in ledger.words)
    replies = place.count("outbox WHERE rule = 'reply' AND lane = 1")
    states = Counter(row[0] for row in place.rows("SELECT state FROM outbox WHERE rule = 'sample'"))
    reminders_twice = sum(arrived[words] > 1 for words in ledger.reminders)
    questions_over = sum(arrived[words] > 2 for words in ledger.questions)
    # Replies, acknowledgements and reminders: all but the questions go once at the most.
    went = sum(count for words, count in arrived.items() if words not in set(ledger.questions))
    over = went - place.count("outbox WHERE message_class = 'at_most_once'")
    missing = sum(arrived[words] == 0 for words in (*ledger.reminders, *ledger.questions))
    all_sent = len(ledger.reminders) + len(ledger.questions)
    unknown = states["unknown"]
    cases = place.count("escalation WHERE reason = 'help'")
    outcome.must(lost == 0, f"{lost} answers lost")
    outcome.must(twice == 0, f"{twice} answers counted twice")
    outcome.must(replies == ledger.commands, f"{replies} replies to {ledger.commands} commands")
    outcome.must(reminders_twice == 0, f"{reminders_twice} reminders twice")
    outcome.must(over <= 0, f"{over} messages more than there are that go once")
    outcome.must(questions_over == 0, f"{questions_over} questions more than twice")
    outcome.must(missing <= unknown, f"{missing} missing, {unknown} unknown")
    outcome.must(set(states) <= {"sent", "unknown"}, f"messages left behind: {dict(states)}")
    outcome.must(cases == 1, f"{cases} cases of one call for help")
    outcome.must(arrived_mail(place, A_CASE) >= 1, "nobody was told of the call for help")
    outcome.figure = (
        f"{lost} of {len(ledger.words)} answers lost, {twice} twice; reminders twice: "
        f"{reminders_twice} of {len(ledger.reminders)}; unknown {unknown / max(1, all_sent):.1%}"
    )


def arrived_mail(place: Installation, words: str = "") -> int:
    return sum(words in mail["subject"] + mail["text"] for mail in place.emulator.mail())


def told_to_end(lab: Lab, database: str) -> Outcome:
    """Row 2: SIGTERM while handlers are slow and Telegram hangs; SIGKILL would follow after 10 s."""
    outcome, longest = Outcome(), 0.0
    words, reminders, rounds = [], [], lab.pick(1, 4, 10)
    chance = lab.random(2, database)
    with lab.installation(database, Setting(PEOPLE), FAULTS_HANDLERS="1") as place:
        for number in range(rounds):
            process = place.start()
            place.emulator.fault("sendMessage", "hang", times=HUNG, seconds=4)
            for who in range(PEOPLE):
                words.append(f"{SLOW} {number}.{who}")
                place.write(who, words[-1])
                reminders.append(f"reminder {number}.{who}")
            place.queue(list(enumerate(reminders[-PEOPLE:])))
            moment = chance.uniform(0.0, 1.5)
            with suppress(NotInTime):
                until(lambda p=process: not p.is_alive, "", within_s=moment)  # type: ignore[misc]
            longest = max(longest, process.stop(within_s=10.0))
            outcome.must(process.popen.returncode == 0, f"exit code {process.popen.returncode}")
        with place.running():
            place.wait_quiet()
        kept, arrived = place.texts_kept(), place.arrived()
        unknown = place.count("outbox WHERE rule = 'sample' AND state = 'unknown'")
    lost = sum(kept[one] == 0 for one in words)
    twice = sum(kept[one] > 1 for one in words)
    missing = sum(arrived[one] == 0 for one in reminders)
    reminded_twice = sum(arrived[one] > 1 for one in reminders)
    outcome.must(missing <= unknown <= HUNG * rounds, f"{missing} missing, {unknown} unknown")
    outcome.must(reminded_twice == 0, f"{reminded_twice} reminders twice")
    outcome.must(lost == 0, f"{lost} answers lost")
    outcome.must(twice == 0, f"{twice} answers twice")
    outcome.must_in_time(longest < 8.0, "it took more than 8 s to end")
    outcome.figure = (
        f"ended within {longest:.1f} s; {lost} of {len(words)} answers lost, {twice} twice"
    )
    return outcome
