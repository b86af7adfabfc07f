"""The list of cases, the page of one case, and the forms by which staff act in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from bot.domain.case_codes import CLOSING_OUTCOMES, CONTACT_HOWS, CONTACT_RESULTS, Verdict
from bot.domain.case_commands import (
    Acknowledge,
    Close,
    Snooze,
    StaffCommand,
    Transfer,
    TriedContact,
)
from bot.domain.errors import RuleBroken, StaleVersion
from bot.services.cases import act_on_case
from bot.services.console_case import case_page, changes_since
from bot.services.console_cases import Need, Whose, is_urgent, open_cases
from bot.services.console_group import group_note
from bot.web import case_words, refusals
from bot.web.forms import BadInput
from bot.web.visits import Visit

QUEUE = "queue"
FILTERS = {"mine": Whose.MINE, "queue": Whose.QUEUE}
MAX_NOTE_CHARS = 4000


async def cases(visit: Visit) -> Response:
    """GET /cases?whose=mine|queue"""
    listed = await visit.storage.read(open_cases, visit.desk.staff)
    chosen = visit.asked("whose") if visit.asked("whose") in FILTERS else "all"
    rows = [row for row in listed.rows if chosen == "all" or row.whose is FILTERS[chosen]]
    t = visit.moments
    entries = [
        {
            "row": row,
            "badge": case_words.row_badge(row, urgent=is_urgent(row.case)),
            "next": case_words.expected_next(
                row.case,
                owner=row.owner_name,
                is_mine=row.whose is Whose.MINE,
                goes_to_deputy=row.goes_to_deputy,
                t=t,
            ),
        }
        for row in rows
    ]
    groups = [(need, [e for e in entries if e["row"].need is need]) for need in Need]  # type: ignore[attr-defined]
    return visit.page(
        "cases.html",
        groups=[(need.name.lower(), group) for need, group in groups if group],
        chosen=chosen,
        counts={
            "mine": sum(row.whose is Whose.MINE for row in listed.rows),
            "queue": sum(row.whose is Whose.QUEUE for row in listed.rows),
            "all": len(listed.rows),
        },
        unread=listed.unread,
        group=await visit.storage.read(group_note, visit.desk.staff),
        Whose=Whose,
    )


async def case(visit: Visit) -> Response:
    """GET /cases/{case_id}"""
    return await _show(visit)


async def take(visit: Visit) -> Response:
    return await _act(visit, "take", Acknowledge)


async def tried(visit: Visit) -> Response:
    how, result = visit.form.text("how"), visit.form.text("result")
    return await _act(
        visit,
        "tried",
        lambda staff, version: TriedContact(
            staff, version, how, result, visit.form.moment("next_try", visit.desk.calendar)
        ),
    )


async def snooze(visit: Visit) -> Response:
    return await _act(
        visit,
        "snooze",
        lambda staff, version: Snooze(staff, version, _some_moment(visit, "until")),
    )


async def hand_over(visit: Visit) -> Response:
    return await _act(
        visit, "hand_over", lambda staff, version: Transfer(staff, version, _receiver(visit))
    )


async def close(visit: Visit) -> Response:
    how, outcome = visit.form.text("how"), visit.form.text("outcome")
    return await _act(
        visit,
        "close",
        lambda staff, version: Close(
            staff, version, how, outcome, visit.form.code("verdict", Verdict)
        ),
    )


async def _act(visit: Visit, name: str, command: Callable[[int, int], StaffCommand]) -> Response:
    """Do it and see the case again; refused, everything typed is still in its form."""
    case_id = visit.number("case_id")
    note = visit.form.text("note", max_chars=MAX_NOTE_CHARS)
    version = visit.form.number("version")
    staff = visit.desk.staff
    try:
        await visit.storage.run(act_on_case, staff, case_id, command(staff.id, version), note=note)
    except BadInput as bad:
        return await _show(visit, refused=name, problem=visit.words(bad.key), status=400)
    except StaleVersion:
        return await _show(visit, refused=name, seen_version=version, status=409)
    except RuleBroken as refusal:
        sentence = refusals.in_words(str(refusal), visit.words)
        return await _show(visit, refused=name, problem=sentence, status=409)
    done = "/cases" if name == "close" else f"/cases/{case_id}"
    return visit.go(done, done=name)


async def _show(
    visit: Visit,
    *,
    refused: str = "",
    problem: str = "",
    seen_version: int | None = None,
    status: int = 200,
) -> Response:
    page = await visit.storage.read(case_page, visit.desk.staff, visit.number("case_id"))
    t = visit.moments
    changes = changes_since(page, seen_version) if seen_version is not None else ()
    return visit.page(
        "case.html",
        status=status,
        page=page,
        badge=case_words.badge(page.case, urgent=page.urgent, promise_broken=page.promise_broken),
        expected=case_words.expected_next(
            page.case,
            owner=page.owner_name,
            is_mine=page.whose is Whose.MINE,
            goes_to_deputy=page.goes_to_deputy,
            t=t,
        ),
        history=[(h, case_words.told(h, t)) for h in reversed(page.history)],
        refused=refused,
        problem=problem,
        is_stale=seen_version is not None,
        changes=[(h, case_words.told(h, t)) for h in changes],
        typed=visit.form.prefixed("") if refused else {},
        hows=CONTACT_HOWS,
        results=CONTACT_RESULTS,
        outcomes=CLOSING_OUTCOMES,
        verdicts=tuple(Verdict),
        queue=QUEUE,
        mine=page.whose is Whose.MINE,
        most_chars=MAX_NOTE_CHARS,
    )


def _some_moment(visit: Visit, name: str) -> datetime:
    moment = visit.form.moment(name, visit.desk.calendar)
    if moment is None:
        raise BadInput("error.bad_moment")
    return moment


def _receiver(visit: Visit) -> int | None:
    """A colleague's number, or None for the team queue."""
    return None if visit.form.text("to") == QUEUE else visit.form.number("to")
