"""Deliberate mistakes, each a switch: the matrix must catch every one of them.

Each is applied inside the program's own process (see launch.py), before anything starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any

from benchmarks.faults import delivery_mutants, staff_mutants, storage_mutants, worker_mutants
from benchmarks.faults.outcomes import POSTGRESQL


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake, how to make it, and the row that must fail because of it."""

    mistake: str
    row: int
    apply: Callable[[], None]
    database: str = "sqlite"


def _confirm_before_commit() -> None:
    from bot.delivery.inbound import Inbound

    store, on_their_way = Inbound.store, set[asyncio.Task[None]]()

    async def careless(self: Inbound, office_id: int, updates: list[dict[str, Any]]) -> None:
        task = asyncio.create_task(store(self, office_id, updates))
        on_their_way.add(task)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    Inbound.store = careless  # type: ignore[method-assign]


def _sent_before_sending() -> None:
    from bot.delivery.sender import Sender
    from bot.services.delivery_results import Claimed, message_sent

    async def careless(self: Sender, claim: Claimed) -> None:
        await self._record(message_sent, claim.message.id, None)
        with suppress(Exception):
            await self._call(claim)
        self.wake()

    Sender._send = careless  # type: ignore[method-assign]


def _no_claim_recovery() -> None:
    sender: Any = import_module("bot.delivery.sender")

    def careless(*_: Any, **__: Any) -> int:
        return 0

    sender.recover_claims = careless


def _change_failures(change: Callable[[Any], Any]) -> None:
    sender: Any = import_module("bot.delivery.sender")

    failure_of = sender.failure_of
    sender.failure_of = lambda error: change(failure_of(error))


def _retry_every_network_error() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.NOT_SENT) if found.meaning is Meaning.UNKNOWN else found
        )
    )


def _ignore_retry_after() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.NOT_SENT) if found.meaning is Meaning.FLOOD else found
        )
    )


def _migration_is_refusal() -> None:
    from bot.delivery.outcomes import Meaning

    _change_failures(
        lambda found: (
            replace(found, meaning=Meaning.REFUSED) if found.meaning is Meaning.MIGRATED else found
        )
    )


def _timers_in_memory() -> None:
    ticker: Any = import_module("bot.scheduling.ticker")
    what_is_due, began = ticker.what_is_due, list[datetime]()

    def careless(uow: Any) -> Any:
        began.append(uow.now)
        due = what_is_due(uow)
        known = (n for n in due.occurrences if uow.occurrences.get(n).due_at >= began[0])
        return replace(due, occurrences=tuple(known))

    ticker.what_is_due = careless


def _never_set_aside() -> None:
    from bot.services import inbox

    inbox.SET_ASIDE_AFTER = 10**9


def _no_handler_limit() -> None:
    from bot.delivery.worker import InboxWorker

    async def careless(self: InboxWorker, update: Any) -> None:
        await self._handle(update)

    InboxWorker._within_limit = careless  # type: ignore[method-assign]


def _no_lease() -> None:
    """Everybody thinks to be the only one: on SQLite by the lease, on PostgreSQL by the locks."""
    standing_by: Any = import_module("bot.standing_by")
    advisory: Any = import_module("bot.storage.advisory_duties")

    def careless(*_: Any, **__: Any) -> bool:
        return True

    standing_by.hold_lease = careless
    sole = import_module("bot.duties").SoleDuties
    advisory.AdvisoryDuties = lambda *_, **__: sole()


def _pile_after_an_outage() -> None:
    outage: Any = import_module("bot.services.outage")

    def careless(*_: Any) -> None:
        return None

    outage._thin_out = careless


def _believe_every_clock() -> None:
    from bot.scheduling.clock_guard import ClockGuard, ClockState

    def careless(*_: Any) -> ClockState:
        return ClockState.TRUSTED

    ClockGuard.judge = careless  # type: ignore[assignment,method-assign]


def _words_in_logs() -> None:
    from bot.delivery.worker import InboxWorker

    logs: Any = import_module("bot.logs")
    record = InboxWorker._record_failure

    async def careless(self: InboxWorker, update: Any, error_name: str) -> None:
        logging.getLogger("bot").error("could not handle %s", update.payload)
        await record(self, update, error_name)

    logs.redact = lambda text: text
    InboxWorker._record_failure = careless  # type: ignore[method-assign]


MUTANTS: dict[str, Mutant] = {
    "confirm-before-commit": Mutant(
        "the offset moves before the update is on disk", 15, _confirm_before_commit
    ),
    "sent-before-sending": Mutant("marked sent before it is sent", 8, _sent_before_sending),
    "deferred-begin": Mutant(
        "BEGIN instead of BEGIN IMMEDIATE", 14, storage_mutants.deferred_begin
    ),
    "synchronous-off": Mutant(
        "commits are not synced to the disk", 18, storage_mutants.synchronous_off
    ),
    "dedupe-by-greater-than": Mutant(
        "new is what has a higher id", 4, storage_mutants.dedupe_by_greater_than
    ),
    "no-claim-recovery": Mutant("what a dead sender claimed stays claimed", 1, _no_claim_recovery),
    "retry-network-errors": Mutant(
        "every network error is tried again", 9, _retry_every_network_error
    ),
    "ignore-retry-after": Mutant("429 is an error like any other", 7, _ignore_retry_after),
    "migration-is-refusal": Mutant(
        "a group that migrated is one that refuses", 11, _migration_is_refusal
    ),
    "timers-in-memory": Mutant("what was due before the start is forgotten", 19, _timers_in_memory),
    "processed-apart": Mutant(
        "“processed” is a transaction of its own", 1, storage_mutants.processed_apart
    ),
    "never-set-aside": Mutant("a failing update is tried for ever", 5, _never_set_aside),
    "no-handler-limit": Mutant("a hanging handler is waited for", 6, _no_handler_limit),
    "no-lease": Mutant("two processes work side by side", 12, _no_lease),
    "pile-after-outage": Mutant("everything missed is sent at once", 19, _pile_after_an_outage),
    "believe-every-clock": Mutant("a jumping clock is believed", 21, _believe_every_clock),
    "key-survives": Mutant("erasing leaves the key", 32, storage_mutants.key_survives_erasure),
    "words-in-logs": Mutant("what failed is logged as it came", 31, _words_in_logs),
    "claims-ignore-others": Mutant(
        "a claim takes what others hold", 13, worker_mutants.claims_ignore_others, POSTGRESQL
    ),
    "newest-first": Mutant(
        "a chat's newest update goes first", 13, worker_mutants.newest_first, POSTGRESQL
    ),
    "abandoned-stays": Mutant(
        "what a dead process had in hand stays so", 13, worker_mutants.abandoned_stays, POSTGRESQL
    ),
    "every-duty-everywhere": Mutant(
        "every process sends and polls", 13, worker_mutants.every_duty_everywhere, POSTGRESQL
    ),
    "former-claims-again": Mutant(
        "what a dead sender had on its way is sent again",
        13,
        worker_mutants.former_claims_are_sent_again,
        POSTGRESQL,
    ),
    "webhook-answers-first": Mutant(
        "the webhook says 200 before the update is on disk",
        15,
        delivery_mutants.answered_before_stored,
    ),
    "webhook-open": Mutant(
        "the webhook takes what strangers post", 3, delivery_mutants.open_to_everybody
    ),
    "silence-forgotten": Mutant(
        "a start ends the silence of a 429", 7, delivery_mutants.silence_forgotten
    ),
    "three-copies": Mutant("a question is asked three times", 9, delivery_mutants.three_copies),
    "reminders-again": Mutant(
        "the programme's reminders are sent again", 9, delivery_mutants.reminders_again
    ),
    "questions-once": Mutant(
        "a check-in that may be lost is not asked again", 9, delivery_mutants.questions_once
    ),
    "never-left-is-unknown": Mutant(
        "what could not connect is not tried again", 8, delivery_mutants.nothing_surely_stays
    ),
    "stale-goes": Mutant("what came too late is sent", 19, delivery_mutants.stale_goes),
    "anybodys-buttons": Mutant(
        "somebody else's button answers", 27, delivery_mutants.anybodys_buttons
    ),
    "lease-runs-out": Mutant("the lease is not renewed", 12, staff_mutants.lease_runs_out),
    "due-is-after": Mutant("what is due now is not yet due", 20, staff_mutants.due_is_after),
    "mails-in-hand-lost": Mutant(
        "what a dead mailer had in hand stays so", 9, staff_mutants.mails_in_hand_are_lost
    ),
    "no-deputies": Mutant("deputies are passed over", 28, staff_mutants.deputies_are_passed_over),
    "erasing-misses-table": Mutant(
        "erasing forgets a table", 32, staff_mutants.erasing_misses_a_table
    ),
}
