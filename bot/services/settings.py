"""A participant's own settings: language, preferred hour, fewer messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.domain.messages import Question
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.time_of_day import at_hour
from bot.domain.time_words import wall_time_in_words
from bot.services import occurrences
from bot.services.check_ins import plan_next_check_in
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, button_rows, say

LANGUAGE_NAMES = {"nb": "bokmål", "nn": "nynorsk", "en": "English"}
HOURS = {"hour_morning": 9, "hour_midday": 12, "hour_afternoon": 15, "hour_evening": 18}


def show_settings(uow: UnitOfWork, participant: Participant) -> None:
    other = "more_messages" if participant.fewer_messages else "fewer"
    rows = button_rows(uow, participant, ("change_language",), ("change_hour",), (other,))
    planned = uow.pack(participant.office_id).programme.check_in.at_time
    at_time = None if planned is None else at_hour(participant.preferred_hour, planned)
    hour = "" if at_time is None else wall_time_in_words(at_time, language=participant.language)
    values = {
        "language": LANGUAGE_NAMES[participant.language],
        "hour": hour,
        "fewer": participant.fewer_messages,
    }
    say(uow, participant, "settings.shown", values, choices=Choices("settings", "settings", rows))


def settings_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option == "change_language":
        rows = button_rows(uow, participant, ("language_nb",), ("language_nn",), ("language_en",))
        choices = Choices("settings_language", "settings", rows)
        say(uow, participant, "settings.choose_language", choices=choices)
    elif option == "change_hour":
        rows = button_rows(
            uow, participant, ("hour_morning", "hour_midday"), ("hour_afternoon", "hour_evening")
        )
        say(
            uow,
            participant,
            "settings.choose_hour",
            choices=Choices("settings_hour", "settings", rows),
        )
    else:
        fewer = option == "fewer"
        participant = uow.participants.save(replace(participant, fewer_messages=fewer))
        say(uow, participant, "settings.fewer_on" if fewer else "settings.fewer_off")
    return None


def language_set(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """The menu comes anew, in the new language."""
    participant = uow.participants.save(
        replace(participant, language=option.removeprefix("language_"))
    )
    say(uow, participant, "settings.language_set", menu=True)
    return None


def hour_set(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """Check-ins and lessons move to the hour that suits; the next check-in is planned anew."""
    participant = uow.participants.save(replace(participant, preferred_hour=HOURS[option]))
    is_followed_up = uow.enrolments.active_of(participant.id) is not None
    if participant.status is ParticipantStatus.ACTIVE and is_followed_up:
        occurrences.supersede(uow, participant.id, rule="check_in", reason="other_hour")
        plan_next_check_in(uow, participant)
    hour = wall_time_in_words(time(HOURS[option]), language=participant.language)
    say(uow, participant, "settings.hour_set", {"hour": hour})
    return None
