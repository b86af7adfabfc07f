"""What a case's page says about where it goes next, as the ladder would send it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Absence
from bot.services.cases import notice_sent, raise_signal
from tests.real_office import NOON
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld


@pytest.mark.parametrize(
    ("deputy", "onward"),
    [("dana", "så går den til vikaren"), ("nobody", "så går den til felleskøen")],
)
async def test_a_page_tells_where_an_unread_case_goes_next(
    world: ConsoleWorld, carol: Browser, deputy: str, onward: str
) -> None:
    set_a_deputy(world, deputy)
    case = world.office.do(lambda uow: raise_signal(uow, world.emma, reason="help", source="x:1"))
    assert case is not None
    world.office.do(notice_sent, case.id, case.step_notice)

    page = (await carol.get(f"/cases/{case.id}")).text

    assert onward in page


async def test_a_case_that_the_deputy_holds_already_goes_to_the_queue_next(
    world: ConsoleWorld, dana: Browser
) -> None:
    set_a_deputy(world, "dana")
    away = Absence(staff_id=world.carol.id, starts_at=NOON, ends_at=NOON + timedelta(days=9))
    world.office.do(lambda uow: uow.absences.add(away))
    case = world.office.do(lambda uow: raise_signal(uow, world.emma, reason="help", source="x:1"))
    assert case is not None
    assert case.owner_id == world.dana.id
    world.office.do(notice_sent, case.id, case.step_notice)

    page = (await dana.get(f"/cases/{case.id}")).text

    assert "så går den til felleskøen" in page
    assert "vikaren" not in page


def set_a_deputy(world: ConsoleWorld, deputy: str) -> None:
    deputy_id = world.dana.id if deputy == "dana" else None
    carol = replace(world.carol, deputy_id=deputy_id)
    world.office.do(lambda uow: uow.staff.save(carol))
