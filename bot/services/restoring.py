"""After a restore: nothing old is sent again, no escalation is lost, the erased stay erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.case_codes import CaseState
from bot.domain.cases import Case
from bot.domain.document_orders import OrderState
from bot.domain.messages import Notice, NoticeState, OutboxMessage, OutboxState
from bot.services import occurrences
from bot.services.cases import staffing_changed, sweep_case
from bot.services.check_ins import plan_next_check_in
from bot.services.message_ends import WHEN_UNDELIVERED
from bot.services.operations import tell_coordinators
from bot.services.outage import last_alive
from bot.services.ports import UnitOfWork
from bot.services.ports.stores import ProgramStateStore
from bot.services.runner_lease import LEASE
from bot.services.runner_lease import NAME as RUNNER_LEASE
from bot.services.speaking import calendar_of

REASON = "restored"
EVERYTHING = 10_000_000


class RestoredStore(Protocol):
    """What only a restore asks of the database: rows of all offices, and changes in bulk."""

    def undecided_messages(self) -> Sequence[OutboxMessage]:
        """Queued or claimed."""
        ...

    def undecided_notices(self) -> Sequence[Notice]: ...
    def end_logins(self, at: datetime) -> int:
        """End every login and every sign-in link that was not used."""
        ...

    def participants_with(self, key_ids: Collection[str]) -> Sequence[int]:
        """Those who are not erased and whose key is among these."""
        ...

    def leave_question_gap(self, at: datetime) -> None:
        """Never give a new question the number of one that was asked after the backup."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What the restore did, in numbers."""

    messages: int
    occurrences: int
    notices: int
    logins: int
    cases: int
    erased: int


def program_runs(program_state: ProgramStateStore, *, real_now: datetime) -> bool:
    """Whether a program holds the lease; `real_now` is the machine's time."""
    held = program_state.read(RUNNER_LEASE)
    if not isinstance(held, dict) or not held["holder"]:
        return False
    return real_now < datetime.fromisoformat(held["until"]) < real_now + 2 * LEASE


def settle_restored(
    uow: UnitOfWork,
    restored: RestoredStore,
    *,
    moment: datetime,
    destroyed_keys: Collection[str],
) -> Settled:
    """Make a database as it was at `moment` fit to go on now; one unit, before anybody may use it.

    Args:
        destroyed_keys: Keys of people who were erased since, by the newest key store there is.
    """
    uow.cause = f"restored:{moment:%Y%m%dT%H%M%S}"
    _end_orders(uow)
    settled = Settled(
        # First: nothing of theirs may be looked at, let alone sent.
        erased=_replay_erasures(uow, restored, destroyed_keys),
        messages=_end_messages(uow, restored),
        occurrences=_skip_occurrences(uow),
        notices=_end_notices(uow, restored),
        logins=restored.end_logins(uow.now),
        cases=_look_at_cases(uow),
    )
    restored.leave_question_gap(uow.now)
    _note_the_gap(uow, moment)
    for office in uow.offices.all():
        tell_coordinators(uow, office.id, topic=uow.cause, sentence=_sentence(moment, settled))
    return settled


def _replay_erasures(
    uow: UnitOfWork, restored: RestoredStore, destroyed_keys: Collection[str]
) -> int:
    erased = restored.participants_with(destroyed_keys)
    for participant_id in erased:
        uow.erasure.erase(participant_id, at=uow.now)
    return len(erased)


def _end_messages(uow: UnitOfWork, restored: RestoredStore) -> int:
    """What was due may have been sent after the backup: it is on record, and is not sent again.

    What is not due yet cannot have been sent, and goes when its time comes.
    """
    count = 0
    for message in restored.undecided_messages():
        is_claimed = message.state is OutboxState.CLAIMED
        if not is_claimed and message.not_before > uow.now:
            continue
        state = OutboxState.UNKNOWN if is_claimed else OutboxState.HELD_BACK
        ended = uow.outbox.save(
            replace(message, state=state, reason=REASON, ended_at=uow.now, lease_until=None)
        )
        # A check-in that waits for the fate of its question would wait for ever.
        listener = WHEN_UNDELIVERED.get(message.rule)
        if listener is not None:
            listener(uow, ended)
        count += 1
    return count


def _skip_occurrences(uow: UnitOfWork) -> int:
    """Leave undone, on record, what fell due until now; the chain of check-ins goes on."""
    missed = [
        occurrence
        for occurrence in uow.occurrences.due(uow.now, limit=EVERYTHING)
        if occurrence.rule in occurrences.MESSAGE_RULES
    ]
    for occurrence in missed:
        occurrences.skip(uow, occurrence.id, REASON)
    for participant_id in sorted({o.participant_id for o in missed if o.rule == "check_in"}):
        if uow.enrolments.active_of(participant_id) is None:
            continue
        if not uow.occurrences.pending_of(participant_id, "check_in"):
            plan_next_check_in(uow, uow.participants.get(participant_id))
    return len(missed)


def _end_notices(uow: UnitOfWork, restored: RestoredStore) -> int:
    """End what was due, but for open cases: their mails may come twice and may not be missed."""
    count = 0
    for notice in restored.undecided_notices():
        if notice.case_id is not None and uow.cases.get(notice.case_id).is_open:
            uow.notices.save(
                replace(notice, state=NoticeState.QUEUED, reason=REASON, lease_until=None)
            )
        elif notice.state is NoticeState.CLAIMED or notice.not_before <= uow.now:
            uow.notices.save(
                replace(notice, state=NoticeState.OBSOLETE, reason=REASON, lease_until=None)
            )
            count += 1
    return count


def _end_orders(uow: UnitOfWork) -> None:
    """Files that were made after the backup are not made again; their lessons go on from the menu."""
    for order in uow.document_orders.all_queued():
        uow.document_orders.save(
            replace(
                order, state=OrderState.FAILED, reason=REASON, ended_at=uow.now, lease_until=None
            )
        )


def _look_at_cases(uow: UnitOfWork) -> int:
    """Every open case keeps its state, is swept at once, and while unread its mail comes again."""
    cause = uow.cause
    count = 0
    for office in uow.offices.all():
        staffing_changed(uow, office.id)
        for case in uow.cases.open_of_office(office.id):
            sweep_case(uow, case.id)
            uow.cause = cause
            _repeat_notice(uow, uow.cases.get(case.id))
            count += 1
    return count


def _repeat_notice(uow: UnitOfWork, case: Case) -> None:
    """Whoever had the mail may have taken the case since, and that is gone: tell them again."""
    if case.state is not CaseState.OPEN:
        return
    for notice in uow.notices.of_case(case.id):
        if notice.number != case.step_notice or notice.state is not NoticeState.SENT:
            continue
        calendar = calendar_of(uow, case.office_id)
        again = replace(
            notice,
            id=0,
            key=f"{notice.key}:{uow.cause}",
            created_at=uow.now,
            not_before=calendar.next_digest(uow.now) if notice.is_digest else uow.now,
            state=NoticeState.QUEUED,
            reason=REASON,
            attempts=0,
            sent_at=None,
        )
        uow.notices.store_once(again)


def _note_the_gap(uow: UnitOfWork, moment: datetime) -> None:
    """The next start finds that the program was away since the backup, once; nobody runs it now."""
    alive = last_alive(uow)
    since = moment if alive is None else min(alive, moment)
    uow.program_state.write("alive_at", since.isoformat())
    uow.program_state.write(RUNNER_LEASE, {"holder": "", "until": uow.now.isoformat()})


def _sentence(moment: datetime, settled: Settled) -> str:
    return (
        f"The database was restored as it was on {moment:%Y-%m-%d %H:%M} UTC: what was answered, "
        "written, taken and marked after that is gone. "
        f"{settled.messages + settled.occurrences} messages that were due are held back, and "
        "participants may be asked once more. Look at the unread texts and the open cases, "
        "and mark again what is missing."
    )
