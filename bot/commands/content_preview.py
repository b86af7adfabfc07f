"""`tettpa content preview`: looks at a part of a pack as a phone would show it, with no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.content_options import Folder
from bot.commands.options import Json, Language
from bot.domain.errors import RuleBroken

if TYPE_CHECKING:
    from bot.commands.preview_walk import Walk
    from bot.config import Settings
    from bot.content.pack import Pack
    from bot.content.samples import SamplePerson
    from bot.domain.rehearsal import Part

ENDS = ("q", "quit", "exit")


def register(app: typer.Typer) -> None:
    """Add the command to the group `tettpa content`."""
    app.command(epilog="Example: tettpa content preview cv.about --language nn --as long")(preview)


def preview(
    key: Annotated[
        str,
        typer.Argument(
            help="What to look at: a module (cv), a lesson (cv.about), a check-in "
            "(check_in:weekly), a message (session.reminder) or a notice (login.body)."
        ),
    ],
    folder: Folder = None,
    language: Annotated[
        Language, typer.Option("--language", "--lang", help="nb, nn or en.")
    ] = "nb",
    person: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NAME",
            help="A sample person, by name or by what they show: long, one letter, right-to-left, "
            "markup, beyond.",
        ),
    ] = "Amina",
    everything: Annotated[
        bool, typer.Option("--all", help="Print every step with every option, and ask nothing.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Walk through a module, lesson or check-in, or read one text, as a phone would show it.

    Answer with a button's number or words, or type; waits are skipped and said. Nothing is stored
    and nobody is told.
    """
    from bot.commands.content import chosen_folder
    from bot.commands.printing import print_json
    from bot.config import load_settings
    from bot.content.loading import load_folder
    from bot.content.message_contexts import NOTICE_CONTEXTS
    from bot.content.message_samples import SAMPLES_BY_MESSAGE
    from bot.domain.rehearsal import PartKind, find_part

    settings = load_settings()
    pack = load_folder(chosen_folder(settings, folder))
    part = find_part(key, pack.flows, messages=SAMPLES_BY_MESSAGE, notices=NOTICE_CONTEXTS)
    sample = sample_person(person)
    if part.kind is PartKind.FLOW and not (everything or json_wanted):
        _walk(settings, pack, part, language, sample)
        return
    read = _everything(pack, part, language, sample)
    if json_wanted:
        print_json(read)
    else:
        _print_everything(read)


def sample_person(wanted: str) -> SamplePerson:
    """By the beginning of the name, or words of what the sample shows. Raises RuleBroken."""
    from bot.content.samples import SAMPLE_PEOPLE

    said = wanted.casefold()
    for person in SAMPLE_PEOPLE:
        if person.first_name.casefold().startswith(said) or said in person.shows:
            return person
    known = "; ".join(f"{person.first_name} ({person.shows})" for person in SAMPLE_PEOPLE)
    raise RuleBroken(f'There is no sample person "{wanted}": {known}.')


def _walk(settings: Settings, pack: Pack, part: Part, language: str, person: SamplePerson) -> None:
    from bot.commands.opening import clock_of
    from bot.commands.preview_screen import Screen
    from bot.commands.preview_walk import Walk
    from bot.domain.office_hours import OfficeHours
    from bot.domain.work_calendar import WorkCalendar

    walk = Walk(
        pack,
        pack.flows[part.key],
        language,
        person,
        WorkCalendar(OfficeHours(time_zone=settings.time_zone)),
        clock_of(settings).now(),
    )
    screen = Screen()
    screen.heading(pack.flow_title(part.key, language))
    screen.show(walk.begin(part.step_key))
    while walk.is_asking:
        words = _asked(walk)
        if words is None:
            return
        if words:
            screen.show(walk.typed(words))


def _asked(walk: Walk) -> str | None:
    """What is typed; None when the input ends, or at "q"."""
    try:
        words = input(f"({walk.hint}; q ends) > ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return None
    return None if words.casefold() in ENDS else words


def _everything(pack: Pack, part: Part, language: str, person: SamplePerson) -> dict[str, Any]:
    from bot.commands.preview_reading import read_flow, read_message, read_notice
    from bot.domain.rehearsal import PartKind

    match part.kind:
        case PartKind.FLOW:
            return read_flow(pack, part, language, person)
        case PartKind.MESSAGE:
            return read_message(pack, part.key, language, person)
        case PartKind.NOTICE:
            return read_notice(pack, part.key, language, person)


def _print_everything(read: dict[str, Any]) -> None:
    from bot.commands.preview_reading import as_shown
    from bot.commands.preview_screen import Screen

    screen = Screen()
    for heading, shown in as_shown(read):
        screen.heading(heading)
        screen.show(shown)
