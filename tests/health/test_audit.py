"""What the auditor finds of all offices at once, on both databases, and whom it tells."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from bot.domain.cases import Case
from bot.domain.planning import Expectation
from bot.services.audit import UNDELIVERED, audit
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork
from bot.storage.tables.messages import notice
from tests.real_office import OFFICE, RealOffice


def a_case(office: RealOffice) -> Case:
    case = office.do(raise_signal, office.amina, reason="help", source="sample")
    assert case is not None
    return case


def sentences(office: RealOffice) -> list[str]:
    return [finding.sentence for finding in office.do(audit)]


def mails_to_coordinators(office: RealOffice) -> int:
    return sum(row.kind == "operations" for row in office.rows("notices"))


def test_an_office_at_rest_gives_nothing_to_find(office: RealOffice) -> None:
    a_case(office)

    found = sentences(office)

    assert found == []
    assert mails_to_coordinators(office) == 0


def test_a_case_whose_moment_passed_without_a_look_is_found(office: RealOffice) -> None:
    case = a_case(office)
    assert case.next_at is not None
    office.clock.moment = case.next_at + timedelta(minutes=16)

    found = sentences(office)

    assert found == [f"Case {case.id} was due to be looked at and was not."]


def test_a_case_that_is_a_little_late_is_left_to_the_sweep(office: RealOffice) -> None:
    case = a_case(office)
    assert case.next_at is not None
    office.clock.moment = case.next_at + timedelta(minutes=14)

    assert sentences(office) == []


def test_a_case_of_somebody_who_left_without_a_word_is_found(office: RealOffice) -> None:
    case = a_case(office)
    gone = replace(office.carol, departed_at=office.clock.now())
    office.do(lambda uow: uow.staff.save(gone))

    found = sentences(office)

    assert found == [f"Case {case.id} belongs to somebody who no longer works here."]


def test_a_case_nobody_was_told_of_is_found(office: RealOffice) -> None:
    case = a_case(office)
    office.do(lambda uow: uow._db.execute(delete(notice)))  # type: ignore[attr-defined]

    found = sentences(office)

    assert found == [f"Nobody has been told of case {case.id}."]


def test_a_question_that_was_never_sent_is_found_after_days(office: RealOffice) -> None:
    waiting = Expectation(
        OFFICE, office.amina.id, "check_in", "run:1", "sample", opened_at=office.clock.now()
    )
    stored = office.do(lambda uow: uow.expectations.add(waiting))
    office.clock.moment += UNDELIVERED

    on_the_third_day = sentences(office)
    office.clock.moment += timedelta(minutes=1)
    later = sentences(office)

    assert on_the_third_day == []
    assert later == [f"Expectation {stored.id} has waited for its message to be sent for days."]


def test_a_question_whose_clock_runs_is_not_found(office: RealOffice) -> None:
    now = office.clock.now()
    awaited = Expectation(
        OFFICE, office.amina.id, "check_in", "run:1", "sample", opened_at=now, next_at=now
    )
    office.do(lambda uow: uow.expectations.add(awaited))
    office.clock.moment += UNDELIVERED * 2

    assert sentences(office) == []


def test_coordinators_are_told_of_a_finding_once_a_day(office: RealOffice) -> None:
    a_case(office)
    office.do(_nobody_was_told)

    office.do(audit)
    office.do(audit)

    assert mails_to_coordinators(office) == 1


def _nobody_was_told(uow: UnitOfWork) -> None:
    uow._db.execute(delete(notice))  # type: ignore[attr-defined]
