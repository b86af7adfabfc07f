"""An absence that begins is seen, whatever the sweep is doing at that moment."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.office_hours import OfficeHours
from bot.domain.people import Role
from bot.scheduling import ticker as ticker_module
from bot.services.cases import raise_signal
from bot.services.offices import add_absence, add_office, add_staff
from bot.services.ports import UnitOfWork
from bot.services.sweep import Due, fire_office, what_is_due
from tests.real_office import NOON, RealOffice
from tests.scheduling.test_ticker import Monotonic, ticker_of

SOON = NOON + timedelta(seconds=1)


def owner_of_the_case(office: RealOffice) -> int | None:
    (case,) = office.do(lambda uow: uow.cases.open_of_office(office.amina.office_id))
    owner: int | None = case.owner_id
    return owner


def case_whose_owner_goes_away(office: RealOffice) -> int | None:
    """At SOON; who had it until then."""

    def ask(uow: UnitOfWork) -> None:
        raise_signal(uow, office.amina, reason="help", source="sample")
        caseworker = uow.staff.get(office.amina.caseworker_id)
        add_absence(uow, caseworker, starts_at=SOON, ends_at=SOON + timedelta(days=2))

    office.do(ask)
    return owner_of_the_case(office)


async def test_an_absence_that_begins_while_the_sweep_takes_its_notes_is_seen_by_the_next(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = case_whose_owner_goes_away(office)
    ticker = ticker_of(office)

    def look_and_go_on(uow: UnitOfWork) -> Due:
        due = what_is_due(uow)
        office.clock.moment = max(office.clock.moment, SOON)
        return due

    monkeypatch.setattr(ticker_module, "what_is_due", look_and_go_on)

    await ticker.tick()
    await ticker.tick()

    assert owner_of_the_case(office) != before


async def test_an_absence_whose_cases_could_not_be_looked_at_is_looked_at_again(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = case_whose_owner_goes_away(office)
    monotonic = Monotonic()
    ticker = ticker_of(office, monotonic=monotonic)
    await ticker.tick()
    office.clock.go_on(seconds=2)

    def fail(*_: Any) -> None:
        raise ValueError("sample")

    monkeypatch.setattr(ticker_module, "fire_office", fail)
    await ticker.tick()
    monkeypatch.setattr(ticker_module, "fire_office", fire_office)
    monotonic.seconds += 2 * ticker_module.RETRY_FAILED_S
    await ticker.tick()

    assert owner_of_the_case(office) != before


async def test_an_office_that_fails_does_not_have_the_others_looked_at_again_and_again(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_whose_owner_goes_away(office)
    failing = absent_elsewhere(office)
    looked_at: list[int] = []

    def look(uow: UnitOfWork, office_id: int) -> None:
        looked_at.append(office_id)
        if office_id == failing:
            raise ValueError("sample")

    monkeypatch.setattr(ticker_module, "fire_office", look)
    ticker = ticker_of(office)
    await ticker.tick()
    office.clock.go_on(seconds=2)

    await ticker.tick()
    await ticker.tick()

    assert sorted(looked_at) == sorted([office.amina.office_id, failing])


def absent_elsewhere(office: RealOffice) -> int:
    """Somebody of another office goes away at SOON too; its number."""

    def add(uow: UnitOfWork) -> int:
        other = add_office(uow, "Sandvik", hours=OfficeHours())
        member = add_staff(
            uow,
            office_id=other.id,
            name="Dag Sample",
            email="dag@example.org",
            role=Role.CASEWORKER,
        )
        add_absence(uow, member, starts_at=SOON, ends_at=SOON + timedelta(days=2))
        return other.id

    return office.do(add)
