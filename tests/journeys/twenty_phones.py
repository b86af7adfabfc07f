"""Twenty participants with ten answers and more each, and what must be true of them at the end."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.domain.message_bodies import callback_data
from bot.domain.messages import (
    InboxState,
    MessageClass,
    OutboxMessage,
    OutboxState,
    Question,
)
from bot.domain.people import Staff
from bot.services.offices import create_cohort
from bot.services.ports import UnitOfWork
from bot.services.runs import start_run
from tests.emulator_process import EmulatorControl
from tests.real_office import NOON, OFFICE, RealOffice, add_active

PHONES = 20
FIRST_CHAT = 7001
# More than ten each: a question in doubt twice may never come, and then nobody can answer it.
TEXTS, SESSIONS = 6, 3
CHOICES = ("contract.deadline", "contract.go_on")
AT_LEAST_GIVEN = 200
COPIES_ALLOWED = {MessageClass.AT_MOST_ONCE: 1, MessageClass.AT_LEAST_ONCE: 2}
ENDED = ("sent", "unknown", "held_back", "superseded", "expired")


def chats() -> range:
    return range(FIRST_CHAT, FIRST_CHAT + PHONES)


def seed(office: RealOffice) -> dict[int, list[str]]:
    """Make the participants, each at the first step of the lesson.

    Returns:
        By chat what the buttons of three session questions carry, asked before the story begins.
    """
    return office.do(_seed, office.carol)


def _seed(uow: UnitOfWork, carol: Staff) -> dict[int, list[str]]:
    cohort = create_cohort(
        uow, office_id=OFFICE, name="Vår", leader=carol, starts_on=date(2026, 3, 2)
    )
    gatherings = uow.programme_sessions.of_cohort(cohort.id)[1 : 1 + SESSIONS]
    asked: dict[int, list[str]] = {}
    for chat in chats():
        participant = add_active(uow, f"P{chat}", chat, carol)
        uow.cause = f"seed:{chat}"
        for gathering in gatherings:
            about, who = f"session:{gathering.id}", participant.id
            question = uow.questions.add(
                Question(OFFICE, who, "session", about, ("coming",), uow.now)
            )
            asked.setdefault(chat, []).append(callback_data(question.id, "coming"))
        start_run(uow, participant, flow_key="module:workplace_rules", subject="course")
    return asked


@dataclass
class Phone:
    """One participant's answers, in an order of their own; each is given when it can be."""

    emulator: EmulatorControl
    chat: int
    asked: list[str]
    left: list[tuple[str, Callable[[], bool]]] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        messages = [
            {
                "from": "bot",
                "text": "Kommer du?",
                "at": NOON.isoformat(),
                "buttons": [[{"text": "Kommer", "data": data}]],
            }
            for data in self.asked
        ]
        self.emulator.history(self.chat, messages)
        loose = [
            *(self._text(f"Ord {number} fra {self.chat}") for number in range(TEXTS)),
            *(("session", self._tap(data)) for data in self.asked),
        ]
        random.Random(self.chat).shuffle(loose)
        deadline, go_on = CHOICES
        self.left = [
            *loose,
            (deadline, self._tap(":seven_days")),
            self._text(f"Egne ord fra {self.chat}", after=":skip"),
            (go_on, self._tap(":now")),
        ]

    def answer(self) -> bool:
        """Give the next answer, if what it answers is on the screen."""
        if not self.left or not self.left[0][1]():
            return False
        self.given.append(self.left.pop(0)[0])
        return True

    def _text(self, words: str, *, after: str = "") -> tuple[str, Callable[[], bool]]:
        def write() -> bool:
            if after and self._button(after) is None:
                return False
            self.emulator.text(self.chat, words)
            return True

        return words, write

    def _tap(self, ending: str) -> Callable[[], bool]:
        def tap() -> bool:
            found = self._button(ending)
            if found is None:
                return False
            self.emulator.tap_data(self.chat, *found)
            return True

        return tap

    def _button(self, ending: str) -> tuple[int, str] | None:
        for message in self.emulator.phone(self.chat)["messages"]:
            for row in message.get("keyboard", []):
                for button in row:
                    if button["data"].endswith(ending):
                        return message["message_id"], button["data"]
        return None


def answer_in_turn(phones: list[Phone], rng: random.Random) -> Iterator[bool]:
    """Give answers, phones in random order; yields True after each, False when none could be."""
    while waiting := [phone for phone in phones if phone.left]:
        rng.shuffle(waiting)
        any_given = False
        for phone in waiting:
            if phone.answer():
                any_given = True
                yield True
        if not any_given:
            yield False


@dataclass(frozen=True)
class Findings:
    """What came of it; the three lists are empty when the promise held."""

    given: int
    lost: list[str]
    doubled: list[str]
    unfinished: list[str]
    unknown: int


def judge(office: RealOffice, emulator: EmulatorControl, phones: list[Phone]) -> Findings:
    """Compare what the phones did with what the database and the screens hold."""
    lost: list[str] = []
    doubled: list[str] = []
    texts = Counter(text.text for text in office.rows("free_texts"))
    people = {account.chat_id: account.participant_id for account in office.rows("accounts")}
    answers = Counter(answer.participant_id for answer in office.rows("session_answers"))
    runs = {run.participant_id: run.state["answers"] for run in office.rows("runs")}
    for phone in phones:
        who = people[phone.chat]
        kept = Counter({step: 1 for step in CHOICES if step in runs[who]})
        kept["session"] = answers[who]
        for what, times in Counter(phone.given).items():
            found = kept[what] if what in CHOICES or what == "session" else texts[what]
            (lost if found < times else doubled).extend([f"{who}: {what}"] * abs(found - times))
        doubled += _copies_too_many(
            [row for row in office.rows("outbox") if row.participant_id == who],
            [message for message in emulator.sent() if message["chat_id"] == phone.chat],
        )
    unknown = sum(row.state is OutboxState.UNKNOWN for row in office.rows("outbox"))
    given = sum(len(phone.given) for phone in phones)
    return Findings(given, lost, doubled, at_work(office), unknown)


def _copies_too_many(rows: list[OutboxMessage], sent: list[dict[str, Any]]) -> list[str]:
    """Messages on the screen that no row accounts for, and rows with more copies than allowed."""
    known = {row.telegram_message_id for row in rows if row.telegram_message_id is not None}
    extra = [message for message in sent if message["message_id"] not in known]
    allowed = sum(
        min(row.copies, COPIES_ALLOWED[row.message_class]) - (row.state is OutboxState.SENT)
        for row in rows
        if row.state in (OutboxState.SENT, OutboxState.UNKNOWN)
    )
    found = [
        f"{row.key}: {row.copies}" for row in rows if row.copies > COPIES_ALLOWED[row.message_class]
    ]
    if len(extra) > allowed:
        found.append(f"{len(extra)} copies where {allowed} may be: {extra[0]['text'][:60]}")
    return found


def at_work(office: RealOffice) -> list[str]:
    """What the program still has to do."""
    inbox = [
        f"update {row.update_id} is {row.state}"
        for row in office.rows("inbox")
        if row.state is not InboxState.PROCESSED
    ]
    outbox = [
        f"message {row.key} is {row.state}"
        for row in office.rows("outbox")
        if row.state.value not in ENDED
    ]
    return inbox + outbox
