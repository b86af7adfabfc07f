"""What participants answer about sessions: coming, late, can't, call me, the calendar file."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Question
from bot.domain.people import Participant
from bot.domain.planning import AnswerCode, ProgrammeSession, SessionAnswer, SessionStatus
from bot.services.attendance import session_replied
from bot.services.calendar_file import calendar_document
from bot.services.cases import participant_answered, raise_signal
from bot.services.help import act_by_words, ask_for_help
from bot.services.pause import offer_pause
from bot.services.ports import UnitOfWork
from bot.services.session_words import place_pin, session_values
from bot.services.silence import wrote_something
from bot.services.speaking import say, say_text


def session_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """A button below a reminder. Another tap changes the answer until the session is over."""
    gathering = uow.programme_sessions.get(int(question.subject.removeprefix("session:")))
    if option == "calendar":
        say(
            uow,
            participant,
            "week.calendar_caption",
            attachment=calendar_document(uow, participant, [gathering]),
        )
        return None
    if option == "map":
        pin = place_pin(uow, gathering, participant.language)
        if pin is not None:  # none when the session was moved to a place without one
            say_text(uow, participant, "", attachment=pin)
        return None
    if gathering.status is SessionStatus.CANCELLED or gathering.ends_at <= uow.now:
        say(uow, participant, "session.over")
        return None
    answer = AnswerCode(option)
    _store(uow, participant, gathering, answer)
    session_replied(uow, participant, gathering.id)
    participant_answered(uow, participant)
    values = session_values(uow, participant, gathering)
    if answer is AnswerCode.CALL_ME:
        values["act_by"] = act_by_words(uow, participant)
        _call_me(uow, participant, gathering)
    say(uow, participant, f"session.answered_{answer.value}", values)
    return uow.pack(participant.office_id).label(f"button.{option}", participant.language)


def missed_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """A button below the friendly note after a missed session."""
    session_replied(uow, participant, int(question.subject.removeprefix("session:")))
    wrote_something(uow, participant, at=uow.now)
    if option == "im_ok":
        say(uow, participant, "session.missed_ok")
    elif option == "need_help":
        ask_for_help(uow, participant, source=f"missed_session:{question.id}:help")
    else:
        offer_pause(uow, participant)
    return uow.pack(participant.office_id).label(f"button.{option}", participant.language)


def _store(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession, answer: AnswerCode
) -> None:
    known = uow.session_answers.of(gathering.id, participant.id)
    new = SessionAnswer(gathering.id, participant.id, answer, uow.now)
    if known is None:
        uow.session_answers.add(new)
    else:
        uow.session_answers.save(replace(new, id=known.id))


def _call_me(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> None:
    raise_signal(
        uow,
        participant,
        reason="help",
        source=f"call_me:{participant.id}:{gathering.id}:{gathering.changes}",
        by_participant=True,
    )
