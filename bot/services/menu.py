"""The persistent menu and the commands: the same words open the same things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.people import Participant
from bot.domain.planning import ProgrammeSession, SessionStatus
from bot.services.calendar_file import calendar_document
from bot.services.course import show_course
from bot.services.help import ask_for_help
from bot.services.pause import offer_pause
from bot.services.ports import UnitOfWork
from bot.services.rights import offer_erase, offer_leave, show_my_data
from bot.services.session_words import session_values
from bot.services.settings import show_settings
from bot.services.speaking import render, say, say_text

Entry = Callable[[UnitOfWork, Participant], None]


def show_week(uow: UnitOfWork, participant: Participant) -> None:
    """The sessions of the next seven days (or the next one after), with what was answered."""
    coming = upcoming(uow, participant, uow.now)
    this_week = [s for s in coming if s.starts_at < uow.now + timedelta(days=7)] or coming[:1]
    if not this_week:
        say(uow, participant, "week.nothing", menu=True)
        return
    pack = uow.pack(participant.office_id)
    lines = [render(uow, participant, "week.heading")]
    for gathering in this_week:
        answer = uow.session_answers.of(gathering.id, participant.id)
        words = pack.label(f"button.{answer.answer.value}", participant.language) if answer else ""
        values = {**session_values(uow, participant, gathering), "answer": words}
        lines.append(render(uow, participant, "week.line", values))
    say_text(uow, participant, "\n\n".join(lines), menu=True)
    document = calendar_document(uow, participant, coming)
    say(uow, participant, "week.calendar_caption", attachment=document)


def upcoming(uow: UnitOfWork, participant: Participant, now: datetime) -> list[ProgrammeSession]:
    enrolment = uow.enrolments.active_of(participant.id)
    cohort_id = enrolment.cohort_id if enrolment else None
    gatherings = uow.programme_sessions.of_participant(participant.id, cohort_id)
    return [s for s in gatherings if s.status is SessionStatus.PLANNED and s.ends_at > now]


def show_menu(uow: UnitOfWork, participant: Participant) -> None:
    say(uow, participant, "menu.shown", menu=True)


def ask_for_help_now(uow: UnitOfWork, participant: Participant) -> None:
    ask_for_help(uow, participant, source=f"help:{participant.id}:{uow.cause}")


MENU: Mapping[str, Entry] = {
    "menu.week": show_week,
    "menu.course": show_course,
    "menu.help": ask_for_help_now,
    "menu.pause": offer_pause,
    "menu.settings": show_settings,
    "menu.my_data": show_my_data,
    "menu.leave": offer_leave,
    "menu.erase": offer_erase,
}

# Telegram commands are Latin letters; Norwegian and English words open the same things.
COMMANDS: Mapping[str, Entry] = {
    "menu": show_menu,
    "meny": show_menu,
    "week": show_week,
    "uke": show_week,
    "veke": show_week,
    "course": show_course,
    "kurs": show_course,
    "help": ask_for_help_now,
    "hjelp": ask_for_help_now,
    "pause": offer_pause,
    "settings": show_settings,
    "innstillinger": show_settings,
    "innstillingar": show_settings,
    "mydata": show_my_data,
    "mine": show_my_data,
    "leave": offer_leave,
    "slutt": offer_leave,
    "stop": offer_leave,
    "stopp": offer_leave,
    "erase": offer_erase,
    "slett": offer_erase,
}

# Short, clear words that ask for a human; anything longer is read by one anyway.
HELP_WORDS = frozenset(
    {
        "hjelp",
        "help",
        "help me",
        "hjelp meg",
        "ring meg",
        "call me",
        "jeg trenger hjelp",
        "eg treng hjelp",
        "i need help",
    }
)


def entry_for_label(uow: UnitOfWork, office_id: int, words: str) -> Entry | None:
    """What a tapped menu button (its label, in any language) or a clear word for help opens."""
    wanted = words.strip()
    pack = uow.pack(office_id)
    for key, entry in MENU.items():
        if wanted in pack.all_labels(key):
            return entry
    return ask_for_help_now if wanted.casefold().strip(" .!?") in HELP_WORDS else None
