"""What does not hang together between programme.yaml and the rest of a pack."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.content.assembling import FlowParts
from bot.content.findings import Finding, Severity, did_you_mean
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
    yield from _kinds(document, programme)
    yield from _maps(document, programme)
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


def unused_flows(
    programme: ProgrammeFile, flows: Mapping[str, FlowParts], inside: Collection[str]
) -> Iterator[Finding]:
    """Modules and check-ins that nobody will ever meet.

    Args:
        inside: The keys of modules that run inside others.
    """
    used = {f"module:{entry.key}" for entry in programme.modules}
    used |= {f"module:{key}" for key in inside} | {f"check_in:{programme.check_in.key}"}
    for key, flow in flows.items():
        kind, _, name = key.partition(":")
        if key not in used and flow.structure is not None:
            line = flow.structure[0].line("key")
            remedy = (
                f"add `{{key: {name}, after_session: 0}}` under `modules` of programme.yaml"
                if kind == "module"
                else f"name it as `key` under `check_in` of programme.yaml, or remove {flow.path}"
            )
            message = f"nothing offers this {kind.replace('_', '-')}; {remedy}"
            yield Finding(flow.path, line, message, Severity.WARNING)


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


def _kinds(document: Document, programme: ProgrammeFile) -> Iterator[Finding]:
    """A kind goes with its theme: stored sessions have a theme, and staff give one by hand."""
    kinds: dict[str, str] = {}
    for index, gathering in enumerate(programme.sessions):
        kind = gathering.kind or gathering.theme
        if kinds.setdefault(gathering.theme, kind) != kind:
            message = (
                f"sessions with the theme `{gathering.theme}` are of the kinds "
                f"`{kinds[gathering.theme]}` and `{kind}`; give all of them the same `kind`, or "
                "one a theme of its own"
            )
            yield document.problem(message, "sessions", index)
    known = {kinds.get(theme, theme) for theme in programme.themes}
    for index, reminder in enumerate(programme.reminders):
        for number, kind in enumerate(reminder.kinds):
            if kind not in known:
                hint = did_you_mean(kind, known) or f"; there are {', '.join(sorted(known))}"
                place = ("reminders", index, "for", number)
                yield document.problem(f"no session is of the kind `{kind}`{hint}", *place)


def _maps(document: Document, programme: ProgrammeFile) -> Iterator[Finding]:
    for key, place in programme.places.items():
        if place.map is None:
            continue
        at = (place.map.latitude, place.map.longitude)
        if not _is_in_norway(*at) and _is_in_norway(at[1], at[0]):
            message = (
                "latitude and longitude are the wrong way round; Norway lies at 57 to 81 north"
            )
            yield document.problem(message, "places", key, "map")


def _is_in_norway(latitude: float, longitude: float) -> bool:
    """Roughly: Svalbard counts, and so do the neighbours."""
    return 57 <= latitude <= 81 and 4 <= longitude <= 34


def _known_flow(
    document: Document, kind: str, key: str, flows: Collection[str], *place: str | int
) -> Iterator[Finding]:
    if f"{kind}:{key}" not in flows:
        known = [flow.partition(":")[2] for flow in flows if flow.startswith(f"{kind}:")]
        hint = did_you_mean(key, known) or f"; make the folder {kind}s/{key}"
        yield document.problem(f"unknown {kind.replace('_', '-')} `{key}`{hint}", *place)
