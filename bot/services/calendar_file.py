"""Sessions as a calendar file that any phone can open."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bot.domain.messages import Document
from bot.domain.people import Participant
from bot.domain.planning import ProgrammeSession, SessionStatus
from bot.services.ports import UnitOfWork
from bot.services.session_words import place_name, place_pin, theme_name


def calendar_document(
    uow: UnitOfWork, participant: Participant, gatherings: Sequence[ProgrammeSession]
) -> Document:
    """An iCalendar file; a moved session keeps its UID, so the phone moves it too.

    The title is the theme alone: others may see a phone's calendar.
    """
    # Three megabytes with all it brings, for those who ask for the file.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Tett på//tettpa//")
    calendar.add("version", "2.0")
    for gathering in gatherings:
        event = Event()
        event.add("uid", f"session-{gathering.id}-{participant.id}@tettpa")
        event.add("dtstamp", uow.now)
        event.add("sequence", gathering.changes)
        event.add("dtstart", gathering.starts_at)
        event.add("dtend", gathering.ends_at)
        event.add("summary", theme_name(uow, gathering, participant.language))
        event.add("location", place_name(uow, gathering, participant.language))
        pin = place_pin(uow, gathering, participant.language)
        if pin is not None:
            event.add("geo", (pin.latitude, pin.longitude))
        if gathering.status is SessionStatus.CANCELLED:
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    content = base64.b64encode(calendar.to_ical()).decode()
    return Document("kalender.ics", "text/calendar", content)
