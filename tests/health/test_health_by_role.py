"""Health of a process that does a part of the work, beside others that do the rest."""

import pytest

from bot.duties import TICK, SoleDuties, poll_of, send_of
from tests.health.conftest import Process, a_process, asking
from tests.real_office import OFFICE, RealOffice


class SampleDuties(SoleDuties):
    """Holds what a test says, and sees what others hold."""

    def __init__(self, *own: str, others: tuple[str, ...] = ()) -> None:
        self.own, self.others = set(own), set(others)

    def is_held(self, duty: str) -> bool:
        return duty in self.own

    def is_held_by_anybody(self, duty: str) -> bool:
        return duty in self.own | self.others


EVERYTHING = (TICK, poll_of(OFFICE), send_of(OFFICE))


async def checks(process: Process) -> dict[str, bool]:
    async with asking(process) as client:
        found: dict[str, bool] = (await client.get("/healthz/ready")).json()["checks"]
        return found


@pytest.mark.parametrize(
    ("role", "looks_at"),
    [
        ("ingest", {"database", "content", "telegram"}),
        ("worker", {"database", "content", "telegram", "sweep", "clock"}),
        ("console", {"database", "content"}),
    ],
)
async def test_a_process_is_ready_when_its_own_part_can_be_done(
    sqlite_office: RealOffice, role: str, looks_at: set[str]
) -> None:
    process = a_process(sqlite_office, role=role, duties=SampleDuties(others=EVERYTHING))

    assert await checks(process) == dict.fromkeys(looks_at, True)


async def test_a_worker_is_ready_while_another_sweeps_and_not_when_nobody_does(
    sqlite_office: RealOffice,
) -> None:
    duties = SampleDuties(others=EVERYTHING)
    process = a_process(sqlite_office, role="worker", duties=duties)
    process.go_on(3600)  # it has never swept itself

    swept = await checks(process)
    duties.others.clear()
    not_swept = await checks(process)

    assert swept["sweep"]
    assert not not_swept["sweep"]


async def test_the_one_that_sweeps_is_judged_by_its_own_sweep(sqlite_office: RealOffice) -> None:
    process = a_process(sqlite_office, role="worker", duties=SampleDuties(TICK))
    process.go_on(31)

    assert not (await checks(process))["sweep"]


@pytest.mark.parametrize("nobody_has", [poll_of(OFFICE), send_of(OFFICE)])
async def test_no_heartbeat_when_nobody_has_a_duty(
    sqlite_office: RealOffice, nobody_has: str
) -> None:
    duties = SampleDuties(TICK, others=EVERYTHING)
    process = a_process(sqlite_office, role="worker", duties=duties)

    await process.health.beat()
    duties.others.discard(nobody_has)
    await process.health.beat()

    assert process.health.vitals().heartbeats == 1


async def test_only_who_has_a_duty_says_how_old_it_is(sqlite_office: RealOffice) -> None:
    holder = a_process(sqlite_office, duties=SampleDuties(*EVERYTHING)).health.vitals()
    other = a_process(sqlite_office, duties=SampleDuties(others=EVERYTHING)).health.vitals()

    assert (set(holder.poll_age_s), set(holder.sender_age_s)) == ({OFFICE}, {OFFICE})
    assert (other.poll_age_s, other.sender_age_s) == ({}, {})
