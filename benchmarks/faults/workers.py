"""Row 13: several workers on one PostgreSQL, one of them killed or hung, and one office's flood."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from benchmarks.faults.crew import POLL, SEND, TAKES_OVER_WITHIN_S, TICK, Crew
from benchmarks.faults.inbound import ask_who_comes, buttons_of
from benchmarks.faults.installation import Installation, put_into_outbox
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.launch import SLOW
from benchmarks.faults.neighbour_office import NeighbourOffice
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import NotInTime, until
from benchmarks.faults.stage import Setting, people_of
from bot.app import Program
from bot.delivery.worker import ABANDONED_EVERY_S
from bot.domain.messages import Lane, MessageClass
from bot.services.ports import UnitOfWork
from bot.storage.engine import parse_url

PEOPLE, WRITERS = 60, 24
TEXTS_PER_SECOND = 15.0
SLOW_EVERY, QUEUE_EVERY = 10, 60  # texts whose handler is slow; rounds of reminders
HUNG, HUNG_S = 3, 2.0  # messages accepted without an answer when their sender dies
ANSWERS = ("coming", "cannot")
RATE = "25"
UNHEARD = "nobody hears the bell"
MOST_PER_SECOND = 30  # Telegram's limit, and the emulator keeps to it here
WAY_S = 0.3  # the first of four may be so much longer on its way than the last


class Load:
    """People write numbered texts and change their answers, and are reminded and asked meanwhile."""

    def __init__(self, place: Installation, program: Program, chance: random.Random) -> None:
        self._place, self._program, self._chance = place, program, chance
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._buttons = {chat: (number, data) for chat, number, data in buttons_of(place)}
        self.texts: dict[int, list[str]] = {who: [] for who in range(PEOPLE)}
        self.taps: dict[int, str] = {}
        self.reminders: list[str] = []
        self.questions: list[str] = []

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join(30)

    def _go_on(self) -> None:
        turn = -1
        while not self._stop.wait(1 / TEXTS_PER_SECOND):
            turn += 1
            who = self._chance.randrange(WRITERS)
            is_slow = turn % SLOW_EVERY == 0
            self._write(who, f"series {who} {len(self.texts[who]):04}{SLOW * is_slow}")
            if is_slow:  # while it is in hand the next one waits, whoever could take it
                self._write(who, f"series {who} {len(self.texts[who]):04}")
            if turn % 5 == 0:
                self._tap(self._chance.randrange(WRITERS))
            if turn % QUEUE_EVERY == 0:
                self._queue(turn)

    def _write(self, who: int, words: str) -> None:
        self._place.write(who, words)
        self.texts[who].append(words)

    def hold_up(self) -> None:
        """Slow texts of all others: whoever works has some in hand now, and some behind them."""
        for who in range(WRITERS, PEOPLE):
            self._write(who, f"series {who} {len(self.texts[who]):04}{SLOW}")
        time.sleep(0.3)

    def _tap(self, who: int) -> None:
        chat = self._place.chats[who]
        message_id, data = self._buttons[chat]
        answer = self._chance.choice(ANSWERS)
        self._place.emulator.tap_data(chat, message_id, data[answer])
        self.taps[who] = answer

    def _queue(self, turn: int) -> None:
        """To everybody, so that more waits than may go in a second."""
        reminders = [(n, f"reminder {turn}.{n}") for n in range(0, PEOPLE, 2)]
        questions = [(n, f"question {turn}.{n}") for n in range(1, PEOPLE, 2)]
        for rows, message_class, kept in (
            (reminders, MessageClass.AT_MOST_ONCE, self.reminders),
            (questions, MessageClass.AT_LEAST_ONCE, self.questions),
        ):
            self._program.storage.run_sync(
                put_into_outbox, rows, message_class, Lane.REMINDER, timedelta(0), None
            )
            kept.extend(words for _, words in rows)


def worker_killed(lab: Lab, database: str) -> Outcome:
    """Row 13: whoever holds the sending, the sweep or the polling dies, or hangs and comes back."""
    outcome, chance = Outcome(), lab.random(13, database)
    kills, hangs = lab.pick((2, 1), (9, 3), (40, 8))
    slowest: dict[str, float] = defaultdict(float)  # by kind of duty
    with (
        lab.installation(
            database, Setting(PEOPLE), TETTPA_SEND_RATE=RATE, FAULTS_HANDLERS="1"
        ) as place,
        place.opened() as program,
    ):
        place.do(ask_who_comes, WRITERS)
        neighbour = NeighbourOffice(place)
        place.emulator.limits(enforce=True)
        crew = Crew(place)
        for name in ("in", "spare"):
            crew.start(name, "ingest")
        for name in lab.pick(("one", "two"), ("one", "two", "three")):
            crew.start(name, "worker")
        crew.wait_ready()
        until(lambda: len(buttons_of(place)) == WRITERS, "everybody is asked")
        load = Load(place, program, chance)
        with load.going_on():
            place.write(PEOPLE - 1, "hjelp")
            for number in range(kills + hangs):
                duty = (SEND, POLL, TICK)[number % 3]
                time.sleep(chance.uniform(0.2, 1.5))
                victim = until(lambda: crew.holder_of(duty), duty)  # noqa: B023 (looked at at once)
                if duty == SEND:
                    _accept_without_answer(place)
                gone = crew.kill if number < kills else crew.hang
                load.hold_up()
                for taken, seconds in gone(victim).items():
                    kind = taken.partition(":")[0]
                    slowest[kind] = max(slowest[kind], seconds)
                if number < kills:
                    crew.start(victim)
                else:
                    # Until others had a look at what it had in hand, twice; or a moment less.
                    time.sleep(
                        chance.uniform(0.0, 1.0) + 2.5 * ABANDONED_EVERY_S * (number % 2 == 0)
                    )
                    crew.go_on(victim)
                crew.wait_ready()
        place.wait_quiet(within_s=120)
        _judge(place, crew, load, outcome)
        unheard = _nobody_hears_the_bell(place)
        worst = max(slowest.values())
        outcome.must_in_time(worst <= TAKES_OVER_WITHIN_S, f"taking over took {worst:.1f} s")
        many, rounds = lab.pick((200, 4), (600, 20))
        flood = neighbour.floods(outcome, many=many, rounds=rounds)
    texts = sum(len(texts) for texts in load.texts.values())
    outcome.figure = (
        f"{kills} kills and {hangs} hangs among {len(crew.members)} processes, {texts} texts: "
        f"{outcome.figure}; taken over within "
        + ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in sorted(slowest.items()))
        + f"; {unheard}; {flood}"
    )
    return outcome


def _accept_without_answer(place: Installation) -> None:
    """So that something is surely on its way when the sender dies."""
    before = len(place.arrived())
    place.emulator.fault("sendMessage", "accept_then_hang", times=HUNG, seconds=HUNG_S)
    place.queue([(n, f"on its way {before}.{n}") for n in range(WRITERS, WRITERS + HUNG)])
    with contextlib.suppress(NotInTime):
        until(lambda: len(place.arrived()) > before, "something is accepted", within_s=1.0)


def _nobody_hears_the_bell(place: Installation) -> str:
    """A text is stored while those who listen for it are being connected anew."""
    bell = create_engine(parse_url(place.url), poolclass=NullPool)
    with bell.begin() as connection:
        listening = "datname = current_database() AND query LIKE 'LISTEN %'"
        cut = connection.execute(
            text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}")
        ).rowcount
    bell.dispose()
    assert cut, "nobody listens"
    begun = time.monotonic()
    place.write(0, UNHEARD)
    until(lambda: place.texts_kept()[UNHEARD], "what nobody rang for is handled", within_s=10)
    return f"unheard, handled after {time.monotonic() - begun:.1f} s"


def _judge(place: Installation, crew: Crew, load: Load, outcome: Outcome) -> None:
    kept, arrived = place.texts_in_order(), place.arrived()
    lost = twice = disorder = 0
    for who, written in load.texts.items():
        found = Counter(kept[who])
        lost += sum(found[one] == 0 for one in written)
        twice += sum(found[one] > 1 for one in written)
        disorder += kept[who] != sorted(kept[who])
    answers = place.do(_answers)
    wrong = sum(answers[who] != answer for who, answer in load.taps.items())
    double = len(crew.double_claims())
    reminders_twice = sum(
        count > 1
        for words, count in arrived.items()
        if words.startswith(("reminder", "on its way"))
    )
    questions_over = sum(arrived[words] > 2 for words in load.questions)
    missing = sum(arrived[words] == 0 for words in (*load.reminders, *load.questions))
    unknown = place.count("outbox WHERE state = 'unknown' AND rule = 'sample'")
    refused = _over_the_limit(place.send_calls())
    alarms = place.count("notice WHERE key LIKE '%poll_conflict%'")
    outcome.must(lost == 0, f"{lost} texts lost")
    outcome.must(twice == 0, f"{twice} texts twice")
    outcome.must(disorder == 0, f"texts of {disorder} people out of order")
    outcome.must(wrong == 0, f"{wrong} latest answers did not win")
    outcome.must(double == 0, f"{double} double claims")
    outcome.must(reminders_twice == 0, f"{reminders_twice} reminders twice")
    outcome.must(questions_over == 0, f"{questions_over} questions more than twice")
    outcome.must(missing <= unknown, f"{missing} missing, {unknown} unknown")
    outcome.must(refused == 0, f"{refused} times over Telegram's limit")
    outcome.must(alarms == 0, "our own processes were taken for a stranger")
    outcome.must(place.count("escalation WHERE reason = 'help'") == 1, "not one case")
    outcome.must(arrived_mail(place) >= 1, "nobody was told of the call for help")
    sent = len(load.reminders) + len(load.questions)
    outcome.figure = (
        f"{double} double claims, {lost} lost, {twice} twice, {disorder + wrong} out of order, "
        f"{refused} over the limit, unknown {unknown / max(1, sent):.1%}"
    )


def _over_the_limit(calls: list[dict[str, Any]]) -> int:
    """Refusals of what was sent too soon; three a chat in three seconds, but for the way there."""
    over = 0
    for call in calls:
        at, chat = call["monotonic"], call["params"]["chat_id"]
        before = [c for c in calls if c["status"] == 200 and at - 3.0 + WAY_S < c["monotonic"] < at]
        of_chat = sum(c["params"]["chat_id"] == chat for c in before)
        of_bot = sum(c["monotonic"] > at - 1.0 for c in before)
        over += call["status"] == 429 and (of_chat >= 3 or of_bot >= MOST_PER_SECOND)
    return over


def _answers(uow: UnitOfWork) -> dict[int, str]:
    numbers = {person.id: number for number, person in enumerate(people_of(uow))}
    found = {}
    for person_id, number in numbers.items():
        for answer in uow.session_answers.of_participant(person_id):
            found[number] = str(answer.answer)
    return found
