"""Timers that were planned while the machine's clock was ahead: they are planned anew from now.

A timer counted from the moment of its planning cannot lie further ahead than one that is planned
now would. So what does was planned in a time that is still to come, and nothing planned far ahead
on purpose is mistaken for it. See docs/rules.md#a-wrong-clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.durations import Duration, Unit
from bot.domain.errors import NotFound, RuleBroken
from bot.domain.people import Participant
from bot.domain.planning import Occurrence, OccurrenceState
from bot.services.check_ins import plan_next_check_in
from bot.services.ports import UnitOfWork
from bot.services.run_wakes import wake_in_time
from bot.services.silence import plan_never_started, plan_no_sign_of_life
from bot.services.speaking import calendar_of

A_WEEK = Duration(1, Unit.WEEKS)
DISTRUSTED = "clock_distrusted"

# How far ahead each can lie at the most, and what plans it anew.
Wait = Callable[[UnitOfWork, int], Duration]
PlanAnew = Callable[[UnitOfWork, Participant], None]
FROM_NOW: Mapping[str, tuple[Wait, PlanAnew]] = {
    "check_in": (
        lambda uow, office: uow.pack(office).programme.check_in.every or A_WEEK,
        plan_next_check_in,
    ),
    "never_started": (
        lambda uow, office: uow.pack(office).programme.quiet.never_started_after,
        plan_never_started,
    ),
    "no_sign_of_life": (
        lambda uow, office: uow.pack(office).programme.quiet.no_sign_of_life_after,
        plan_no_sign_of_life,
    ),
}


def note_distrust(uow: UnitOfWork) -> None:
    """The clock is not to be believed: what is planned meanwhile is looked at when it is."""
    uow.program_state.write(DISTRUSTED, uow.now.isoformat())


def mend_plans(uow: UnitOfWork) -> int:
    """Once the clock is trusted again; how many were planned anew. Costs nothing if it always was."""
    if not uow.program_state.read(DISTRUSTED):
        return 0
    uow.program_state.write(DISTRUSTED, "")
    uow.cause = f"clock_mended:{uow.now:%Y%m%dT%H%M%S}"
    latest: dict[tuple[str, int], datetime] = {}
    count = 0
    for occurrence in uow.occurrences.pending_by_rules((*FROM_NOW, "missed_session", "run_wake")):
        if occurrence.due_at <= uow.now:
            continue
        if occurrence.rule == "missed_session":  # due as soon as it is known
            uow.occurrences.save(replace(occurrence, due_at=uow.now))
            count += 1
        elif occurrence.rule == "run_wake":
            count += wake_in_time(uow, occurrence)
        else:
            kind = (occurrence.rule, occurrence.office_id)
            if kind not in latest:
                latest[kind] = _latest(uow, *kind)
            if occurrence.due_at > latest[kind]:
                _supersede(uow, occurrence)
                _, plan_anew = FROM_NOW[occurrence.rule]
                plan_anew(uow, uow.participants.get(occurrence.participant_id))
                count += 1
    return count


def _latest(uow: UnitOfWork, rule: str, office_id: int) -> datetime:
    wait, _ = FROM_NOW[rule]
    try:
        return calendar_of(uow, office_id).add(uow.now, wait(uow, office_id))
    except (NotFound, RuleBroken):  # an office that cannot plan now must not hold up the others
        return datetime.max.replace(tzinfo=UTC)


def _supersede(uow: UnitOfWork, occurrence: Occurrence) -> None:
    uow.occurrences.save(
        replace(
            occurrence,
            state=OccurrenceState.SUPERSEDED,
            reason="clock_mended",
            ended_at=uow.now,
        )
    )
