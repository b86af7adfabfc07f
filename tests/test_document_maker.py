"""The maker of documents: a real process for a page, its death, two makers, and the program's end."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import document_maker
from bot.document_maker import CutOff, DocumentMaker, render_beside
from bot.domain.document_orders import DocumentOrder, MadeDocument, OrderState
from bot.domain.errors import DocumentFailed, StorageUnavailable
from bot.domain.message_bodies import load_body
from bot.domain.messages import OutboxMessage
from bot.services.document_making import LEASE
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork
from tests.delivery.conftest import RealTime, running
from tests.document_work import PAPER, two_files
from tests.real_office import RealOffice, found_office, open_office, open_office_at
from tests.waiting import until

REQUEST = {"document": "cv", "language": "nb", "on": "2026-11-22", "values": {"cv_name": "Ada"}}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_maker, "IDLE_S", 0.02)
    monkeypatch.setattr(document_maker, "TOGETHER_S", 0.0)
    monkeypatch.setattr(document_maker, "TROUBLE_REST_S", 0.01)


async def quick(_: Any) -> MadeDocument:
    return two_files({})


def maker(
    office: RealOffice,
    render: document_maker.Render = quick,
    *,
    real_time: RealTime | None = None,
    on_made: Callable[[], None] = lambda: None,
) -> DocumentMaker:
    real_now = real_time or RealTime()
    return DocumentMaker(office.storage, on_made=on_made, render=render, real_now=real_now)


def order(office: RealOffice, key: str = "a key", document: str = "cv") -> DocumentOrder:
    ordered = office.do(order_document, office.amina, document=document, key=key)
    assert ordered is not None
    return ordered


def files(office: RealOffice) -> list[str]:
    """Names of the files in the outbox."""
    rows: list[OutboxMessage] = office.rows("outbox")
    attachments = [load_body(row.body).attachment for row in rows]
    return [attachment.name for attachment in attachments if attachment is not None]


def state_of(office: RealOffice, ordered: DocumentOrder) -> OrderState:
    found: DocumentOrder = office.storage.read_sync(_order, ordered.id)
    return found.state


async def test_an_order_becomes_real_files_made_by_a_process_beside(office: RealOffice) -> None:
    ordered = order(office)
    rung: list[str] = []

    async with running(
        maker(office, render_beside, on_made=lambda: rung.append("ring")).run()
    ) as _:
        await until(lambda: state_of(office, ordered) is OrderState.MADE)
        await until(lambda: rung)

    assert files(office) == ["CV Amina.png", "CV Amina.pdf", "CV Amina.docx"]


async def test_the_process_knows_no_setting_of_ours_and_its_command_line_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TETTPA_SECRET_KEY", "a secret")
    begun: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    begin = asyncio.create_subprocess_exec

    async def watched(*command: Any, **given: Any) -> Any:
        begun.append((command, given))
        return await begin(*command, **given)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)

    made = await render_beside(REQUEST)

    ((command, given),) = begun
    assert len(made.files) == 3
    assert command == (sys.executable, "-m", "bot.documents")
    assert not [name for name in given["env"] if name.startswith("TETTPA")]
    assert given["stderr"] == asyncio.subprocess.DEVNULL


async def test_what_the_process_refuses_is_one_sentence() -> None:
    with pytest.raises(DocumentFailed, match=r"^This release makes no document of that kind"):
        await render_beside({**REQUEST, "document": "poster"})


async def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = _instead(monkeypatch, "import time; time.sleep(60)")

    with pytest.raises(CutOff, match=r"longer than 0\.2 seconds"):
        await render_beside(REQUEST, time_limit_s=0.2)

    assert begun[0].returncode == -9


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import os; os.kill(os.getpid(), 9)", id="killed"),
        pytest.param("print('<html>')", id="no JSON"),
        pytest.param("print('{}')", id="an empty answer"),
        pytest.param("print('[1]')", id="another shape"),
        pytest.param("raise SystemExit(3)", id="ended by itself"),
    ],
)
async def test_a_process_that_dies_or_babbles_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    _instead(monkeypatch, program)

    with pytest.raises(CutOff):
        await render_beside(REQUEST)


async def test_a_machine_without_room_for_a_process_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(CutOff, match="FileNotFoundError"):
        await render_beside(REQUEST)


def _instead(monkeypatch: pytest.MonkeyPatch, program: str) -> list[asyncio.subprocess.Process]:
    """Let another program answer; the processes it became."""
    begun: list[asyncio.subprocess.Process] = []
    begin = asyncio.create_subprocess_exec

    async def other(*_: Any, **given: Any) -> asyncio.subprocess.Process:
        process = await begin(sys.executable, "-S", "-c", program, **given)
        begun.append(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", other)
    return begun


async def test_a_broken_font_package_is_said_and_does_not_stop_the_next(
    office: RealOffice,
) -> None:
    async def broken_once(request: Any) -> MadeDocument:
        if request["document"] == "cv":
            raise DocumentFailed("The fonts are missing: install the program again.")
        return two_files({})

    failing, fine = order(office, "first"), order(office, "second", "letter")

    async with running(maker(office, broken_once).run()):
        await until(lambda: state_of(office, fine) is OrderState.MADE)

    assert state_of(office, failing) is OrderState.FAILED
    assert len(files(office)) == 2


async def test_an_error_nobody_thought_of_ends_that_order_alone(office: RealOffice) -> None:
    async def odd(request: Any) -> MadeDocument:
        if request["document"] == "cv":
            raise ZeroDivisionError
        return two_files({})

    failing, fine = order(office, "first"), order(office, "second", "letter")

    async with running(maker(office, odd).run()):
        await until(lambda: state_of(office, fine) is OrderState.MADE)

    assert state_of(office, failing) is OrderState.FAILED


async def test_an_order_that_cannot_even_be_called_off_is_ended_for_good(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(document_maker, "finish_order", broken)
    monkeypatch.setattr(document_maker, "fail_order", broken)
    ordered = order(office)

    async with running(maker(office).run()):
        await until(lambda: state_of(office, ordered) is OrderState.FAILED)

    said = [load_body(row.body).text for row in office.rows("outbox")]
    assert len(said) == 1
    assert files(office) == []


async def test_a_program_that_stops_gives_back_what_it_had_in_hand(office: RealOffice) -> None:
    ordered = order(office)
    has_begun = asyncio.Event()

    async def for_ever(_: Any) -> MadeDocument:
        has_begun.set()
        return await asyncio.Event().wait() and two_files({})

    async with running(maker(office, for_ever).run()):
        await has_begun.wait()

    found = office.storage.read_sync(lambda uow: uow.document_orders.get(ordered.id))
    assert (found.state, found.attempts, found.lease_until) == (OrderState.QUEUED, 0, None)


async def test_what_takes_long_stays_in_hand_while_its_maker_lives(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_maker, "LEASE", timedelta(seconds=0.03))
    ordered, real_time, done = order(office), RealTime(), asyncio.Event()
    lease = real_time() + LEASE

    async def slow(_: Any) -> MadeDocument:
        await done.wait()
        return two_files({})

    def is_renewed() -> bool:
        found = office.storage.read_sync(lambda uow: uow.document_orders.get(ordered.id))
        return found.lease_until is not None and found.lease_until > lease

    async with running(maker(office, slow, real_time=real_time).run()):
        await until(lambda: office.storage.read_sync(_order, ordered.id).lease_until)
        real_time.moment += LEASE / 2
        await until(is_renewed)
        done.set()
        await until(lambda: state_of(office, ordered) is OrderState.MADE)

    assert len(files(office)) == 2


def _order(uow: UnitOfWork, number: int) -> DocumentOrder:
    return uow.document_orders.get(number)


async def test_a_database_that_is_away_for_a_moment_loses_no_order(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = order(office)
    answers = [StorageUnavailable("The database does not answer.")]
    read = office.storage.read

    async def moody(*given: Any, **more: Any) -> Any:
        if answers:
            raise answers.pop()
        return await read(*given, **more)

    monkeypatch.setattr(office.storage, "read", moody)

    async with running(maker(office).run()):
        await until(lambda: state_of(office, ordered) is OrderState.MADE)

    assert len(files(office)) == 2


async def test_two_makers_at_once_make_each_order_once(database_url: str) -> None:
    found_office(database_url)
    with open_office_at(database_url) as one, open_office_at(database_url) as other:
        ordered = [order(one, f"{d}", d) for d in ("cv", "letter", "budget", "progress")]
        made: list[str] = []

        async def counted(request: Any) -> MadeDocument:
            made.append(request["document"])
            await asyncio.sleep(0)
            return MadeDocument((PAPER,))

        async with running(maker(one, counted).run()), running(maker(other, counted).run()):
            await until(lambda: {state_of(one, each) for each in ordered} == {OrderState.MADE})

        assert sorted(made) == ["budget", "cv", "letter", "progress"]
        assert len(files(one)) == 4
