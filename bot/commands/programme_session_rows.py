"""Sessions as the command line shows them, with the numbers of answers and attendance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.domain.planning import ProgrammeSession
    from bot.services.ports import UnitOfWork

COLUMNS = {
    "id": "no.",
    "when": "when",
    "theme": "theme",
    "place": "place",
    "status": "status",
    "answered": "answers",
    "marked": "attendance",
}
ANSWER_WORDS = {"coming": "coming", "late": "late", "cannot": "can't come", "call_me": "call me"}


def session_row(uow: UnitOfWork, gathering: ProgrammeSession) -> dict[str, Any]:
    from bot.services.session_words import place_name, theme_name
    from bot.services.speaking import calendar_of

    local = calendar_of(uow, gathering.office_id).local
    return {
        "id": gathering.id,
        "number": gathering.number,
        "starts_at": local(gathering.starts_at),
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
        "answers": {code: answers[code] for code in ANSWER_WORDS},
        "attendance": dict(marks),
    }


def for_table(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows in fewer and shorter columns."""
    return [
        {
            **row,
            "when": when(row),
            "answered": _counted(row.get("answers", {}), ANSWER_WORDS),
            "marked": _counted(row.get("attendance", {}), {}),
        }
        for row in rows
    ]


def when(row: dict[str, Any]) -> str:
    """Day and times; the second day only when it is another one."""
    from bot.commands.printing import written

    starts, ends = row["starts_at"], row["ends_at"]
    end = written(ends) if ends.date() != starts.date() else written(ends).partition(" ")[2]
    return f"{starts:%a} {written(starts)}–{end}"


def _counted(counts: dict[str, int], words: dict[str, str]) -> list[str]:
    return [f"{count} {words.get(code, code)}" for code, count in counts.items() if count]
