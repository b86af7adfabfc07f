"""Sessions as the command line shows them, with the numbers of answers and attendance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.domain.planning import ProgrammeSession
    from bot.services.ports import UnitOfWork

COLUMNS = {
    "id": "no.",
    "number": "in course",
    "weekday": "day",
    "starts_at": "starts",
    "ends_at": "ends",
    "theme": "theme",
    "place": "place",
    "status": "status",
}
COUNTED_COLUMNS = {
    **COLUMNS,
    "coming": "coming",
    "late": "late",
    "cannot": "can't",
    "call_me": "call me",
    "marked": "attended",
}


def session_row(uow: UnitOfWork, gathering: ProgrammeSession) -> dict[str, Any]:
    from bot.services.session_words import place_name, theme_name
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, gathering.office_id).local
    starts = local(gathering.starts_at)
    return {
        "id": gathering.id,
        "number": gathering.number,
        "weekday": f"{starts:%a}",
        "starts_at": starts,
        "ends_at": local(gathering.ends_at),
        "theme": theme_name(uow, gathering, "en"),
        "place": place_name(uow, gathering, "en"),
        "status": gathering.status.value,
        "cohort": gathering.cohort_id,
        "participant": gathering.participant_id,
    }


def counted_row(uow: UnitOfWork, gathering: ProgrammeSession) -> dict[str, Any]:
    """The same with how many answered what, and who was marked how."""
    answers = Counter(a.answer.value for a in uow.session_answers.of_session(gathering.id))
    marks = Counter(a.status.value for a in uow.attendance.of_session(gathering.id))
    return {
        **session_row(uow, gathering),
        **{code: answers[code] for code in ("coming", "late", "cannot", "call_me")},
        "attendance": dict(marks),
        "marked": [f"{count} {status}" for status, count in sorted(marks.items())],
    }
