"""Reminders of sessions: planned as occurrences, worded and queued when due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.initiative import may_remind
from bot.domain.messages import Lane
from bot.domain.people import Participant
from bot.domain.planning import AnswerCode, Occurrence, ProgrammeSession, SessionStatus
from bot.domain.programme import ReminderRule
from bot.domain.reminder_times import merges_into_evening, reminder_due_at, reminder_revision
from bot.services import occurrences
from bot.services.initiative import record_verdict
from bot.services.plan_words import say_with_plan
from bot.services.ports import UnitOfWork
from bot.services.session_words import place_pin, session_values, when_words
from bot.services.sessions_left_out import note_left_out
from bot.services.speaking import Choices, Sending, button_rows, calendar_of, hold_back

# From so many days ahead a reminder says how long there is to go.
FAR_AHEAD_DAYS = 2
WEEK_DAYS = 6


def answer_rows(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession
) -> list[list[tuple[str, str]]]:
    """The buttons below everything about one session.

    The map comes when somebody asks for it: Telegram shows a pin as a message of its own, so sent
    along it would ring twice, and whoever knows the way needs none.
    """
    shows_map = place_pin(uow, gathering, participant.language) is not None
    more = ("calendar", "map") if shows_map else ("calendar",)
    return button_rows(uow, participant, ("coming", "late"), ("cannot", "call_me"), more)


def plan_reminders(uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession) -> None:
    """Plan every reminder of one session for one participant that is still to come."""
    if gathering.status is not SessionStatus.PLANNED:
        return
    if gathering.starts_at <= uow.now:
        note_left_out(uow, gathering)
        return
    calendar = calendar_of(uow, gathering.office_id)
    revision = f"{reminder_revision(gathering.starts_at, calendar)}~{gathering.changes}"
    rules = uow.pack(gathering.office_id).programme.reminders_of(gathering.theme)
    for rule in rules:
        due_at = reminder_due_at(
            rule, gathering.starts_at, calendar=calendar, merges=merges_into_evening(rule, rules)
        )
        if due_at is None:
            key = f"session_reminder:{participant.id}:session:{gathering.id}:{revision}:{rule.key}:merged"
            hold_back(
                uow,
                participant,
                rule="session_reminder",
                subject=f"session:{gathering.id}",
                key=key,
                reason="merged_into_evening",
            )
        elif due_at > uow.now:
            occurrences.plan(
                uow,
                participant,
                rule="session_reminder",
                subject=f"session:{gathering.id}",
                revision=revision,
                slot=rule.key,
                due_at=due_at,
                expires_at=gathering.starts_at,
            )
        else:
            note_left_out(uow, gathering)


def read_ahead_of_reminders(uow: UnitOfWork, due: Sequence[Occurrence]) -> None:
    """Read in one go what firing each of these will ask for."""
    asked = [(_session_of(occurrence), occurrence.participant_id) for occurrence in due]
    uow.programme_sessions.read_ahead([session_id for session_id, _ in asked])
    uow.session_answers.read_ahead(asked)
    uow.profiles.read_ahead([participant_id for _, participant_id in asked])
    uow.outbox.read_keys_ahead([occurrence.key for occurrence in due])
    uow.questions.reserve_numbers(len(due))


def _session_of(occurrence: Occurrence) -> int:
    return int(occurrence.subject.removeprefix("session:"))


def fire_session_reminder(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "session_reminder": word the reminder as things stand now and queue it with its buttons."""
    participant = uow.participants.get(occurrence.participant_id)
    gathering = uow.programme_sessions.get(_session_of(occurrence))
    slot = occurrence.key.rsplit(":", 1)[-1]
    rules = uow.pack(gathering.office_id).programme.reminders_of(gathering.theme)
    rule = next((r for r in rules if r.key == slot), None)
    if gathering.status is not SessionStatus.PLANNED or rule is None:
        return occurrences.Skipped("no_longer_planned")
    if uow.enrolments.active_of(participant.id) is None and not gathering.is_appointment:
        return occurrences.Skipped("enrolment_ended")
    verdict = may_remind(participant, uow.now, calendar=calendar_of(uow, gathering.office_id))
    record_verdict(
        uow,
        participant,
        verdict,
        rule="session_reminder",
        subject=occurrence.subject,
        key=occurrence.key,
    )
    return occurrences.unless_held(
        verdict, lambda: _remind(uow, participant, gathering, rule, occurrence.key)
    )


def _remind(
    uow: UnitOfWork,
    participant: Participant,
    gathering: ProgrammeSession,
    rule: ReminderRule,
    key: str,
) -> None:
    answered = uow.session_answers.of(gathering.id, participant.id)
    because = ""
    if answered is not None and answered.answer is AnswerCode.CANNOT:
        because = "answered_cannot"
    elif answered is not None and participant.fewer_messages and not _is_enough_alone(rule):
        because = "fewer_messages"
    if because:
        hold_back(
            uow,
            participant,
            rule="session_reminder",
            subject=f"session:{gathering.id}",
            key=key,
            reason=because,
        )
        return
    text_key, more = _words(uow, participant, gathering, rule)
    say_with_plan(
        uow,
        participant,
        text_key,
        {**session_values(uow, participant, gathering), **more},
        how=Sending(
            rule="session_reminder",
            subject=f"session:{gathering.id}",
            key=key,
            lane=Lane.REMINDER,
            expires_at=gathering.starts_at,
        ),
        choices=Choices(
            "session", f"session:{gathering.id}", answer_rows(uow, participant, gathering)
        ),
    )


def _is_enough_alone(rule: ReminderRule) -> bool:
    """Whether this is the one to keep for somebody who has answered and wants few messages."""
    return rule.days_before is not None and rule.days_before < FAR_AHEAD_DAYS


def _words(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession, rule: ReminderRule
) -> tuple[str, dict[str, object]]:
    """Which message reminds now, and what it says besides the session itself."""
    calendar = calendar_of(uow, gathering.office_id)
    days = (calendar.local(gathering.starts_at).date() - calendar.local(uow.now).date()).days
    if days >= FAR_AHEAD_DAYS:
        key = "session.reminder_days_before"
        if days >= WEEK_DAYS:
            key = "session.reminder_week_before"
        return key, {"days": days}
    kind = "appointment" if gathering.is_appointment else "session"
    hours = round((gathering.starts_at - uow.now) / timedelta(hours=1))
    # A lead of minutes (a rehearsal, a short notice) has no whole hours to speak of.
    if rule.lead is not None and hours >= 1:
        return f"{kind}.reminder_soon", {"hours": hours}
    return f"{kind}.reminder", {"when": when_words(uow, participant, gathering)}
