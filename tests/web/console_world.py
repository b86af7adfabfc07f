"""An office as its console meets it: cases, a conversation, a cohort under way, and Omar elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.domain.cases import Case
from bot.domain.messages import OutboxState
from bot.domain.office_hours import OfficeHours
from bot.domain.people import Participant, ParticipantStatus, Role, Staff
from bot.domain.planning import AnswerCode, Cohort, ProgrammeSession, SessionAnswer
from bot.services.cases import raise_signal
from bot.services.free_texts import free_text_received
from bot.services.logins import new_login_link
from bot.services.offices import add_office, add_staff, create_cohort
from bot.services.participants import invite_participant
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.speaking import Choices, Sending, hold_back, say_text
from tests.real_office import OFFICE, RealOffice, add_active, open_office

TRICKY_NAME = "<b>Åse</b> _\u202eזהב 🌱"
TRICKY_WORDS = "Hei & takk <script>alert(1)</script>\nda"


@dataclass
class ConsoleWorld:
    """`help_case` is Amina's, `quiet_case` Ben's. `over` has been held, `coming` is ahead."""

    office: RealOffice
    omar: Staff
    omars_participant: Participant
    emma: Participant
    cohort: Cohort
    over: ProgrammeSession
    coming: ProgrammeSession
    help_case: Case
    quiet_case: Case

    @property
    def carol(self) -> Staff:
        return self.office.carol

    @property
    def dana(self) -> Staff:
        return self.office.dana

    def case(self, case_id: int) -> Case:
        return self.office.do(lambda uow: uow.cases.get(case_id))

    def link_token(self, staff: Staff) -> str:
        return self.office.do(new_login_link, staff)


@contextmanager
def open_world(folder: Path) -> Iterator[ConsoleWorld]:
    with open_office(folder) as office:
        seeded = office.do(_seed, office)
        yield ConsoleWorld(office=office, **seeded)


def _seed(uow: UnitOfWork, office: RealOffice) -> dict[str, Any]:
    now = uow.now
    uow.offices.save(replace(uow.offices.get(OFFICE), bot_username="tettpa_sample_bot"))
    cohort = create_cohort(
        uow, office_id=OFFICE, name="Vår 26", leader=office.carol, starts_on=date(2026, 2, 16)
    )
    emma = add_active(uow, TRICKY_NAME, 1003, office.carol)
    for person in (office.amina, office.ben, emma):
        enrolment = uow.enrolments.active_of(person.id)
        assert enrolment is not None
        uow.enrolments.save(replace(enrolment, cohort_id=cohort.id))
    uow.participants.save(replace(emma, paused_until=now + timedelta(days=3)))
    invited = invite_participant(
        uow, office_id=OFFICE, first_name="Farah", last_name="Sample", caseworker=office.dana
    )
    gatherings = uow.programme_sessions.of_cohort(cohort.id)
    over = [g for g in gatherings if g.ends_at <= now][-1]
    coming = next(g for g in gatherings if g.starts_at > now)
    for person, answer in ((office.amina, AnswerCode.COMING), (office.ben, AnswerCode.CALL_ME)):
        uow.session_answers.add(SessionAnswer(coming.id, person.id, answer, now))
    quiet = raise_signal(uow, office.ben, reason="quiet", source=f"missed_session:2:{over.id}")
    asked = raise_signal(
        uow, office.amina, reason="help", source="help:1:sample", by_participant=True
    )
    raise_signal(
        uow, invited.participant, reason="quiet", source=f"never_started:{invited.participant.id}"
    )
    _talk(uow, office.amina)
    free_text_received(uow, emma, kind="text", text=TRICKY_WORDS, message_id=8, at=now)
    return {
        "cohort": cohort,
        "emma": emma,
        "over": over,
        "coming": coming,
        "help_case": asked,
        "quiet_case": quiet,
        **_elsewhere(uow),
    }


def _talk(uow: UnitOfWork, amina: Participant) -> None:
    asked = say_text(
        uow,
        amina,
        "Hei <b>Amina</b>! Hvordan har uka vært?",
        how=Sending(rule="check_in", key="sample:check_in"),
        choices=Choices("sample", "sample", [[("good", "Fin"), ("hard", "Litt tung")]]),
    )
    assert asked is not None
    assert asked.question_id is not None
    uow.outbox.save(replace(asked, state=OutboxState.SENT, ended_at=uow.now - timedelta(hours=20)))
    uow.questions.answer_once(asked.question_id, option="hard", at=uow.now - timedelta(hours=19))
    words = "Det ble litt mye denne uka."
    free_text_received(uow, amina, kind="text", text=words, message_id=7, at=uow.now)
    hold_back(
        uow,
        amina,
        rule="module_offer",
        subject="sample",
        key="sample:held",
        reason="one_message_a_day_until:2026-03-04T07:00Z",
    )
    failed = say_text(
        uow, amina, "Påminnelse om samling", how=Sending(rule="session_reminder", key="sample:lost")
    )
    assert failed is not None
    uow.outbox.save(replace(failed, state=OutboxState.UNKNOWN, reason="", ended_at=uow.now))


def _elsewhere(uow: UnitOfWork) -> dict[str, Any]:
    """Another office, where Omar works."""
    other = add_office(uow, "Omars kontor", hours=OfficeHours())
    content = uow.content_versions.get(uow.offices.get(OFFICE).content_version_id or 0)
    files = {path: str(text) for path, text in content.files.items()}
    publish_content(uow, other.id, digest=content.digest, files=files, by="tests")
    omar = add_staff(
        uow,
        office_id=other.id,
        name="Omar Sample",
        email="omar@example.org",
        role=Role.COORDINATOR,
    )
    theirs = invite_participant(uow, office_id=other.id, first_name="Greta", caseworker=omar)
    active = uow.participants.save(replace(theirs.participant, status=ParticipantStatus.ACTIVE))
    return {"omar": omar, "omars_participant": active}
