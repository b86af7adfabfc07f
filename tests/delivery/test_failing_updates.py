"""Updates that fail rest with their chats, and with nobody else's."""

import pytest

from bot.delivery import worker as worker_module
from bot.domain.errors import StorageUnavailable
from bot.domain.messages import InboxUpdate
from tests.delivery.conftest import running
from tests.delivery.test_worker import Handlers, put, worker_of
from tests.real_office import BEN_CHAT, RealOffice
from tests.waiting import until

LONGER_THAN_ANY_TEST_S = 600.0


async def _find_no_disk(_: InboxUpdate) -> None:
    raise StorageUnavailable("sample")


async def test_those_that_rest_keep_nobody_else_from_beginning(
    office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "IDLE_S", LONGER_THAN_ANY_TEST_S)
    handlers = Handlers(office)
    for chat in range(1, 7):
        handlers.misdeeds[f"!bad{chat}"] = _find_no_disk
        put(office, f"!bad{chat}", chat=chat)
    worker = worker_of(office, handlers, concurrent=3)

    async with running(worker.run()):
        await until(lambda: len(handlers.begun) == 6)
        put(office, "b1", chat=BEN_CHAT)
        worker.wake()
        await until(lambda: handlers.done == ["b1"])
