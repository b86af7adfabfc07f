"""A session in a participant's words: day, time, theme and place."""

from __future__ import annotations

from bot.domain.messages import MapPin
from bot.domain.people import Participant
from bot.domain.place_pins import pin_of
from bot.domain.planning import ProgrammeSession
from bot.domain.time_words import session_day_in_words, time_in_words
from bot.services.ports import UnitOfWork
from bot.services.speaking import calendar_of, render


def theme_name(uow: UnitOfWork, gathering: ProgrammeSession, language: str) -> str:
    """The theme's name in the pack, or the plain words it was given with."""
    names = uow.pack(gathering.office_id).programme.themes.get(gathering.theme)
    return gathering.theme if names is None else names.get(language) or names["nb"]


def place_name(uow: UnitOfWork, gathering: ProgrammeSession, language: str) -> str:
    place = uow.pack(gathering.office_id).programme.places.get(gathering.place)
    if place is None:
        return gathering.place
    name = place.name.get(language) or place.name["nb"]
    return f"{name}, {place.address}" if place.address else name


def place_pin(uow: UnitOfWork, gathering: ProgrammeSession, language: str) -> MapPin | None:
    """The session's place on the map, where the pack knows where that is."""
    place = uow.pack(gathering.office_id).programme.places.get(gathering.place)
    return None if place is None else pin_of(place, language)


def session_values(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession
) -> dict[str, object]:
    """The placeholders of every message about a session."""
    calendar = calendar_of(uow, gathering.office_id)
    language = participant.language
    return {
        "session_day": session_day_in_words(
            gathering.starts_at, language=language, calendar=calendar
        ),
        "session_time": time_in_words(gathering.starts_at, language=language, calendar=calendar),
        "theme": theme_name(uow, gathering, language),
        "place": place_name(uow, gathering, language),
    }


def when_words(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> str:
    """ "i dag", "i morgen", or the day itself."""
    calendar = calendar_of(uow, gathering.office_id)
    days = (calendar.local(gathering.starts_at).date() - calendar.local(uow.now).date()).days
    if days == 0:
        return render(uow, participant, "when.today")
    if days == 1:
        return render(uow, participant, "when.tomorrow")
    return session_day_in_words(
        gathering.starts_at, language=participant.language, calendar=calendar
    )
