"""Cohorts, their sessions, and marking attendance, moving and cancelling from there."""

from __future__ import annotations

from starlette.responses import Response

from bot.domain.errors import RuleBroken, StaleVersion
from bot.domain.planning import AnswerCode, AttendanceStatus
from bot.services.console_acts import cancel, mark_all, move
from bot.services.console_cohorts import cohort_list, cohort_page, session_page
from bot.web import forms, refusals
from bot.web.forms import BadInput
from bot.web.visits import Visit

ANSWERS = (*(answer.value for answer in AnswerCode), "none")
MAX_PLACE_CHARS = 200
MARK = "mark_"


async def cohorts(visit: Visit) -> Response:
    """GET /cohorts"""
    rows = await visit.storage.read(cohort_list, visit.desk.staff)
    return visit.page("cohorts.html", rows=rows)


async def cohort(visit: Visit) -> Response:
    """GET /cohorts/{cohort_id}"""
    page = await visit.storage.read(cohort_page, visit.desk.staff, visit.number("cohort_id"))
    return visit.page("cohort.html", page=page, answers=ANSWERS, marks=tuple(AttendanceStatus))


async def programme_session(visit: Visit) -> Response:
    """GET /sessions/{session_id}"""
    return await _show(visit)


async def mark(visit: Visit) -> Response:
    """All at once; "the rest were present" marks those for whom nothing is chosen."""
    marks: dict[int, AttendanceStatus] = {}
    rest = visit.form.code("rest", AttendanceStatus)
    for number in visit.form.prefixed("listed_"):
        chosen = visit.form.code(f"{MARK}{number}", AttendanceStatus) or rest
        if chosen is not None:
            marks[forms.number(number)] = chosen
    session_id = visit.number("session_id")
    try:
        await visit.storage.run(mark_all, visit.desk.staff, session_id, marks)
    except RuleBroken as refusal:
        return await _refused(visit, "mark", refusal)
    return visit.go(f"/sessions/{session_id}", done="marked")


async def move_it(visit: Visit) -> Response:
    calendar = visit.desk.calendar
    starts_at = visit.form.moment("day", calendar)
    ends_at = visit.form.moment("day", calendar, clock="end")
    if starts_at is None or ends_at is None:
        raise BadInput("error.bad_moment")
    session_id = visit.number("session_id")
    try:
        await visit.storage.run(
            move,
            visit.desk.staff,
            session_id,
            starts_at=starts_at,
            ends_at=ends_at,
            place=visit.form.text("place", max_chars=MAX_PLACE_CHARS).strip(),
            changes=visit.form.number("changes"),
        )
    except RuleBroken as refusal:
        return await _refused(visit, "move", refusal)
    return visit.go(f"/sessions/{session_id}", done="moved")


async def cancel_it(visit: Visit) -> Response:
    if visit.form.text("sure") != "yes":
        raise BadInput("error.say_sure")
    session_id = visit.number("session_id")
    try:
        await visit.storage.run(
            cancel, visit.desk.staff, session_id, changes=visit.form.number("changes")
        )
    except RuleBroken as refusal:
        return await _refused(visit, "cancel", refusal)
    return visit.go(f"/sessions/{session_id}", done="cancelled")


async def _refused(visit: Visit, name: str, refusal: RuleBroken) -> Response:
    sentence = refusals.in_words(str(refusal), visit.words)
    is_stale = isinstance(refusal, StaleVersion)
    return await _show(visit, refused=name, problem=sentence, keep=not is_stale, status=409)


async def _show(
    visit: Visit, *, refused: str = "", problem: str = "", keep: bool = False, status: int = 200
) -> Response:
    page = await visit.storage.read(session_page, visit.desk.staff, visit.number("session_id"))
    return visit.page(
        "session.html",
        status=status,
        page=page,
        marks=tuple(AttendanceStatus),
        refused=refused,
        problem=problem,
        typed=visit.form.prefixed("") if keep else {},
        max_place_chars=MAX_PLACE_CHARS,
    )
