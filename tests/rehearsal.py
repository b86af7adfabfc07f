"""The program in this process, without its channels: a clock to wind, phones to tap, a mailbox.

with rehearse(database_url) as rehearsal:
    amina = rehearsal.phone_of(rehearsal.cast.amina)
    amina.start(rehearsal.cast.amina_code)
    amina.tap("Bokmål")
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    assert "i morgen" in amina.last.text
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.app import Program, open_program, upgrade_database
from bot.config import Settings, load_settings
from bot.domain.message_bodies import load_body
from bot.domain.messages import OutboxMessage, OutboxState
from bot.domain.people import Participant
from bot.domain.planning import Expectation, Occurrence
from bot.services.delivery_results import account_gone, claim_messages, message_sent
from bot.services.notices import claim_mails, mail_delayed, mail_refused, mail_sent
from bot.services.outage import note_alive
from bot.services.ports import UnitOfWork
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
from tests.builders import START, Cast, invite_the_cast
from tests.phones import Phone, Received

P = ParamSpec("P")
T = TypeVar("T")

SECRET_KEY = "a secret key of the rehearsal"
CONSOLE = "http://console.test"
MOST_ROUNDS = 100


class SettableClock:
    """Stands where the rehearsal has wound it."""

    is_declared = True

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        assert moment >= self._now, "the clock never goes back"
        self._now = moment


@dataclass(frozen=True)
class MailedNotice:
    """A mail as it lies in somebody's mailbox."""

    at: datetime
    to: str
    subject: str
    text: str


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

    # --- units of work -------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def run(
        self, fn: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        done: T = self.program.storage.run_sync(fn, *args, **kwargs)
        return done

    def read(
        self, fn: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        found: T = self.program.storage.read_sync(fn, *args, **kwargs)
        return found

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

    def _starts(self, code: str, language: str) -> Phone:
        phone = self.a_phone()
        phone.start(code)
        phone.tap(language)
        phone.tap(
            {"Bokmål": "Ja, gjerne", "Nynorsk": "Ja, gjerne", "English": "Yes, please"}[language]
        )
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

    def settle(self) -> None:
        """Fire what is due and deliver what may go, until neither brings anything new."""
        for _ in range(MOST_ROUNDS):
            fired = self.sweep()
            if self.deliver() + self.send_mails() + fired == 0:
                return
        raise AssertionError("the program does not come to rest")

    def sweep(self) -> int:
        """Fire what is due at this instant, as the ticker does: one failure stops nobody else."""
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
        self.run(note_staffing_swept)
        self.run(note_alive)
        return done

    def deliver(self) -> int:
        """Claim what may go and mark it sent, so that clocks of silence start; how many went."""
        count = 0
        while self.telegram_is_up:
            self._real_now += timedelta(seconds=5)  # the pace per chat is over
            claimed = [
                message
                for office in self.read(lambda uow: uow.offices.all())
                for message in self.run(
                    claim_messages, office.id, real_now=self._real_now, limit=100
                )
            ]
            for found in claimed:
                message = found.message
                phone = self.phones[message.office_id, found.chat_id]
                if phone.gone is not None:
                    self.run(account_gone, message.id, phone.gone)
                    continue
                number = next(self._message_ids)
                phone.received.append(
                    Received(self.now, message.rule, number, load_body(message.body))
                )
                self.run(message_sent, message.id, number)
            if not claimed:
                break
            count += len(claimed)
        return count

    def send_mails(self) -> int:
        """Send the notices that are due; how many mails were settled."""
        self._real_now += timedelta(minutes=15)  # longer than any pause after a failure
        mails = self.run(claim_mails, real_now=self._real_now, console_url=CONSOLE)
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
        opened = open_program(self.program.settings, clock=self.clock, publish=False)
        self.program = self.on_close.enter_context(opened)


def _caused(
    uow: UnitOfWork, cause: str, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> T:
    uow.cause = cause
    return fn(uow, *args, **kwargs)


def plain(text: str) -> str:
    """Telegram's HTML without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def settings_for(database_url: str, *, content_dir: Path | None = None) -> Settings:
    return load_settings(
        env_file=None, database_url=database_url, secret_key=SECRET_KEY, content_dir=content_dir
    )


def stage(database_url: str, *, at: datetime = START, content_dir: Path | None = None) -> Cast:
    """Make an empty database ready: upgraded, content published, the cast invited."""
    settings = settings_for(database_url, content_dir=content_dir)
    upgrade_database(settings)
    with open_program(settings, clock=SettableClock(at)) as program:
        cast: Cast = program.storage.run_sync(invite_the_cast)
        return cast


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
        program = on_close.enter_context(open_program(settings, clock=clock, publish=False))
        yield Rehearsal(program, clock, cast, on_close=on_close)
