"""The program in this process, without its channels: a clock to wind, phones to tap, a mailbox.

with rehearse(database_url) as rehearsal:
    amina = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    assert "i morgen" in amina.last.text
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.app import Program
from bot.domain.message_bodies import load_body
from bot.domain.messages import OutboxMessage, OutboxState
from bot.domain.people import Participant
from bot.domain.planning import Expectation, Occurrence
from bot.services.delivery_results import Claimed, account_gone, claim_messages, message_sent
from bot.services.notices import claim_mails, mail_delayed, mail_refused, mail_sent
from bot.services.onboarding import decline, start
from bot.services.outage import came_back
from bot.services.participants import redeem_code
from bot.services.ports import UnitOfWork
from bot.services.silence import sign_of_life
from bot.services.sweep import (
    fire_case,
    fire_expectation,
    fire_occurrence,
    fire_office,
    next_due_at,
    note_staffing_swept,
    occurrence_failed,
    what_is_due,
)
from tests.builders import START, Cast
from tests.phones import MailedNotice, Phone, Received, plain
from tests.staging import SettableClock, opened_again, settings_for, stage

P = ParamSpec("P")
T = TypeVar("T")

CONSOLE = "http://console.test"
MOST_ROUNDS = 100


@dataclass
class Rehearsal:
    """One program on a temporary database; nothing happens but what a test does or winds past.

    `telegram_is_up` and `mail_is_up` stop the channels, `refused_addresses` bounces mails for good,
    and a phone's `gone` answers every message with that fate. What failed while firing stands in
    `failures`; the fixture wants it empty.
    """

    program: Program
    clock: SettableClock
    cast: Cast
    telegram_is_up: bool = True
    mail_is_up: bool = True
    refused_addresses: set[str] = field(default_factory=set)
    mailbox: list[MailedNotice] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    phones: dict[tuple[int, int], Phone] = field(default_factory=dict)
    on_close: ExitStack = field(default_factory=ExitStack)
    _chat_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1001))
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _causes: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _real_now: datetime = START
    _mails_wait: bool = False

    # --- units of work -------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def run(
        self, fn: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.program.storage.run_sync(fn, *args, **kwargs)

    def read(
        self, fn: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.program.storage.read_sync(fn, *args, **kwargs)

    def run_as_update(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """As the inbox does: each update is a cause of its own."""
        return self.run(_caused, f"update:{next(self._causes)}", fn, args, kwargs)

    # --- the people ----------------------------------------------------------------------------

    def a_phone(self, *, office_id: int = 1, language: str = "nb") -> Phone:
        chat_id = next(self._chat_ids)
        phone = Phone(self, office_id, chat_id, language)
        self.phones[office_id, chat_id] = phone
        return phone

    def amina_starts(self, *, language: str = "Bokmål") -> Phone:
        return self._starts(self.cast.amina_code, language)

    def ben_starts(self, *, language: str = "Bokmål") -> Phone:
        return self._starts(self.cast.ben_code, language)

    def ben_declines(self) -> None:
        """Nothing of Ben's is played any more: a story over weeks takes half the time."""
        self.run(lambda uow: decline(uow, uow.participants.get(self.cast.ben.id)))
        self.settle()
        self.mailbox.clear()

    def _starts(self, code: str, language: str) -> Phone:
        """Onboarding in one step; its taps are what test_onboarding.py is about."""
        phone = self.a_phone()
        code_of = {"Bokmål": "nb", "Nynorsk": "nn", "English": "en"}
        self.run_as_update(_begin, phone, code, code_of[language])
        self.deliver()
        phone.forget()
        return phone

    def now_of(self, participant: Participant) -> Participant:
        """The participant as they are stored now."""
        return self.read(lambda uow: uow.participants.get(participant.id))

    # --- what is stored ------------------------------------------------------------------------

    def ledger(self, who: Participant, rule: str | None = None) -> list[OutboxMessage]:
        """Every message to them, sent or held back, oldest first."""
        rows = self.read(lambda uow: uow.outbox.of_participant(who.id, limit=10_000))
        return [row for row in rows if rule in (None, row.rule)]

    def said(self, who: Participant) -> list[str]:
        """The texts that are queued for them and not delivered yet."""
        return [
            plain(load_body(row.body).text)
            for row in self.ledger(who)
            if row.state is OutboxState.QUEUED
        ]

    def held_back(self, who: Participant) -> list[tuple[str, str]]:
        """(rule, reason) of what was held back."""
        return [(r.rule, r.reason) for r in self.ledger(who) if r.state is OutboxState.HELD_BACK]

    def pending(self, who: Participant, rule: str | None = None) -> list[Occurrence]:
        return self.read(lambda uow: uow.occurrences.pending_of(who.id, rule))

    def awaited(self, who: Participant) -> list[Expectation]:
        return self.read(lambda uow: uow.expectations.open_of(who.id))

    def mails_to(self, email: str) -> list[MailedNotice]:
        return [mail for mail in self.mailbox if mail.to == email]

    # --- time and channels ---------------------------------------------------------------------

    def wind_to(self, target: datetime) -> None:
        """Play everything due up to `target` in order, each at its own instant."""
        while True:
            self.settle()
            upcoming = self.read(next_due_at)
            if upcoming is None or upcoming > target:
                break
            if upcoming <= self.now:
                assert self.failures, "something is due that firing does not settle"
                break
            self.clock.set(upcoming)
        self.clock.set(target)
        self.settle()

    def be_away_until(self, moment: datetime) -> None:
        """The program does not run until `moment`; then it comes back as after a start."""
        since = self.now
        self.clock.set(moment)
        self.run(came_back, since)
        self.settle()

    def settle(self) -> None:
        """Fire what is due and deliver what may go, until neither brings anything new."""
        for _ in range(MOST_ROUNDS):
            fired = self.sweep()
            if self.deliver() + self.send_mails() + fired == 0:
                return
        raise AssertionError("the program does not come to rest")

    def sweep(self) -> int:
        """Fire what is due now, as the ticker does: one failure stops nobody else."""
        due = self.read(what_is_due)
        jobs: list[tuple[Callable[[UnitOfWork, int], None], int]] = [
            *((fire_office, number) for number in due.offices),
            *((fire_occurrence, number) for number in due.occurrences),
            *((fire_expectation, number) for number in due.expectations),
            *((fire_case, number) for number in due.cases),
        ]
        done = 0
        for fire, number in jobs:
            try:
                self.run(fire, number)
                done += 1
            except Exception as error:
                self.failures.append(error)
                if fire is fire_occurrence:
                    self.run(occurrence_failed, number, type(error).__name__)
        if due.offices:
            self.run(note_staffing_swept, due.at)
        return done

    def deliver(self) -> int:
        """Claim what may go and mark it sent, so that clocks of silence start; how many went."""
        count = 0
        while self.telegram_is_up and not self.read(lambda uow: uow.outbox.is_idle(uow.now)):
            self._real_now += timedelta(seconds=5)  # the pace per chat is over
            claimed = [
                found
                for office_id in {office_id for office_id, _ in self.phones}
                for found in self.run(claim_messages, office_id, real_now=self._real_now, limit=100)
            ]
            for found in claimed:
                self._arrives(found)
            if not claimed:
                break
            count += len(claimed)
        return count

    def _arrives(self, found: Claimed) -> None:
        message = found.message
        phone = self.phones[message.office_id, found.chat_id]
        if phone.gone is not None:
            self.run(account_gone, message.id, phone.gone)
            return
        number = next(self._message_ids)
        phone.received.append(Received(self.now, message.rule, number, load_body(message.body)))
        self.run(message_sent, message.id, number)

    def send_mails(self) -> int:
        """Send the notices that are due; how many mails were settled."""
        if not self._mails_wait and self.read(lambda uow: uow.notices.is_idle(uow.now)):
            return 0
        self._real_now += timedelta(minutes=15)  # longer than any pause after a failure
        mails = self.run(claim_mails, real_now=self._real_now, console_url=CONSOLE)
        self._mails_wait = not self.mail_is_up
        for mail in mails:
            if not self.mail_is_up:
                self.run(mail_delayed, mail.notice_ids, reason="down", real_now=self._real_now)
            elif mail.to in self.refused_addresses:
                self.run(mail_refused, mail.notice_ids, reason="550 no such mailbox")
            else:
                self.mailbox.append(MailedNotice(self.now, mail.to, mail.subject, mail.text))
                self.run(mail_sent, mail.notice_ids)
        return len(mails) if self.mail_is_up else 0

    def restart(self) -> None:
        """Close the program and open it again on the same database."""
        self.on_close.close()
        self.program = self.on_close.enter_context(opened_again(self.program.settings, self.clock))


def _begin(uow: UnitOfWork, phone: Phone, code: str, language: str) -> None:
    participant = redeem_code(uow, phone.office_id, phone.chat_id, code)
    assert participant is not None, "the code does not work"
    participant = uow.participants.save(replace(participant, language=language))
    start(uow, sign_of_life(uow, participant))


def _caused(
    uow: UnitOfWork, cause: str, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> T:
    uow.cause = cause
    return fn(uow, *args, **kwargs)


@contextmanager
def rehearse(
    database_url: str,
    *,
    at: datetime = START,
    cast: Cast | None = None,
    content_dir: Path | None = None,
) -> Iterator[Rehearsal]:
    """Open the program on a database.

    Args:
        at: Where the clock stands at first.
        cast: Who is on a database that `stage` has prepared; without it an empty one is staged.
    """
    cast = cast or stage(database_url, at=at, content_dir=content_dir)
    settings = settings_for(database_url, content_dir=content_dir)
    clock = SettableClock(at)
    with ExitStack() as on_close:
        program = on_close.enter_context(opened_again(settings, clock))
        rehearsal = Rehearsal(program, clock, cast, on_close=on_close)
        rehearsal.run(note_staffing_swept, rehearsal.now)
        yield rehearsal
