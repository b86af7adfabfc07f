"""The poller against the emulator: an update is confirmed only after it was stored."""

from typing import Any

import pytest

from bot.delivery import poller as poller_module
from bot.delivery.poller import Poller
from bot.domain.errors import BadSetting, StorageUnavailable
from tests.delivery.conftest import running
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, TOKEN
from tests.waiting import until

LONG_POLL_S = 5


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller_module, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(poller_module, "CONFLICT_BACKOFF_S", 0.02)


class Desk:
    """Stores updates in a list, after refusing as often as told."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.refusals = refusals
        self.offered: list[list[dict[str, Any]]] = []
        self.stored: list[dict[str, Any]] = []
        self.conflicts = 0
        self.gaps: list[float] = []

    async def store(self, updates: list[dict[str, Any]]) -> None:
        self.offered.append(updates)
        if len(self.offered) <= self.refusals:
            raise StorageUnavailable("sample")
        self.stored += updates

    async def note_conflict(self) -> None:
        self.conflicts += 1

    async def note_gap(self, seconds: float) -> None:
        self.gaps.append(seconds)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.stored]


def poller_for(desk: Desk, emulator: EmulatorControl, **more: Any) -> Poller:
    return Poller(
        TOKEN,
        api_url=emulator.api_url,
        store=desk.store,
        on_conflict=desk.note_conflict,
        on_gap=desk.note_gap,
        **more,
    )


def polls(emulator: EmulatorControl) -> list[dict[str, Any]]:
    return emulator.requests(method="getUpdates")


def pending(emulator: EmulatorControl) -> int:
    count: int = emulator.call(TOKEN, "getWebhookInfo")["result"]["pending_update_count"]
    return count


async def test_the_first_poll_has_no_offset_and_the_next_confirms_what_was_stored(
    emulator: EmulatorControl,
) -> None:
    desk = Desk()
    before = len(polls(emulator))
    emulator.text(AMINA_CHAT, "Hei")

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: len(polls(emulator)) >= before + 2)
        await until(lambda: pending(emulator) == 0)

    first, second = polls(emulator)[before : before + 2]
    assert "offset" not in first["params"]
    assert int(second["params"]["offset"]) == desk.stored[0]["update_id"] + 1
    assert "callback_query" in str(first["params"]["allowed_updates"])
    assert desk.texts == ["Hei"]


async def test_updates_that_could_not_be_stored_come_again(emulator: EmulatorControl) -> None:
    desk = Desk(refusals=2)
    emulator.text(AMINA_CHAT, "en")
    emulator.text(AMINA_CHAT, "to")

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: pending(emulator) == 0)

    assert [len(batch) for batch in desk.offered] == [2, 2, 2]
    assert desk.texts == ["en", "to"]


async def test_nothing_is_confirmed_while_storing_goes_on(emulator: EmulatorControl) -> None:
    desk = Desk(refusals=10_000)
    emulator.text(AMINA_CHAT, "Hei")

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: len(desk.offered) >= 3)

    assert pending(emulator) == 1
    assert all("offset" not in poll["params"] for poll in polls(emulator)[-3:])


async def test_ids_that_begin_anew_lower_are_taken_all_the_same(
    emulator: EmulatorControl,
) -> None:
    desk = Desk()
    emulator.text(AMINA_CHAT, "før")

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: desk.texts == ["før"] and pending(emulator) == 0)
        emulator.set_next_update_id(TOKEN, 17)
        emulator.text(AMINA_CHAT, "etter")
        await until(lambda: desk.texts == ["før", "etter"])
        emulator.text(AMINA_CHAT, "sist")
        await until(lambda: desk.texts == ["før", "etter", "sist"])

    assert desk.stored[1]["update_id"] == 17


async def test_a_stray_poll_of_somebody_else_is_told_and_polling_goes_on(
    emulator: EmulatorControl,
) -> None:
    desk = Desk()

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: polls(emulator)[-1]["status"] is None)
        emulator.call(TOKEN, "getUpdates")
        await until(lambda: desk.conflicts)
        emulator.text(AMINA_CHAT, "Hei")
        await until(lambda: desk.texts == ["Hei"])

    assert desk.conflicts == 1


async def test_a_refused_token_ends_polling_with_one_sentence(emulator: EmulatorControl) -> None:
    emulator.declare_invalid(TOKEN)

    with pytest.raises(BadSetting, match="TETTPA_TELEGRAM_TOKEN"):
        await poller_for(Desk(), emulator).run(long_poll_s=LONG_POLL_S)


@pytest.mark.parametrize("kind", ["bad_json", "500_before", "500_after", "disconnect", "429"])
async def test_polling_outlives_a_bad_answer(emulator: EmulatorControl, kind: str) -> None:
    desk = Desk()
    emulator.text(AMINA_CHAT, "Hei")
    emulator.fault("getUpdates", kind, retry_after=0)

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: desk.texts == ["Hei"])

    assert len(desk.offered) == 1


async def test_an_update_of_no_known_shape_is_passed_on_and_what_is_none_is_left_out(
    emulator: EmulatorControl,
) -> None:
    desk = Desk()
    emulator.inject_updates(
        TOKEN, "text", {"poll": None}, {"update_id": 2_000_000_000, "message": "ill"}, as_is=True
    )

    async with running(poller_for(desk, emulator).run(long_poll_s=LONG_POLL_S)):
        await until(lambda: pending(emulator) == 0)

    assert desk.stored == [{"poll": None}, {"update_id": 2_000_000_000, "message": "ill"}]
