"""The staff group in the console: coordinators see that there is one, and can switch it off."""

from bot.domain.staff_group import EndedBecause, StaffGroup
from bot.services.incoming import ChatEvent
from bot.services.staff_groups import allow_group, link_group
from tests.real_office import OFFICE
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld

OFF = "/staff-group/off"


def _allowed(world: ConsoleWorld) -> str:
    code: str = world.office.do(lambda uow: allow_group(uow, uow.offices.get(OFFICE)).code)
    return code


def _linked(world: ConsoleWorld) -> None:
    code = _allowed(world)
    event = ChatEvent(OFFICE, -500, "nb", world.office.do(lambda uow: uow.now))
    world.office.do(link_group, event, code)


def _current(world: ConsoleWorld) -> StaffGroup | None:
    found: StaffGroup | None = world.office.do(lambda uow: uow.staff_groups.current_of(OFFICE))
    return found


async def test_without_a_group_the_page_says_nothing_of_one(dana: Browser) -> None:
    assert OFF not in (await dana.get("/cases")).text


async def test_a_coordinator_sees_the_group_and_switches_it_off(
    world: ConsoleWorld, dana: Browser
) -> None:
    _linked(world)

    page = (await dana.get("/cases")).text
    answer = await dana.post(OFF)
    after = (await dana.get(answer.headers["location"])).text

    assert "En gruppe ble koblet til" in page
    assert "Det er laget en kode" not in page
    assert "Ansattgruppa er slått av" in after
    assert OFF not in after
    ended = world.office.do(lambda uow: uow.staff_groups.get(1))
    assert ended.ended_because is EndedBecause.SWITCHED_OFF


async def test_a_group_that_is_only_allowed_is_told_apart(
    world: ConsoleWorld, dana: Browser
) -> None:
    _allowed(world)

    page = (await dana.get("/cases")).text

    assert "ingen er koblet til ennå" in page
    assert "virker til i dag kl. 11.00" in page
    assert "Vi skal ikke ha noen gruppe" in page
    assert "Slå av ansattgruppa" not in page


async def test_a_code_that_has_run_out_is_not_said_to_be_there(
    world: ConsoleWorld, dana: Browser
) -> None:
    _allowed(world)
    world.office.clock.go_on(hours=1)

    page = (await dana.get("/cases")).text

    assert "Koden er gått ut" in page
    assert "virker til" not in page


async def test_a_code_for_another_group_is_told_beside_the_one_that_is_linked(
    world: ConsoleWorld, dana: Browser
) -> None:
    _linked(world)
    _allowed(world)

    page = (await dana.get("/cases")).text

    assert "En gruppe ble koblet til" in page
    assert "koble til en annen gruppe. Den virker til i dag kl. 11.00" in page


async def test_a_caseworker_neither_sees_nor_switches_it(
    world: ConsoleWorld, carol: Browser
) -> None:
    _linked(world)

    page = (await carol.get("/cases")).text
    answer = await carol.post(OFF)

    assert OFF not in page
    assert answer.status_code == 409
    assert "Bare koordinatorer" in answer.text
    assert _current(world) is not None


async def test_omar_switches_off_nothing_of_another_office(
    world: ConsoleWorld, omar: Browser
) -> None:
    _linked(world)

    await omar.post(OFF)

    assert _current(world) is not None
