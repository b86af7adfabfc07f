"""Participants: the list, the page of one, and what staff do there."""

from __future__ import annotations

import io
import secrets
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from bot.domain.errors import RuleBroken
from bot.domain.messages import OutboxState
from bot.domain.people import ParticipantStatus
from bot.services.console_acts import hand_out_code, have_read, write
from bot.services.console_conversation import Incoming, Line, Outgoing
from bot.services.console_participant import participant_page
from bot.services.console_participants import find_participants
from bot.services.staff_messages import MAX_CHARS
from bot.web import refusals
from bot.web.visits import Visit

# States of the ledger in which the participant did not get the message, or may not have.
UNSENT = frozenset(
    {
        OutboxState.FAILED,
        OutboxState.EXPIRED,
        OutboxState.SUPERSEDED,
        OutboxState.HELD_BACK,
        OutboxState.UNKNOWN,
    }
)


async def participants(visit: Visit) -> Response:
    """GET /participants?q=&status="""
    words = visit.asked("q").strip()
    statuses = {status.value: status for status in ParticipantStatus}
    status = statuses.get(visit.asked("status"))
    found = await visit.storage.read(
        find_participants, visit.desk.staff, words=words, status=status
    )
    return visit.page(
        "participants.html",
        found=found,
        asked=words,
        chosen=status.value if status else "",
        statuses=tuple(statuses),
        is_searching=bool(words or status),
    )


async def participant(visit: Visit) -> Response:
    """GET /participants/{participant_id}"""
    return await _show(visit)


async def write_message(visit: Visit) -> Response:
    participant_id = visit.number("participant_id")
    text = visit.form.text("text")
    form_id = visit.form.text("form_id", max_chars=60)
    try:
        await visit.storage.run(write, visit.desk.staff, participant_id, text, form_id=form_id)
    except RuleBroken as refusal:
        problem = refusals.in_words(str(refusal), visit.words)
        return await _show(visit, typed=text, problem=problem, status=409)
    return visit.go(f"/participants/{participant_id}", done="written")


async def mark_read(visit: Visit) -> Response:
    participant_id = visit.number("participant_id")
    await visit.storage.run(have_read, visit.desk.staff, participant_id)
    return visit.go(f"/participants/{participant_id}", done="read")


async def make_code(visit: Visit) -> Response:
    """Shows the code at once and never again: it goes into no address and no cache."""
    handed = await visit.storage.run(
        hand_out_code, visit.desk.staff, visit.number("participant_id")
    )
    link = ""
    if handed.bot_username:
        link = f"https://t.me/{quote(handed.bot_username)}?start={quote(handed.code)}"
    return visit.page("code.html", handed=handed, link=link, qr=_qr(link) if link else "")


async def _show(visit: Visit, *, typed: str = "", problem: str = "", status: int = 200) -> Response:
    whole = visit.asked("all") == "1"
    page = await visit.storage.read(
        participant_page, visit.desk.staff, visit.number("participant_id"), whole=whole
    )
    days: list[tuple[str, list[tuple[str, Line]]]] = []
    for line in page.conversation.lines:
        day = visit.moments.day(line.at)
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append((_kind(line), line))
    return visit.page(
        "participant.html",
        status=status,
        page=page,
        person=page.participant,
        days=days,
        typed=typed,
        problem=problem,
        form_id=secrets.token_urlsafe(12),
        max_chars=MAX_CHARS,
        reason_words=lambda reason: reason_in_words(visit, reason),
        rule_words=lambda rule: rule_in_words(visit, rule),
        paused=page.participant.is_paused(visit.desk.now),
        human_writes=page.participant.human_until is not None
        and page.participant.human_until > visit.desk.now,
    )


def reason_in_words(visit: Visit, reason: str) -> str:
    """Why a message went no further; "<reason>_until:<moment>" names when it is tried again."""
    code, _, until = reason.partition("_until:")
    known = visit.words.has(f"held.{code}")
    words = visit.words(f"held.{code}") if known else _technical(visit, code)
    if not until:
        return words
    try:
        moment = visit.moments.moment(datetime.fromisoformat(until))
    except ValueError:
        return words
    return visit.words("held.tried_again", reason=words, moment=moment)


def _technical(visit: Visit, code: str) -> str:
    """Causes that only a technician can act on: an error's name, or Telegram's own words."""
    if code.endswith(("Timeout", "Error")):
        return visit.words("held.network")
    return visit.words("held.other", code=code)


def rule_in_words(visit: Visit, rule: str) -> str:
    """What made the program write; flows are told by their kind."""
    kind, _, key = rule.partition(":")
    return visit.words.of_code("rule", kind if key else rule)


def _kind(line: Line) -> str:
    """Which of the page's shapes a line takes."""
    if isinstance(line, Outgoing):
        return "unsent" if line.state in UNSENT else "sent"
    return "written" if isinstance(line, Incoming) else "tapped"


def _qr(link: str) -> Markup:
    """The link as inline SVG; a picture of its own would need an address with the code in it."""
    # A megabyte, for the moment an invitation is handed out.
    import segno

    drawn = io.BytesIO()
    segno.make_qr(link, error="m").save(
        drawn, kind="svg", scale=6, border=3, xmldecl=False, svgns=False, light="#fff", nl=False
    )
    return Markup(drawn.getvalue().decode())
