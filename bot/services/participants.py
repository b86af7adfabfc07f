"""Invites participants, binds their chats by one-time codes, and answers who they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import NotFound, RuleBroken
from bot.domain.messages import OutboxState
from bot.domain.people import (
    LANGUAGES,
    AccountStatus,
    CodeAttempts,
    Invitation,
    Participant,
    ParticipantStatus,
    Staff,
    TelegramAccount,
)
from bot.domain.planning import Enrolment
from bot.services.check_ins import plan_next_check_in
from bot.services.course import plan_module_offers
from bot.services.enrolment_end import plan_enrolment_end
from bot.services.ports import UnitOfWork
from bot.services.session_reminders import plan_reminders
from bot.services.silence import plan_never_started, plan_no_sign_of_life
from bot.services.speaking import say_to_chat

CODE_KEEPS = timedelta(days=14)
THROTTLE_AFTER = 5
THROTTLE_WINDOW = timedelta(minutes=15)
MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """A participant and the code to hand over in person; the code is shown this once."""

    participant: Participant
    code: str


def invite_participant(
    uow: UnitOfWork,
    *,
    office_id: int,
    first_name: str,
    last_name: str = "",
    caseworker: Staff,
    cohort_id: int | None = None,
    language: str = "nb",
) -> Invited:
    """Create a participant with a one-time code, in a cohort or in individual follow-up (None).

    Raises:
        RuleBroken: The name is empty or too long, the language unknown, the cohort or caseworker elsewhere.
    """
    first_name, last_name = _clean_name(first_name), _clean_name(last_name, may_be_empty=True)
    if language not in LANGUAGES:
        raise RuleBroken(f'"{language}" is not a language here: use one of {", ".join(LANGUAGES)}.')
    if caseworker.office_id != office_id or caseworker.departed_at is not None:
        raise RuleBroken(
            f"{caseworker.email} does not work at this office: name a caseworker who does."
        )
    participant = uow.participants.add(
        Participant(
            office_id=office_id,
            key_id=uow.keys.create(),
            first_name=first_name,
            last_name=last_name,
            caseworker_id=caseworker.id,
            invited_at=uow.now,
            language=language,
        )
    )
    enrol(uow, participant, cohort_id)
    plan_never_started(uow, participant)
    return Invited(participant, new_code(uow, participant))


def enrol(uow: UnitOfWork, participant: Participant, cohort_id: int | None) -> Enrolment:
    """Put the participant into a cohort or individual follow-up and plan what that brings."""
    if uow.enrolments.active_of(participant.id) is not None:
        raise RuleBroken("The participant follows a course already: end that enrolment first.")
    if cohort_id is not None and uow.cohorts.get(cohort_id).office_id != participant.office_id:
        raise NotFound(f"There is no cohort with number {cohort_id}.")
    enrolment = uow.enrolments.add(
        Enrolment(participant.office_id, participant.id, cohort_id, uow.now)
    )
    for gathering in uow.programme_sessions.of_participant(participant.id, cohort_id):
        plan_reminders(uow, participant, gathering)
        plan_module_offers(uow, participant, gathering)
    plan_enrolment_end(uow, participant)
    if participant.status is ParticipantStatus.ACTIVE:
        plan_next_check_in(uow, participant)
        plan_no_sign_of_life(uow, participant)
    return enrolment


def new_code(uow: UnitOfWork, participant: Participant) -> str:
    """Hand out a new one-time code; earlier unused ones stop working.

    A participant with a new phone or account is bound anew by it.
    """
    for invitation in uow.invitations.open_of(participant.id):
        uow.invitations.save(replace(invitation, withdrawn_at=uow.now))
    code = uow.codes.new_code()
    uow.invitations.add(
        Invitation(
            office_id=participant.office_id,
            participant_id=participant.id,
            code_hash=uow.codes.hash(code),
            created_at=uow.now,
            expires_at=uow.now + CODE_KEEPS,
        )
    )
    return code


def redeem_code(uow: UnitOfWork, office_id: int, chat_id: int, code: str) -> Participant | None:
    """Bind the chat to the code's participant; None when the code does not work, whyever.

    Wrong, used, withdrawn and expired codes are alike to whoever tries: nobody learns which exist.
    """
    invitation = _live_invitation(uow, office_id, code)
    if invitation is None or not uow.invitations.redeem(invitation, uow.now):
        count_failure(uow, office_id, chat_id)
        return None
    participant = uow.participants.get(invitation.participant_id)
    _bind(uow, participant, chat_id)
    return participant


def code_owner(uow: UnitOfWork, office_id: int, code: str) -> int | None:
    """Whose live code it is: unused, not withdrawn, not expired."""
    invitation = _live_invitation(uow, office_id, code)
    return None if invitation is None else invitation.participant_id


def code_is_live(uow: UnitOfWork, office_id: int, code: str) -> bool:
    return code_owner(uow, office_id, code) is not None


def throttled_for(uow: UnitOfWork, office_id: int, chat_id: int) -> timedelta:
    """How long this chat has to wait before it may try a code again."""
    attempts = uow.code_attempts.by_chat(office_id, chat_id)
    if attempts is None or attempts.failures < THROTTLE_AFTER:
        return timedelta(0)
    return max(timedelta(0), attempts.window_started_at + THROTTLE_WINDOW - uow.now)


def participant_for(uow: UnitOfWork, staff: Staff, participant_id: int) -> Participant:
    """The participant, if they belong to the asker's office. Raises NotFound."""
    participant = uow.participants.get(participant_id)
    if participant.office_id != staff.office_id:
        raise NotFound(f"There is no participant with number {participant_id}.")
    return participant


def _live_invitation(uow: UnitOfWork, office_id: int, code: str) -> Invitation | None:
    invitation = uow.invitations.by_hash(office_id, uow.codes.hash(code))
    if (
        invitation is None
        or invitation.used_at is not None
        or invitation.withdrawn_at is not None
        or invitation.expires_at <= uow.now
    ):
        return None
    return invitation


def _bind(uow: UnitOfWork, participant: Participant, chat_id: int) -> None:
    old = uow.accounts.of_participant(participant.id)
    if old is not None and old.chat_id != chat_id:
        uow.accounts.save(replace(old, status=AccountStatus.UNBOUND))
        _tell_old_account(uow, participant, old)
    known = uow.accounts.by_chat(participant.office_id, chat_id)
    if known is None:
        uow.accounts.add(TelegramAccount(participant.office_id, chat_id, participant.id, uow.now))
    else:
        # The chat was somebody else's (a shared or handed-down phone): it follows the newest code.
        uow.accounts.save(
            replace(
                known, participant_id=participant.id, bound_at=uow.now, status=AccountStatus.ACTIVE
            )
        )
    for queued in uow.outbox.queued_of(participant.id):
        # Answers to what was done on the old phone; all else is as true on the new one.
        if old is not None and old.chat_id != chat_id and queued.rule == "reply":
            uow.outbox.save(
                replace(
                    queued, state=OutboxState.SUPERSEDED, reason="moved_account", ended_at=uow.now
                )
            )


def _tell_old_account(uow: UnitOfWork, participant: Participant, old: TelegramAccount) -> None:
    """So that a stolen code is noticed; no name goes to a phone that may have changed hands."""
    office = uow.offices.get(participant.office_id)
    context = {
        "participant": {"first_name": ""},
        "caseworker": {"first_name": office.name},
        "office": {"name": office.name},
    }
    text = uow.pack(office.id).message("onboarding.moved_away", participant.language, context)
    say_to_chat(uow, office.id, old.chat_id, text, hide_menu=True)


def count_failure(uow: UnitOfWork, office_id: int, chat_id: int) -> None:
    """A code that does not work was tried from this chat."""
    attempts = uow.code_attempts.by_chat(office_id, chat_id)
    if attempts is None:
        uow.code_attempts.add(CodeAttempts(office_id, chat_id, 1, uow.now))
    elif uow.now - attempts.window_started_at >= THROTTLE_WINDOW:
        uow.code_attempts.save(replace(attempts, failures=1, window_started_at=uow.now))
    else:
        uow.code_attempts.save(replace(attempts, failures=attempts.failures + 1))


def _clean_name(name: str, *, may_be_empty: bool = False) -> str:
    """A name as given, without edges of white space; shown escaped wherever it appears."""
    name = name.replace("\x00", "").strip()
    if not name and not may_be_empty:
        raise RuleBroken("A participant needs a first name.")
    if len(name) > MAX_NAME_CHARS:
        raise RuleBroken(f"A name has at most {MAX_NAME_CHARS} characters.")
    return name
