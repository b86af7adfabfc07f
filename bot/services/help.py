""" "I need help": a case at once, who acts by when, and always the fixed danger card."""

from __future__ import annotations

from datetime import datetime

from bot.domain.escalation_reasons import escalation_reason
from bot.domain.messages import Lane
from bot.domain.people import Participant
from bot.domain.programme import LadderTimes
from bot.domain.time_words import moment_in_words
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, calendar_of, say

URGENT = Sending(rule="help", lane=Lane.URGENT)


def ask_for_help(uow: UnitOfWork, participant: Participant, *, source: str) -> None:
    """Open (or join) the help case, and say who acts by when; the danger card comes whatever the hour.

    Args:
        source: What made the signal, unique: the same tap delivered twice is one signal.
    """
    was_open = bool(uow.cases.open_of(participant.id, "help"))
    # Worded before the signal: what the case already promises does not move by asking again.
    values = {"act_by": act_by_words(uow, participant)}
    say(uow, participant, "danger.card", how=URGENT)
    raise_signal(uow, participant, reason="help", source=source, by_participant=True)
    calendar = calendar_of(uow, participant.office_id)
    if was_open:
        key = "help.already_open"
    elif calendar.is_staffed(uow.now):
        key = "help.opened"
    else:
        key = "help.opened_closed"
        values["opens"] = _words(uow, participant, calendar.next_staffed(uow.now))
    say(uow, participant, key, values, how=URGENT)


def act_by_words(uow: UnitOfWork, participant: Participant) -> str:
    """By when somebody has to act on a help case of theirs, in the participant's words.

    For an open case that is the moment the case itself waits for, else the owner's time from now.
    """
    for case in uow.cases.open_of(participant.id, "help"):
        due_at = case.act_by or case.next_at
        if due_at is not None and due_at > uow.now:
            return _words(uow, participant, due_at)
    times = _help_times(uow, participant)
    return _words(
        uow, participant, calendar_of(uow, participant.office_id).add(uow.now, times.owner)
    )


def _help_times(uow: UnitOfWork, participant: Participant) -> LadderTimes:
    ladders = uow.pack(participant.office_id).programme.ladders
    return ladders.get("help") or escalation_reason("help").times


def _words(uow: UnitOfWork, participant: Participant, at: datetime) -> str:
    calendar = calendar_of(uow, participant.office_id)
    return moment_in_words(at, now=uow.now, language=participant.language, calendar=calendar)
