"""What a participant's own plan adds to the reminder of a session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.errors import TextFailed
from bot.domain.people import Participant
from bot.domain.plan import Plan, open_plan
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from bot.services.speaking import Choices, Sending, calendar_of, render, say, say_text

# From here on "Thursday" could be the wrong one.
A_WEEK_AHEAD = timedelta(days=7)
KEY = "session.plan_line"


def say_with_plan(
    uow: UnitOfWork,
    participant: Participant,
    key: str,
    values: Mapping[str, object],
    *,
    how: Sending,
    choices: Choices,
) -> None:
    """Put message `key` into the outbox as `say` does, with what there is to say of their plan."""
    line = plan_line(uow, participant)
    try:
        text = render(uow, participant, key, values) if line else ""
    except TextFailed:
        text = ""  # which `say` will find too, and record
    if text:
        whole = f"{text}\n\n{line}"
        say_text(uow, participant, whole, how=how, choices=choices, own_from=len(text))
    else:
        say(uow, participant, key, values, how=how, choices=choices)


def plan_line(uow: UnitOfWork, participant: Participant) -> str:
    """One sentence about their open plan, in Telegram's HTML; "" when there is nothing to say.

    A sentence that cannot be rendered costs nobody the reminder: the coordinators are told.
    """
    today = calendar_of(uow, participant.office_id).local(uow.now).date()
    plan = open_plan(uow.profiles.of(participant.id), today)
    if plan is None or not plan.is_worth_mentioning:
        return ""
    try:
        return render(uow, participant, KEY, _values(uow, participant, plan))
    except TextFailed as failure:
        tell_coordinators(uow, participant.office_id, topic=f"text:{KEY}", sentence=str(failure))
        return ""


def _values(uow: UnitOfWork, participant: Participant, plan: Plan) -> dict[str, object]:
    assert plan.on is not None
    ahead = plan.on - plan.today
    near = {0: "when.today", 1: "when.tomorrow"}.get(ahead.days, "")
    return {
        "plan_who": plan.who,
        "plan_on": plan.on.isoformat() if plan.on >= plan.today else "",
        "when": render(uow, participant, near) if near else "",
        "is_far": ahead >= A_WEEK_AHEAD,
        "plan_at": plan.at,
        "is_clock": plan.at_is_a_clock_time,
    }
