"""What a file is made from: gathered in one go, as the plain JSON that the document process takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.budget_answers import BUDGET_PREFIX
from bot.domain.course_progress import (
    MAX_CERTIFIED_LESSONS,
    MAX_LESSONS,
    MAX_MODULES,
    MAX_NAME_CHARS,
    MAX_TITLE_CHARS,
)
from bot.domain.cv_answers import CV_PREFIX, LETTER_PREFIX
from bot.domain.document_orders import DocumentKind, DocumentOrder
from bot.domain.errors import DocumentFailed
from bot.domain.flows import RunStatus
from bot.domain.messages import Run
from bot.domain.people import Participant
from bot.services.course import lessons_done
from bot.services.ports import UnitOfWork
from bot.services.runs import ONCE
from bot.services.speaking import calendar_of

Values = dict[str, Any]
Gather = Callable[[UnitOfWork, Participant, DocumentOrder], Values]


def request_for(uow: UnitOfWork, order: DocumentOrder) -> Values:
    """Return the request that bot/documents/requests.py takes; JSON's own types only.

    Raises:
        DocumentFailed: There is nothing to make it from, or no such document.
    """
    participant = uow.participants.get(order.participant_id)
    if order.document not in CONTENTS:
        raise DocumentFailed("This release makes no document of that kind: upgrade it.")
    gather = CONTENTS[DocumentKind(order.document)]
    return {
        "document": order.document,
        "language": order.language,
        "on": _day(uow, participant.office_id, uow.now),
        "values": gather(uow, participant, order),
    }


def own_values(uow: UnitOfWork, participant_id: int, *prefixes: str) -> Values:
    """What they keep in their profile under names that begin so (all); JSON's own types only."""
    return {
        name: value if isinstance(value, str) else [dict(record) for record in value]
        for name, value in uow.profiles.of(participant_id).items()
        if not prefixes or name.startswith(prefixes)
    }


def _cv(uow: UnitOfWork, participant: Participant, _: DocumentOrder) -> Values:
    return _named(own_values(uow, participant.id, CV_PREFIX), participant)


def _letter(uow: UnitOfWork, participant: Participant, _: DocumentOrder) -> Values:
    return _named(own_values(uow, participant.id, CV_PREFIX, LETTER_PREFIX), participant)


def _named(values: Values, participant: Participant) -> Values:
    """A page about nobody helps nobody: without a name of their choice it is the one we know."""
    return values if values.get("cv_name") else {**values, "cv_name": participant.full_name}


def _budget(uow: UnitOfWork, participant: Participant, _: DocumentOrder) -> Values:
    return own_values(uow, participant.id, BUDGET_PREFIX)


def _progress(uow: UnitOfWork, participant: Participant, _: DocumentOrder) -> Values:
    pack = uow.pack(participant.office_id)
    modules = []
    for plan in pack.programme.modules[:MAX_MODULES]:
        flow_key = f"module:{plan.key}"
        run = uow.runs.by_subject(participant.id, flow_key, ONCE)
        # Whoever is in the middle of a module goes through it as it was when they began.
        its_pack = pack if run is None else uow.pack_version(run.content_version_id)
        flow = its_pack.flows[flow_key]
        lessons = min(len(flow.lessons), MAX_LESSONS)
        if lessons:
            title = _short(its_pack.flow_title(flow_key, participant.language))
            done = 0 if run is None else min(lessons_done(flow, run), lessons)
            modules.append({"title": title, "done": done, "lessons": lessons})
    if not modules:
        raise DocumentFailed("The programme has no course modules: there is no progress to show.")
    return {"title": _programme_name(uow, participant), "modules": modules}


def _certificate(uow: UnitOfWork, participant: Participant, order: DocumentOrder) -> Values:
    """Of the module whose run asked for it, else of the whole programme."""
    finished = list(_certified_runs(uow, participant, order))
    if not finished:
        raise DocumentFailed("No course module is finished: there is nothing to certify.")
    language = participant.language
    titles, lessons = [], []
    for run in finished:
        pack = uow.pack_version(run.content_version_id)
        titles.append(_short(pack.flow_title(run.flow_key, language)))
        flow = pack.flows[run.flow_key]
        # A run that asks for it on its way has come to the lesson it stands in, and no further.
        gone_through = flow.lessons[: lessons_done(flow, run) + 1]
        lessons += [_short(pack.lesson_title(flow.key, key, language)) for key in gone_through]
    cv_name = str(own_values(uow, participant.id, CV_PREFIX).get("cv_name", ""))
    names = (participant.full_name, cv_name)
    done_at = max(run.finished_at or uow.now for run in finished)
    is_one_module = order.run_id is not None
    return {
        "names": [name for name in dict.fromkeys(names) if name and len(name) <= MAX_NAME_CHARS],
        "course_title": titles[0] if is_one_module else _programme_name(uow, participant),
        # More than a page takes: the modules then stand for their lessons.
        "lessons": lessons if len(lessons) <= MAX_CERTIFIED_LESSONS else titles,
        "completed_on": _day(uow, participant.office_id, done_at),
        "office_name": _short(uow.offices.get(participant.office_id).name),
    }


def _certified_runs(
    uow: UnitOfWork, participant: Participant, order: DocumentOrder
) -> Iterator[Run]:
    if order.run_id is not None:
        yield uow.runs.get(order.run_id)
        return
    for plan in uow.pack(participant.office_id).programme.modules:
        run = uow.runs.by_subject(participant.id, f"module:{plan.key}", ONCE)
        if run is not None and run.status == RunStatus.FINISHED.value:
            yield run


CONTENTS: Mapping[DocumentKind, Gather] = {
    DocumentKind.CV: _cv,
    DocumentKind.LETTER: _letter,
    DocumentKind.BUDGET: _budget,
    DocumentKind.PROGRESS: _progress,
    DocumentKind.CERTIFICATE: _certificate,
}


def _programme_name(uow: UnitOfWork, participant: Participant) -> str:
    name = uow.pack(participant.office_id).programme.name
    return _short(name.get(participant.language) or name["nb"])


def _short(title: str) -> str:
    """A title no longer than a page takes, however long an author or office made it."""
    return title if len(title) <= MAX_TITLE_CHARS else f"{title[: MAX_TITLE_CHARS - 1].rstrip()}…"


def _day(uow: UnitOfWork, office_id: int, at: datetime) -> str:
    """The day on the office's calendar, in ISO form."""
    return calendar_of(uow, office_id).local(at).date().isoformat()
