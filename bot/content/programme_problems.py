"""What does not hang together between programme.yaml and the rest of a pack."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.content.findings import Finding, did_you_mean
from bot.content.languages import LANGUAGES
from bot.content.programme_models import ProgrammeFile
from bot.content.texts_present import missing
from bot.content.yaml_source import Document
from bot.domain.escalation_reasons import ESCALATION_REASONS


def programme_problems(
    document: Document, programme: ProgrammeFile, flows: Collection[str]
) -> Iterator[Finding]:
    yield from _names(document, programme)
    yield from _sessions(document, programme)
    seen: set[str] = set()
    for index, reminder in enumerate(programme.reminders):
        if reminder.key in seen:
            yield document.problem(
                f"reminder `{reminder.key}` stands twice", "reminders", index, "key"
            )
        seen.add(reminder.key)
    yield from _known_flow(document, "check_in", programme.check_in.key, flows, "check_in", "key")
    seen = set()
    for index, module in enumerate(programme.modules):
        place = ("modules", index, "key")
        yield from _known_flow(document, "module", module.key, flows, *place)
        if module.key in seen:
            yield document.problem(f"module `{module.key}` stands twice", *place)
        seen.add(module.key)
        # Without a plan of sessions staff add them by hand, and any number may come.
        if programme.sessions and module.after_session > len(programme.sessions):
            message = (
                f"there is no session {module.after_session}; the plan has "
                f"{len(programme.sessions)}"
            )
            yield document.problem(message, "modules", index, "after_session")
    reasons = [reason.code for reason in ESCALATION_REASONS if not reason.retired]
    for reason in programme.ladders:
        if reason not in reasons:
            hint = did_you_mean(reason, reasons) or f"; there are {', '.join(reasons)}"
            yield document.problem(f"unknown escalation reason `{reason}`{hint}", "ladders", reason)


def _names(document: Document, programme: ProgrammeFile) -> Iterator[Finding]:
    named = [(("name",), programme.name)]
    named += [(("themes", key), name) for key, name in programme.themes.items()]  # type: ignore[misc]
    named += [(("places", key, "name"), place.name) for key, place in programme.places.items()]  # type: ignore[misc]
    for place, words in named:
        yield from missing_languages(document, words, *place)


def missing_languages(
    document: Document, words: Collection[str], *place: str | int
) -> Iterator[Finding]:
    for language in LANGUAGES:
        if language not in words:
            what = f"`{place[-1]}`" if isinstance(place[-1], str) else "the name"
            yield missing(document, language, what, *place)


def _sessions(document: Document, programme: ProgrammeFile) -> Iterator[Finding]:
    starts: dict[object, int] = {}
    for index, gathering in enumerate(programme.sessions):
        for what, key, known in (
            ("theme", gathering.theme, programme.themes),
            ("place", gathering.place, programme.places),
        ):
            if key not in known:
                hint = did_you_mean(key, known) or f"; add it under `{what}s`"
                message = f"unknown {what} `{key}`{hint}"
                yield document.problem(message, "sessions", index, what)
        if gathering.starts in starts:
            first = document.line("sessions", starts[gathering.starts])
            message = f"this session begins at the same time as the one in line {first}"
            yield document.problem(message, "sessions", index)
        starts.setdefault(gathering.starts, index)


def _known_flow(
    document: Document, kind: str, key: str, flows: Collection[str], *place: str | int
) -> Iterator[Finding]:
    if f"{kind}:{key}" not in flows:
        known = [flow.partition(":")[2] for flow in flows if flow.startswith(f"{kind}:")]
        hint = did_you_mean(key, known) or f"; make the folder {kind}s/{key}"
        yield document.problem(f"unknown {kind.replace('_', '-')} `{key}`{hint}", *place)
