"""Several processes on one PostgreSQL: roles, one of them killed under load, a rolling restart."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.office_hours import OfficeHours
from bot.services.offices import add_office
from bot.services.ports import UnitOfWork
from tests.databases import PostgresqlServer
from tests.journeys.rig import Rig, answer, free_port, seconds_to_end
from tests.journeys.test_run import rig
from tests.real_office import AMINA_CHAT, BEN_CHAT, OFFICE, found_office, open_office_at
from tests.waiting import wait_until

__all__ = ["rig"]

CHATS = (AMINA_CHAT, BEN_CHAT)
OTHER_TOKEN = "200300400:sample-token-of-the-second-office-0"
TAKES_OVER_WITHIN_SECONDS = 10.0
Process = subprocess.Popen[bytes]


@pytest.fixture
def founded(rig: Rig, postgresql_server: PostgresqlServer) -> Iterator[Rig]:
    rig.database_url = postgresql_server.fresh_database()
    found_office(rig.database_url)
    yield rig
    postgresql_server.drop_database(rig.database_url)


class Crew:
    """Processes with their roles, on ports of their own; ended with the block."""

    def __init__(self, rig: Rig, stack: ExitStack) -> None:
        self._rig, self._stack = rig, stack
        self.ports: dict[str, int] = {}
        self.processes: dict[str, Process] = {}
        self.logs: dict[str, Path] = {}

    def start(self, name: str, role: str) -> None:
        port = self.ports[name] = free_port()
        program = self._rig.program(port, role=role)
        self.processes[name] = self._stack.enter_context(program)
        self.logs[name] = self._rig.logs[-1]

    def wait_ready(self) -> None:
        for port in self.ports.values():
            wait_until(lambda port=port: self._rig.is_ready(port), within=40)

    def duties_of(self, name: str) -> set[str]:
        """What it holds, as its log tells it."""
        held: set[str] = set()
        for line in self.logs[name].read_text("utf-8").splitlines():
            entry = json.loads(line)
            if entry["event"] == "duty_taken":
                held.add(entry["duty"])
            if entry["event"] == "duty_given_up":
                held.discard(entry["duty"])
        return held

    def holder_of(self, duty: str) -> str:
        return next((name for name in self.processes if duty in self.duties_of(name)), "")


@pytest.fixture
def crew(founded: Rig) -> Iterator[Crew]:
    with ExitStack() as stack:
        yield Crew(founded, stack)


def write(rig: Rig, first: int, last: int) -> None:
    for number in range(first, last):
        for chat in CHATS:
            rig.emulator.text(chat, f"tekst {number:03}")


def texts_kept(rig: Rig) -> list[list[str]]:
    """What each of the two wrote, in the order in which it was handled."""
    with open_office_at(rig.database_url) as office:
        rows = office.rows("free_texts")
        people = [office.amina.id, office.ben.id]
    return [[row.text for row in rows if row.participant_id == one] for one in people]


def count_kept(rig: Rig) -> int:
    return sum(len(texts) for texts in texts_kept(rig))


def add_another_office(rig: Rig) -> int:
    """While the programs run."""

    def add(uow: UnitOfWork) -> int:
        content = uow.offices.get(OFFICE).content_version_id
        office = add_office(uow, "Sandvik", hours=OfficeHours(), telegram_token=OTHER_TOKEN)
        return uow.offices.save(replace(office, content_version_id=content)).id

    rig.emulator.add_bot(OTHER_TOKEN, username="other_bot")
    with open_office_at(rig.database_url) as office:
        return office.do(add)


def test_a_worker_killed_under_load_loses_nothing_and_order_is_kept(
    founded: Rig, crew: Crew
) -> None:
    for name, role in (("in", "ingest"), ("one", "worker"), ("two", "worker"), ("desk", "console")):
        crew.start(name, role)
    crew.wait_ready()
    killed = wait_until(lambda: crew.holder_of("send:1"))
    other = {"one": "two", "two": "one"}[killed]

    write(founded, 0, 20)
    crew.processes[killed].kill()
    write(founded, 20, 40)
    wait_until(
        lambda: crew.duties_of(other) >= {"send:1", "tick"}, within=TAKES_OVER_WITHIN_SECONDS
    )
    wait_until(lambda: count_kept(founded) >= 80, within=30)
    founded.emulator.text(AMINA_CHAT, "/hjelp")
    before = len(founded.emulator.texts(AMINA_CHAT))
    wait_until(lambda: len(founded.emulator.texts(AMINA_CHAT)) > before)

    expected = [f"tekst {number:03}" for number in range(40)]
    assert texts_kept(founded) == [expected, expected]
    assert answer(crew.ports["desk"], "/login") == 200
    assert answer(crew.ports["in"], "/login") == 404
    assert answer(crew.ports[other], "/login") == 404


def test_restarting_one_after_another_leaves_no_gap(founded: Rig, crew: Crew) -> None:
    crew.start("old", "all")
    crew.wait_ready()
    write(founded, 0, 10)
    crew.start("new", "all")
    wait_until(lambda: answer(crew.ports["new"], "/healthz/ready") == 200, within=40)

    write(founded, 10, 20)
    added = add_another_office(founded)
    wait_until(lambda: crew.holder_of(f"poll:{added}") and crew.holder_of(f"send:{added}"))
    took = seconds_to_end(crew.processes["old"])
    wait_until(
        lambda: (
            crew.duties_of("new")
            >= {"tick", "mail", "poll:1", "send:1", f"poll:{added}", f"send:{added}"}
        ),
        within=5,
    )
    write(founded, 20, 30)
    wait_until(lambda: count_kept(founded) >= 60, within=30)

    expected = [f"tekst {number:03}" for number in range(30)]
    assert crew.processes["old"].returncode == 0
    assert took < 8
    assert texts_kept(founded) == [expected, expected]
    assert crew.duties_of("old") == set()


@pytest.mark.parametrize("role", ["ingest", "worker", "console"])
def test_sqlite_is_for_one_process(rig: Rig, role: str) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "bot.cli", "run", "--role", role],
        env=rig.environment(free_port()),
        cwd=rig.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert refused.returncode != 0
    assert "needs PostgreSQL" in refused.stderr
