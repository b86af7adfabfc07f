"""What was planned, or left out as past, while the machine's clock was ahead: it is planned anew.

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
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.planning import Occurrence, OccurrenceState
from bot.services.check_ins import plan_next_check_in
from bot.services.course import plan_module_offers
from bot.services.outage import CLOCK_AHEAD
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import concerned
from bot.services.run_wakes import wake_in_time
from bot.services.session_reminders import plan_reminders
from bot.services.sessions_left_out import take_left_out
from bot.services.silence import plan_never_started, plan_no_sign_of_life
from bot.services.speaking import calendar_of

A_WEEK = Duration(1, Unit.WEEKS)
DISTRUSTED = "clock_distrusted"
NEVER = datetime.max.replace(tzinfo=UTC)

STILL_HERE = frozenset({ParticipantStatus.INVITED, ParticipantStatus.ACTIVE})

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
    """Once the clock is trusted again; how many were mended. Costs next to nothing if it always was."""
    uow.cause = f"clock_mended:{uow.now:%Y%m%dT%H%M%S}"
    count = _plan_what_was_left_out(uow)
    if not uow.program_state.read(DISTRUSTED):
        return count
    uow.program_state.write(DISTRUSTED, "")
    count += uow.participants.take_back_signs_of_life(after=uow.now + CLOCK_AHEAD, to=uow.now)
    for occurrence in uow.occurrences.pending_after(uow.now, ("missed_session", "run_wake")):
        if occurrence.rule == "run_wake":
            count += wake_in_time(uow, occurrence)
        else:  # due as soon as it is known
            uow.occurrences.save(replace(occurrence, due_at=uow.now))
            count += 1
    for rule in FROM_NOW:
        count += _plan_anew(uow, rule)
    return count


def _plan_what_was_left_out(uow: UnitOfWork) -> int:
    """What is planned already stays as it is, and what is past stays past; how many sessions."""
    sessions = take_left_out(uow)
    for gathering in sessions:
        for participant in concerned(uow, gathering):
            if participant.status not in STILL_HERE:
                continue
            plan_reminders(uow, participant, gathering)
            plan_module_offers(uow, participant, gathering)
    return len(sessions)


def _plan_anew(uow: UnitOfWork, rule: str) -> int:
    """Timers of this rule that lie further ahead than one planned now would, in their office."""
    latest = {office.id: _latest(uow, rule, office.id) for office in uow.offices.all()}
    _, plan_anew = FROM_NOW[rule]
    count = 0
    for occurrence in uow.occurrences.pending_after(min(latest.values(), default=NEVER), (rule,)):
        if occurrence.due_at > latest[occurrence.office_id]:
            _supersede(uow, occurrence)
            plan_anew(uow, uow.participants.get(occurrence.participant_id))
            count += 1
    return count


def _latest(uow: UnitOfWork, rule: str, office_id: int) -> datetime:
    wait, _ = FROM_NOW[rule]
    try:
        return calendar_of(uow, office_id).add(uow.now, wait(uow, office_id))
    except (NotFound, RuleBroken):  # an office that cannot plan now must not hold up the others
        return NEVER


def _supersede(uow: UnitOfWork, occurrence: Occurrence) -> None:
    uow.occurrences.save(
        replace(
            occurrence,
            state=OccurrenceState.SUPERSEDED,
            reason="clock_mended",
            ended_at=uow.now,
        )
    )
