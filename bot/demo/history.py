"""Plays the weeks before the demo through the real services, and remembers what each phone saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.app import Program
from bot.demo.cast import (
    CASEWORKER,
    COHORT,
    COORDINATOR,
    COURSE_STARTS_ON,
    DEMO_BEGINS_AT,
    DEPUTY,
    INVITED_AT,
    OFFICE,
    PAUSES_BEGIN_AT,
    PERSONAS,
    SAMPLES,
    Persona,
)
from bot.domain.message_bodies import callback_data, load_body
from bot.domain.messages import Body, OutboxMessage
from bot.domain.people import Role, Staff
from bot.domain.plain_text import without_markup
from bot.domain.planning import AttendanceStatus, EnrolmentStatus, ProgrammeSession
from bot.scheduling.clock import DeclaredClock
from bot.services import incoming, sweep
from bot.services.attendance import mark_attendance
from bot.services.delivery_results import claim_messages, message_sent
from bot.services.enrolment_end import end_enrolment
from bot.services.incoming import ChatEvent
from bot.services.notices import claim_mails, mail_sent
from bot.services.offices import (
    DEFAULT_OFFICE,
    add_staff,
    create_cohort,
    set_deputy,
    set_office,
    staff_by_email,
)
from bot.services.outage import note_alive
from bot.services.participants import invite_participant
from bot.services.ports import UnitOfWork

# Real time stands for the pace per chat only; the past needs no pacing.
_UNPACED = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class History:
    """What the phones show when the demo begins: per phone, messages as the emulator takes them."""

    by_phone: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, phone_id: int, entry: dict[str, Any]) -> None:
        self.by_phone.setdefault(phone_id, []).append(entry)


class Past:
    """A small rehearsal without a phone in sight: sweeps, delivers and answers, moment by moment."""

    def __init__(self, program: Program, clock: DeclaredClock) -> None:
        self._storage = program.storage
        self._clock = clock
        self._history = History()
        self._personas = {persona.phone_id: persona for persona in PERSONAS}
        self._marked: set[int] = set()

    def play(self) -> History:
        """Play from the invitation to the morning the demo begins."""
        self._storage.run_sync(_found_office)
        codes = self._storage.run_sync(_invite_course)
        self._clock.advance_to(INVITED_AT.replace(hour=12))
        for persona in PERSONAS:
            self._onboard(persona, codes[persona.phone_id])
        self._wind_to(PAUSES_BEGIN_AT)
        for persona in PERSONAS:
            if persona.takes_pause:
                self._do(persona, incoming.command, "pause", words="/pause")
                self._tap(persona, "pause_month")
        self._wind_to(DEMO_BEGINS_AT)
        self._add_samples()
        self._storage.run_sync(note_alive)
        self._storage.run_sync(sweep.note_staffing_swept, DEMO_BEGINS_AT)
        return self._history

    def _add_samples(self) -> None:
        codes = self._storage.run_sync(_invite, SAMPLES)
        for persona in SAMPLES:
            self._onboard(persona, codes[persona.phone_id])
            self._storage.run_sync(_end_follow_up, persona)

    def _onboard(self, persona: Persona, code: str) -> None:
        self._do(persona, incoming.start_command, code, words="/start")
        self._tap(persona, f"language_{persona.language}")
        self._tap(persona, "yes")

    def _wind_to(self, target: datetime) -> None:
        while True:
            self._sweep()
            self._answer_everything()
            self._mark_attendance()
            upcoming = self._storage.read_sync(sweep.next_due_at)
            if upcoming is None or upcoming > target:
                break
            self._clock.advance_to(upcoming)
        self._clock.advance_to(target)

    def _sweep(self) -> None:
        for _ in range(50):
            due = self._storage.read_sync(sweep.what_is_due)
            for number in due.occurrences:
                self._storage.run_sync(sweep.fire_occurrence, number)
            for number in due.expectations:
                self._storage.run_sync(sweep.fire_expectation, number)
            for number in due.cases:
                self._storage.run_sync(sweep.fire_case, number)
            self._send_mails()
            if due.count == 0:
                return

    def _send_mails(self) -> None:
        mails = self._storage.run_sync(
            claim_mails, real_now=self._clock.now(), console_url="http://127.0.0.1"
        )
        for mail in mails:
            self._storage.run_sync(mail_sent, mail.notice_ids)

    def _answer_everything(self) -> None:
        """Deliver what is queued; who is not quiet answers a few minutes later."""
        for _ in range(30):
            delivered = self._deliver()
            if not delivered:
                return
            for phone_id, question_options in delivered:
                persona = self._personas[phone_id]
                option = self._choice(persona, question_options)
                if option is not None and not persona.is_quiet(self._clock.now()):
                    self._tap(persona, option)

    def _deliver(self) -> list[tuple[int, dict[str, str]]]:
        claims = self._storage.run_sync(
            claim_messages, DEFAULT_OFFICE, real_now=_UNPACED, limit=100
        )
        found = []
        for claim in claims:
            body = load_body(claim.message.body)
            self._history.add(claim.chat_id, _shown(body, self._clock.now()))
            self._storage.run_sync(message_sent, claim.message.id, None)
            self._storage.run_sync(_forget_pace, claim.message)
            options = {
                b.option: callback_data(b.question_id, b.option) for r in body.buttons for b in r
            }
            found.append((claim.chat_id, options))
        return found

    def _choice(self, persona: Persona, options: dict[str, str]) -> str | None:
        if "coming" in options:
            return persona.answers_reminders
        if "good" in options:
            return persona.check_in_option
        if "start_course" in options:
            return "start_course" if persona.takes_course else None
        if "im_ok" in options:
            return "im_ok"
        return "skip" if "skip" in options else None

    def _tap(self, persona: Persona, option: str) -> None:
        """Tap the newest button of that option."""
        self._deliver_quietly()
        for entry in reversed(self._history.by_phone.get(persona.phone_id, [])):
            for row in entry.get("buttons", []):
                for button in row:
                    if button["data"].endswith(f":{option}"):
                        self._do(persona, incoming.button_tapped, button["data"])
                        entry["text"] += f"\n\n→ {button['text']}"
                        entry.pop("buttons")
                        return

    def _deliver_quietly(self) -> None:
        while self._deliver():
            pass

    def _do(
        self, persona: Persona, service: Callable[..., Any], given: str, *, words: str | None = None
    ) -> None:
        event = ChatEvent(
            DEFAULT_OFFICE,
            persona.phone_id,
            persona.language,
            at=self._clock.now(),
            message_id=None,
        )
        if words:
            entry = {"from": "person", "text": words, "at": self._clock.now().isoformat()}
            self._history.add(persona.phone_id, entry)
        self._storage.run_sync(service, event, given)

    def _mark_attendance(self) -> None:
        for gathering in self._storage.read_sync(_sessions_over):
            if gathering.id not in self._marked:
                self._marked.add(gathering.id)
                self._storage.run_sync(_mark_all, gathering)


def _found_office(uow: UnitOfWork) -> None:
    set_office(uow, DEFAULT_OFFICE, "name", OFFICE)
    for (name, email), role in (
        (CASEWORKER, Role.CASEWORKER),
        (DEPUTY, Role.CASEWORKER),
        (COORDINATOR, Role.COORDINATOR),
    ):
        add_staff(uow, office_id=DEFAULT_OFFICE, name=name, email=email, role=role)
    set_deputy(uow, staff_by_email(uow, CASEWORKER[1]), DEPUTY[1])


def _invite_course(uow: UnitOfWork) -> dict[int, str]:
    kari = staff_by_email(uow, CASEWORKER[1])
    cohort = create_cohort(
        uow, office_id=DEFAULT_OFFICE, name=COHORT, leader=kari, starts_on=COURSE_STARTS_ON
    )
    return _invite(uow, PERSONAS, cohort_id=cohort.id)


def _invite(
    uow: UnitOfWork, personas: Sequence[Persona], *, cohort_id: int | None = None
) -> dict[int, str]:
    """Their codes by the ids of their phones."""
    kari = staff_by_email(uow, CASEWORKER[1])
    return {
        persona.phone_id: invite_participant(
            uow,
            office_id=DEFAULT_OFFICE,
            first_name=persona.first_name,
            last_name=persona.last_name,
            caseworker=kari,
            cohort_id=cohort_id,
            language=persona.language,
        ).code
        for persona in personas
    }


def _end_follow_up(uow: UnitOfWork, persona: Persona) -> None:
    """No check-in comes to them, and nobody is told of their silence."""
    account = uow.accounts.by_chat(DEFAULT_OFFICE, persona.phone_id)
    assert account is not None
    enrolment = uow.enrolments.active_of(account.participant_id)
    assert enrolment is not None
    participant = uow.participants.get(account.participant_id)
    end_enrolment(uow, participant, enrolment, EnrolmentStatus.COMPLETED)


def _sessions_over(uow: UnitOfWork) -> list[ProgrammeSession]:
    cohort = uow.cohorts.of_office(DEFAULT_OFFICE)[0]
    return [s for s in uow.programme_sessions.of_cohort(cohort.id) if s.ends_at <= uow.now]


def _mark_all(uow: UnitOfWork, gathering: ProgrammeSession) -> None:
    leader: Staff = staff_by_email(uow, CASEWORKER[1])
    for persona in PERSONAS:
        account = uow.accounts.by_chat(DEFAULT_OFFICE, persona.phone_id)
        assert account is not None
        missed = persona.misses_session == gathering.number or persona.is_quiet(uow.now)
        if persona.goes_quiet_after is not None and missed:
            continue  # nobody marked: silence shows by the check-in
        status = AttendanceStatus.ABSENT if missed else AttendanceStatus.PRESENT
        mark_attendance(uow, leader, gathering, account.participant_id, status)


def _forget_pace(uow: UnitOfWork, message: OutboxMessage) -> None:
    """The past kept no pace, so the demo's first messages need not wait for it."""
    if message.participant_id is not None:
        account = uow.accounts.of_participant(message.participant_id)
        if account is not None:
            uow.accounts.save(replace(account, next_send_at=None))


def _shown(body: Body, at: datetime) -> dict[str, Any]:
    entry: dict[str, Any] = {"from": "bot", "text": without_markup(body.text), "at": at.isoformat()}
    if body.buttons:
        entry["buttons"] = [
            [{"text": b.label, "data": callback_data(b.question_id, b.option)} for b in row]
            for row in body.buttons
        ]
    if body.menu:
        entry["menu"] = [list(row) for row in body.menu]
    return entry
