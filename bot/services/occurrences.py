"""Everything timed about people: plan it once, fire it when due, supersede it when plans change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.initiative import Go, Later, No, Verdict
from bot.domain.people import Participant
from bot.domain.planning import Occurrence, OccurrenceState
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.speaking import hold_back


@dataclass(frozen=True, slots=True)
class Done:
    """The occurrence did its work."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is due again at `at`."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """It had nothing to do, for `reason`."""

    reason: str


Result = Done | Postponed | Skipped
Rule = Callable[[UnitOfWork, Occurrence], Result]
# What must happen when an occurrence ends without its rule having had its say.
GivenUp = Callable[[UnitOfWork, Occurrence], None]
ReadAhead = Callable[[UnitOfWork, Sequence[Occurrence]], None]

# Rules whose firing is a message to the participant, the most worth sending first. When one of them
# does not fire, the participant's page says so.
MESSAGE_RULES = (
    "session_reminder",
    "check_in",
    "run_wake",
    "module_offer",
    "missed_session",
    "pause_over",
)
MAX_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=5)


def plan(
    uow: UnitOfWork,
    participant: Participant,
    *,
    rule: str,
    subject: str,
    revision: str,
    due_at: datetime,
    slot: str = "",
    expires_at: datetime | None = None,
) -> bool:
    """Plan `rule` for the participant at `due_at`; planning the same thing twice changes nothing.

    What was called off and is planned again (an hour changed there and back, a course left and
    taken up anew) stands again.
    """
    wanted = Occurrence(
        office_id=participant.office_id,
        participant_id=participant.id,
        rule=rule,
        subject=subject,
        key=f"{rule}:{participant.id}:{subject}:{revision}:{slot}",
        due_at=due_at,
        expires_at=expires_at,
    )
    if uow.occurrences.add_once(wanted):
        return True
    known = uow.occurrences.by_key(wanted.key)
    if known is None or known.state is not OccurrenceState.SUPERSEDED:
        return False
    uow.occurrences.save(replace(wanted, id=known.id))
    return True


def supersede(
    uow: UnitOfWork,
    participant_id: int,
    *,
    rule: str | None = None,
    subject: str | None = None,
    reason: str,
) -> int:
    """Call off what is pending; returns how many."""
    count = 0
    for occurrence in uow.occurrences.pending_of(participant_id, rule):
        if subject is None or occurrence.subject == subject:
            uow.occurrences.save(
                replace(
                    occurrence, state=OccurrenceState.SUPERSEDED, reason=reason, ended_at=uow.now
                )
            )
            count += 1
    return count


def fire(
    uow: UnitOfWork,
    occurrence_id: int,
    rules: Mapping[str, Rule],
    when_given_up: Mapping[str, GivenUp],
) -> None:
    """Fire one due occurrence; checks again that it is still pending and not too late."""
    if _fire(uow, uow.occurrences.get(occurrence_id), rules, when_given_up):
        uow.occurrences.mark_done([occurrence_id], at=uow.now)


def fire_all(
    uow: UnitOfWork,
    occurrence_ids: Sequence[int],
    rules: Mapping[str, Rule],
    when_given_up: Mapping[str, GivenUp],
    read_ahead: Mapping[str, ReadAhead],
) -> None:
    """The same for several, each of another participant; what all of them ask for is read at once.

    When one of them raises, nothing of any may be kept.
    """
    found = uow.occurrences.numbered(occurrence_ids)
    people = [occurrence.participant_id for occurrence in found.values()]
    if len(set(people)) < len(people):
        raise ValueError("Firing one may change what else is planned for the participant.")
    uow.participants.read_ahead(people)
    uow.accounts.read_ahead(people)
    uow.enrolments.read_ahead(people)
    for rule, read in read_ahead.items():
        if of_rule := [one for one in found.values() if one.rule == rule]:
            read(uow, of_rule)
    # Whose participant was erased meanwhile is not there any more.
    in_order = (found[number] for number in occurrence_ids if number in found)
    done = [one.id for one in in_order if _fire(uow, one, rules, when_given_up)]
    uow.occurrences.mark_done(done, at=uow.now)


def _fire(
    uow: UnitOfWork,
    occurrence: Occurrence,
    rules: Mapping[str, Rule],
    when_given_up: Mapping[str, GivenUp],
) -> bool:
    """Whether it did its work, and is to be marked as done; all else is on record already."""
    if occurrence.state is not OccurrenceState.PENDING or occurrence.due_at > uow.now:
        return False
    if occurrence.expires_at is not None and occurrence.expires_at <= uow.now:
        _skip(uow, occurrence, "too_late")
        _give_up(uow, occurrence, when_given_up)
        return False
    uow.cause = f"occurrence:{occurrence.key}"
    match rules[occurrence.rule](uow, occurrence):
        case Done():
            return True
        case Skipped(reason=reason):
            _skip(uow, occurrence, reason)
        case Postponed(at=at, reason=reason):
            uow.occurrences.save(replace(occurrence, due_at=at, reason=reason, attempts=0))
    return False


def skip(uow: UnitOfWork, occurrence_id: int, reason: str) -> None:
    """Leave a due occurrence undone and say why (after an outage)."""
    occurrence = uow.occurrences.get(occurrence_id)
    if occurrence.state is OccurrenceState.PENDING:
        _skip(uow, occurrence, reason)


def record_failure(
    uow: UnitOfWork,
    occurrence_id: int,
    error_name: str,
    when_given_up: Mapping[str, GivenUp],
) -> None:
    """Firing raised: try again a little later, then give up and tell the coordinators."""
    occurrence = uow.occurrences.get(occurrence_id)
    attempts = occurrence.attempts + 1
    if attempts < MAX_ATTEMPTS:
        uow.occurrences.save(
            replace(occurrence, attempts=attempts, due_at=uow.now + RETRY_AFTER, reason=error_name)
        )
        return
    uow.occurrences.save(
        replace(
            occurrence,
            attempts=attempts,
            state=OccurrenceState.FAILED,
            reason=error_name,
            ended_at=uow.now,
        )
    )
    _give_up(uow, occurrence, when_given_up)
    tell_coordinators(
        uow,
        occurrence.office_id,
        topic=f"occurrence:{occurrence.rule}",
        sentence=(
            f"Rule {occurrence.rule} failed {attempts} times "
            f"for participant {occurrence.participant_id} ({error_name})."
        ),
    )


def unless_held(
    verdict: Verdict, act: Callable[[], None], *, retry_when_paused: datetime | None = None
) -> Result:
    """Act when the rules said go; else postpone or skip as they said.

    Args:
        retry_when_paused: When set, a pause postpones to its end instead of skipping.
    """
    match verdict:
        case Go():
            act()
            return Done()
        case Later(at=at, reason=reason):
            return Postponed(at, reason)
        case No(reason="paused") if retry_when_paused is not None:
            return Postponed(retry_when_paused, "paused")
        case No(reason=reason):
            return Skipped(reason)


def _give_up(uow: UnitOfWork, occurrence: Occurrence, when_given_up: Mapping[str, GivenUp]) -> None:
    after = when_given_up.get(occurrence.rule)
    if after is not None:
        after(uow, occurrence)


def _end(uow: UnitOfWork, occurrence: Occurrence, state: OccurrenceState, reason: str) -> None:
    uow.occurrences.save(replace(occurrence, state=state, reason=reason, ended_at=uow.now))


def _skip(uow: UnitOfWork, occurrence: Occurrence, reason: str) -> None:
    _end(uow, occurrence, OccurrenceState.SKIPPED, reason)
    if occurrence.rule in MESSAGE_RULES:
        hold_back(
            uow,
            uow.participants.get(occurrence.participant_id),
            rule=occurrence.rule,
            subject=occurrence.subject,
            key=f"{occurrence.key}:no",  # the key a rule's own No has: one record of one refusal
            reason=reason,
        )
