"""Every reason for which a participant is handed to a human, and what follows from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.durations import Duration
from bot.domain.errors import NotFound
from bot.domain.programme import LadderTimes


class Urgency(StrEnum):
    DIGEST = "digest"  # waits for the owner's next digest
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class EscalationReason:
    """What one reason means; a behaviour it cannot express becomes a field, not an `if`.

    `code` is stored and never renamed. `times` holds the defaults; a programme may set others
    (`Programme.ladders`). `longest_next_try` bounds the next attempt after a failed one, so that
    trying later is not a snooze under another name. `notice_templates` maps what a notice says
    ("new", "moved", "repeated", "answered") to the notice's kind, whose texts are "<kind>.subject"
    and "<kind>.body" in the pack's `notices/`. A retired reason stays, so that old cases can be
    read, but opens nothing.
    """

    code: str
    urgency: Urgency
    times: LadderTimes
    snooze_allowed: bool
    system_may_close_on_answer: bool
    longest_next_try: Duration
    notice_templates: Mapping[str, str]
    source: str
    participant_is_told: bool = False  # they asked for it: who acts by when, and who has seen it
    retired: bool = False


_DIGEST = MappingProxyType(dict.fromkeys(("new", "moved", "repeated", "answered"), "digest"))
_AT_ONCE = MappingProxyType(
    {
        "new": "case",
        "moved": "case_moved",
        "repeated": "case_reminder",
        "answered": "participant_answered",
    }
)


def _times(owner: str, deputy: str, act_within: str) -> LadderTimes:
    return LadderTimes(Duration.parse(owner), Duration.parse(deputy), Duration.parse(act_within))


# `act_within` is a project decision (docs/rules.md): somebody who has said "I take it" has two
# working days where silence is the worry, and half a working day where a person asked for help.

QUIET = EscalationReason(
    code="quiet",
    urgency=Urgency.DIGEST,
    times=_times("1 working day", "1 working day", "2 working days"),
    snooze_allowed=True,
    system_may_close_on_answer=True,
    longest_next_try=Duration.parse("5 working days"),
    notice_templates=_DIGEST,
    source="docs/rules.md#quiet",
)

HELP = EscalationReason(
    code="help",
    urgency=Urgency.AT_ONCE,
    times=_times("4 working hours", "4 working hours", "4 working hours"),
    snooze_allowed=False,
    system_may_close_on_answer=False,
    longest_next_try=Duration.parse("1 working day"),
    notice_templates=_AT_ONCE,
    source="docs/rules.md#help",
    participant_is_told=True,
)

UNDELIVERABLE = EscalationReason(
    code="undeliverable",
    urgency=Urgency.DIGEST,
    times=_times("1 working day", "1 working day", "2 working days"),
    snooze_allowed=True,
    system_may_close_on_answer=False,
    longest_next_try=Duration.parse("5 working days"),
    notice_templates=_DIGEST,
    source="docs/rules.md#undeliverable",
)

ESCALATION_REASONS: tuple[EscalationReason, ...] = (QUIET, HELP, UNDELIVERABLE)

_BY_CODE = {reason.code: reason for reason in ESCALATION_REASONS}


def escalation_reason(code: str) -> EscalationReason:
    """Return the record of `code`, retired or not.

    Raises:
        NotFound: no such reason was ever registered.
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        known = ", ".join(_BY_CODE)
        raise NotFound(f'No escalation reason is called "{code}"; known are {known}.') from None
