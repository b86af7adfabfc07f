""" "I need help": a case at once, who acts by when, and always the fixed danger card."""

from __future__ import annotations

from datetime import datetime

from bot.domain.escalation_reasons import escalation_reason
from bot.domain.messages import Lane
from bot.domain.people import Participant
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
    say(uow, participant, "danger.card", how=URGENT)
    raise_signal(uow, participant, reason="help", source=source, by_participant=True)
    values = {"act_by": act_by_words(uow, participant)}
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
    """By when the owner of a help case of now has to act, in the participant's words."""
    pack = uow.pack(participant.office_id)
    times = pack.programme.ladders.get("help") or escalation_reason("help").times
    act_by = calendar_of(uow, participant.office_id).add(uow.now, times.owner)
    return _words(uow, participant, act_by)


def _words(uow: UnitOfWork, participant: Participant, at: datetime) -> str:
    calendar = calendar_of(uow, participant.office_id)
    return moment_in_words(at, now=uow.now, language=participant.language, calendar=calendar)
