"""Answers to polls that Telegram gives rarely or never, and gaps between answers."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.delivery import poller as poller_module
from bot.delivery.poller import Poller
from bot.domain.errors import StorageUnavailable
from tests.delivery.conftest import running
from tests.delivery.faulty_server import Connection, closed_port, faulty_server
from tests.waiting import until

GOOD = {"ok": True, "result": [{"update_id": 5}]}
NOTHING_NEW = {"ok": True, "result": []}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller_module, "FIRST_BACKOFF_S", 0.001)


@dataclass(frozen=True)
class Answer:
    """One that is not a plain 200."""

    status: int
    body: str = "no"
    headers: tuple[str, ...] = ()


class Counter:
    """Answers polls one after another from a script; then there is nothing new."""

    def __init__(self, answers: list[Any]) -> None:
        self._answers = iter(answers)
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, connection: Connection, request: bytes) -> None:
        self.asked.append(json.loads(request.partition(b"\r\n\r\n")[2]))
        given = next(self._answers, NOTHING_NEW)
        if not isinstance(given, Answer):
            given = Answer(200, given if isinstance(given, str) else json.dumps(given))
        await connection.answer(given.status, given.body.encode(), *given.headers)


@pytest.fixture
async def counter(request: pytest.FixtureRequest) -> AsyncIterator[Counter]:
    made = Counter(request.param)
    async with faulty_server(made.answer) as server:
        made.url = server.url
        yield made


STRANGE = [
    pytest.param(["[]"], id="a list"),
    pytest.param(["null"], id="null"),
    pytest.param(['{"ok": true, "result": null}'], id="no result"),
    pytest.param(['{"ok": true, "result": 7}'], id="a number for a result"),
    pytest.param(['{"ok": tru'], id="cut off"),
    pytest.param(["<html>gateway</html>"], id="a page"),
    pytest.param([Answer(400)], id="400"),
    pytest.param([Answer(429)], id="429 without a wait"),
    pytest.param([Answer(502)], id="502"),
    pytest.param([Answer(302, json.dumps(GOOD), ("Location: /elsewhere",))], id="elsewhere"),
    pytest.param(['{"ok": true, "result": ["x", {"update_id": true}]}'], id="updates of no shape"),
]


@pytest.mark.parametrize("counter", STRANGE, indirect=True)
async def test_polling_goes_on_after_a_strange_answer(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller_module, "FLOOD_WAIT_S", 0.001)
    stored: list[Any] = []

    async with running(_poller(counter, stored).run(long_poll_s=0)):
        await until(lambda: len(counter.asked) >= 3)

    assert all(body.get("offset", 0) == 0 for body in counter.asked[:2])


@pytest.mark.parametrize("counter", [[GOOD, GOOD, GOOD]], indirect=True)
async def test_a_gap_longer_than_taps_keep_is_told_once(counter: Counter) -> None:
    moments = Moments(counter, [1000.0, 1149.0, 1300.0])
    gaps: list[float] = []

    async with running(_poller(counter, [], gaps=gaps, moments=moments).run(long_poll_s=0)):
        await until(lambda: len(counter.asked) >= 5)

    assert gaps == [151.0]


@pytest.mark.parametrize("counter", [[GOOD, GOOD, GOOD]], indirect=True)
async def test_a_gap_that_could_not_be_recorded_is_told_again(counter: Counter) -> None:
    moments = Moments(counter, [1000.0, 2000.0, 2001.0, 2002.0])
    gaps: list[float] = []

    async with running(
        _poller(counter, [], gaps=gaps, moments=moments, refusals=1).run(long_poll_s=0)
    ):
        await until(lambda: len(counter.asked) >= 5)

    assert gaps == [1000.0, 1001.0]


@pytest.mark.parametrize("counter", [[GOOD]], indirect=True)
async def test_polls_take_the_way_that_messages_take_past_any_proxy(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", closed_port())
    monkeypatch.delenv("no_proxy", raising=False)
    stored: list[Any] = []

    async with running(_poller(counter, stored).run(long_poll_s=0)):
        await until(lambda: stored)

    assert stored == GOOD["result"]


class Moments:
    """A monotonic clock that moves with each answered poll; then it stands."""

    def __init__(self, counter: Counter, moments: list[float]) -> None:
        self._counter, self._moments = counter, moments

    def __call__(self) -> float:
        return self._moments[min(max(len(self._counter.asked) - 1, 0), len(self._moments) - 1)]


def _poller(
    counter: Counter,
    stored: list[Any],
    *,
    gaps: list[float] | None = None,
    moments: Moments | None = None,
    refusals: int = 0,
) -> Poller:
    told = [] if gaps is None else gaps

    async def store(updates: list[dict[str, Any]]) -> None:
        stored.extend(updates)

    async def nobody() -> None:
        raise AssertionError("no conflict was meant")

    async def note_gap(seconds: float) -> None:
        told.append(seconds)
        if len(told) <= refusals:
            raise StorageUnavailable("sample")

    return Poller(
        "1:sample",
        api_url=counter.url,
        store=store,
        on_conflict=nobody,
        on_gap=note_gap,
        monotonic=moments or time.monotonic,
    )
