"""An office on both databases, with the parts of a running process that a test can make ill."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import Program
from bot.config import load_settings
from bot.duties import Duties
from bot.health import Health
from bot.health_routes import health_routes
from bot.metrics import Metrics
from bot.roles import ROLES
from bot.scheduling.clock_guard import ClockState
from tests.offices_on_both import office_on
from tests.real_office import OFFICE, RealOffice, open_office

METRICS_TOKEN = "a sample token for metrics"


class Stopwatch:
    """The monotonic clock; stands until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class SampleSender:
    last_turn: float | None = None


@dataclass
class SamplePoller:
    last_success: float | None = None


@dataclass(eq=False)
class SampleLine:
    """A line that answers as a test says."""

    sender: SampleSender = field(default_factory=SampleSender)
    poller: SamplePoller | None = field(default_factory=SamplePoller)
    is_connected: bool = True
    is_refused: bool = False
    answers: bool = True

    async def check(self) -> bool:
        return self.answers


@dataclass
class SampleTicker:
    last_sweep: float | None = None
    clock_state: ClockState = ClockState.TRUSTED


@dataclass
class SampleMailer:
    last_success: datetime | None = None


@dataclass
class Process:
    """One process of the program; everything in it is well when a test begins."""

    office: RealOffice
    health: Health
    stopwatch: Stopwatch
    ticker: SampleTicker
    mailer: SampleMailer
    lines: dict[int, SampleLine]

    @property
    def line(self) -> SampleLine:
        return self.lines[OFFICE]

    def go_on(self, seconds: float) -> None:
        self.stopwatch.seconds += seconds

    def works(self) -> None:
        """Sweep, sender and poller all turn now."""
        now = self.stopwatch()
        self.ticker.last_sweep = now
        for line in self.lines.values():
            line.sender.last_turn = now
            if line.poller is not None:
                line.poller.last_success = now

    def routes(self, *, metrics_token: str = "") -> Starlette:
        metrics = Metrics(self.office.program, self.health)
        routes = health_routes(self.health, lambda: metrics, metrics_token=metrics_token)
        return Starlette(routes=routes)


def a_process(
    office: RealOffice, *, role: str = "all", duties: Duties | None = None, **settings: Any
) -> Process:
    program = office.program
    if settings:
        given = load_settings(env_file=None, **settings)
        program = Program(
            settings=program.settings.model_copy(update={k: getattr(given, k) for k in settings}),
            clock=program.clock,
            storage=program.storage,
            keys=program.keys,
        )
    stopwatch, ticker, mailer = Stopwatch(), SampleTicker(), SampleMailer()
    lines = {OFFICE: SampleLine()}
    health = Health(
        program,
        cast(Mapping[int, Any], lines),
        cast(Any, ticker),
        cast(Any, mailer),
        role=ROLES[role],
        duties=duties,
        monotonic=stopwatch,
        real_now=office.clock.now,
    )
    process = Process(office, health, stopwatch, ticker, mailer, lines)
    process.works()
    return process


@pytest.fixture
def sqlite_office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as office:
        yield office


@pytest.fixture
def postgresql_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealOffice]:
    with office_on("postgresql", request, tmp_path) as office:
        yield office


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> RealOffice:
    """Each test that asks runs on both kinds of database."""
    found: RealOffice = request.getfixturevalue(f"{request.param}_office")
    return found


@pytest.fixture
def process(office: RealOffice) -> Process:
    return a_process(office)


@pytest.fixture
async def asker(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on this machine."""
    async with asking(process) as client:
        yield client


def asking(
    process: Process,
    *,
    metrics_token: str = "",
    base_url: str = "http://127.0.0.1:8080",
    client: str = "127.0.0.1",
) -> httpx.AsyncClient:
    """A client at the address `client`, asking for `base_url`."""
    app = process.routes(metrics_token=metrics_token)
    transport = httpx.ASGITransport(app, client=(client, 50000))
    return httpx.AsyncClient(transport=transport, base_url=base_url)


def without_content(office: RealOffice) -> None:
    """Nothing was ever published for the first office."""
    office.do(
        lambda uow: uow.offices.save(replace(uow.offices.get(OFFICE), content_version_id=None))
    )
