"""The keys that an erasure left behind, for it died or failed after its commit, go at the next turn."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clockwork import Clockwork
from bot.domain.errors import KeyDestroyed, StorageUnavailable
from bot.domain.people import Participant
from bot.duties import SoleDuties
from bot.erased_keys import destroy_left_keys
from bot.scheduling.ticker import Ticker
from bot.services.rights import erase
from bot.storage.keys import KeyStore, key_store_url
from bot.storage.restore import merge_keys
from tests.offices_on_both import KINDS, office_on
from tests.real_office import OFFICE, RealOffice, open_office
from tests.waiting import until

IN_USE = StorageUnavailable("The key file is in use: destroy the key once more.")


@pytest.fixture(params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealOffice]:
    with office_on(request.param, request, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


def erase_and_die(uow: Any, participant: Participant) -> None:
    """As when the process is killed between the commit and what follows it."""
    erase(uow, participant)
    uow.after_commit.clear()


def is_alive(office: RealOffice, key_id: str) -> bool:
    try:
        office.program.keys.seal(key_id, b"sample", context="sample")
    except KeyDestroyed:
        return False
    return True


def keys_alive(office: RealOffice) -> list[bool]:
    """Those of Amina, Ben and the office."""
    of_office = office.storage.read_sync(lambda uow: uow.offices.get(OFFICE)).key_id
    return [is_alive(office, key) for key in (office.amina.key_id, office.ben.key_id, of_office)]


def failing_once(
    monkeypatch: pytest.MonkeyPatch, name: str, fails: Callable[..., bool] = lambda *_: True
) -> list[tuple[Any, ...]]:
    """Let a method of the key store fail the first time that `fails(*given)`; the failed calls."""
    real, failed = getattr(KeyStore, name), []

    def act(self: KeyStore, *given: Any) -> Any:
        if not failed and fails(*given):
            failed.append(given)
            raise IN_USE
        return real(self, *given)

    monkeypatch.setattr(KeyStore, name, act)
    return failed


async def test_a_death_right_after_the_commit_leaves_a_key_that_the_next_turn_destroys(
    office: RealOffice,
) -> None:
    office.do(erase_and_die, office.amina)

    before = keys_alive(office)
    destroyed = [await destroy_left_keys(office.program) for _ in range(2)]

    assert before == [True, True, True]
    assert destroyed == [1, 0]
    assert keys_alive(office) == [False, True, True]


@pytest.mark.parametrize("step", ["destroy", "_remove_traces"])
async def test_a_key_that_could_not_be_destroyed_whole_is_destroyed_at_the_next_turn(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    failed = failing_once(monkeypatch, step)
    office.do(erase, office.amina)
    keys = office.program.keys

    before = [stone.key_id for stone in keys.tombstones() if stone.destroyed_at]
    destroyed = [await destroy_left_keys(office.program) for _ in range(2)]

    assert (len(failed), before, destroyed) == (1, [], [1, 0])
    assert [s.key_id for s in keys.tombstones() if s.destroyed_at] == [office.amina.key_id]
    assert keys_alive(office) == [False, True, True]


async def test_a_key_that_is_not_to_be_destroyed_now_stops_no_other(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (office.amina, office.ben):
        office.do(erase_and_die, person)
    failing_once(monkeypatch, "destroy", lambda key_id: key_id == office.amina.key_id)

    destroyed = await destroy_left_keys(office.program)
    after = keys_alive(office)

    assert (destroyed, after) == (1, [True, False, True])
    assert await destroy_left_keys(office.program) == 1
    assert keys_alive(office) == [False, False, True]


async def test_an_erased_key_that_the_store_never_had_is_no_failure(
    sqlite_office: RealOffice,
) -> None:
    office = sqlite_office
    office.do(erase_and_die, office.amina)
    office.do(erase_and_die, office.ben)
    with office.program.keys._engine.begin() as connection:
        connection.exec_driver_sql(
            "DELETE FROM sealing_key WHERE key_id = ?", (office.amina.key_id,)
        )

    with capture_logs() as logged:
        destroyed = await destroy_left_keys(office.program)

    assert destroyed == 1
    assert [line["event"] for line in logged] == ["left_keys_destroyed"]


def test_a_restore_hears_of_a_key_that_is_destroyed_but_for_its_traces(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_once(monkeypatch, "_remove_traces")

    office.do(erase, office.amina)

    stones = office.program.keys.tombstones()
    assert [(stone.key_id, stone.destroyed_at) for stone in stones] == [(office.amina.key_id, None)]


def test_a_key_that_was_begun_to_be_destroyed_tells_a_restore_of_the_erasure(
    sqlite_office: RealOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, keys = sqlite_office, sqlite_office.program.keys
    (tmp_path / "elsewhere").mkdir()
    failing_once(monkeypatch, "_remove_traces")
    with open_office(tmp_path / "elsewhere") as elsewhere:
        elsewhere.do(erase, elsewhere.amina)
        elsewhere.program.keys.close()
        copied = Path(str(key_store_url(elsewhere.program.settings.database_url).database))

        merge_keys(office.program.settings.database_url, copied, keys)

    assert [stone.key_id for stone in keys.tombstones()] == [office.amina.key_id]
    assert keys_alive(office) == [False, True, True]


@pytest.mark.parametrize("is_declared", [True, False])
async def test_whoever_takes_over_the_ticking_destroys_what_was_left_at_once(
    sqlite_office: RealOffice, monkeypatch: pytest.MonkeyPatch, is_declared: bool
) -> None:
    office = sqlite_office
    monkeypatch.setattr(office.clock, "is_declared", is_declared)
    office.do(erase_and_die, office.amina)

    work = asyncio.ensure_future(clockwork(office)[0].run())
    await until(lambda: keys_alive(office) == [False, True, True])
    await stop(work)


async def test_a_key_store_that_does_not_answer_holds_up_no_sweep(
    sqlite_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sqlite_office
    monkeypatch.setattr(office.clock, "is_declared", False)
    office.do(erase_and_die, office.amina)
    failed = failing_once(monkeypatch, "tombstones")
    clocks, ticker = clockwork(office)

    with capture_logs() as logged:
        work = asyncio.ensure_future(clocks.run())
        await until(lambda: failed and ticker.last_sweep is not None)
        goes_on = not work.done()
        await stop(work)

    assert goes_on
    assert "left_keys_not_looked_at" in [line["event"] for line in logged]
    assert await destroy_left_keys(office.program) == 1


def clockwork(office: RealOffice) -> tuple[Clockwork, Ticker]:
    async def beat() -> None: ...

    ticker = Ticker(office.storage, office.clock, wake=lambda: None)
    return Clockwork(office.program, ticker, SoleDuties(), beat=beat), ticker


async def stop(work: "asyncio.Future[None]") -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
