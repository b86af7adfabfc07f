"""Fetching what participants sent from Telegram, and saying clearly when that cannot be."""

import pytest

from bot.delivery import uploads
from bot.delivery.uploads import TelegramUploads
from bot.domain.errors import DeliveryFailed, NotFound
from tests.delivery.conftest import confirm_all
from tests.emulator_process import EmulatorControl
from tests.real_office import AMINA_CHAT, OFFICE, TOKEN


async def token_of(office_id: int) -> str | None:
    return TOKEN if office_id == OFFICE else None


def sent_by_amina(emulator: EmulatorControl) -> tuple[str, int]:
    """The id and size of a file from Amina's phone."""
    emulator.send_file(AMINA_CHAT, "document")
    update = emulator.call(TOKEN, "getUpdates")["result"][-1]
    confirm_all(emulator)
    document = update["message"]["document"]
    return document["file_id"], document["file_size"]


async def fetched(source: TelegramUploads, file_id: str, office_id: int = OFFICE) -> bytes:
    return b"".join([piece async for piece in await source.open(office_id, file_id)])


async def test_a_file_comes_as_it_was_sent(emulator: EmulatorControl) -> None:
    file_id, size = sent_by_amina(emulator)

    content = await fetched(TelegramUploads(emulator.api_url, token_of), file_id)

    assert content == b"A sample document from the rehearsal.\n"
    assert len(content) == size


async def test_a_file_that_telegram_does_not_have_is_not_found(emulator: EmulatorControl) -> None:
    with pytest.raises(NotFound):
        await TelegramUploads(emulator.api_url, token_of).open(OFFICE, "nothing")


async def test_an_office_without_a_bot_has_nobody_to_ask(emulator: EmulatorControl) -> None:
    with pytest.raises(DeliveryFailed):
        await TelegramUploads(emulator.api_url, token_of).open(OFFICE + 1, "anything")


async def test_when_telegram_cannot_be_reached_the_token_is_not_told() -> None:
    source = TelegramUploads("http://127.0.0.1:1", token_of)

    with pytest.raises(DeliveryFailed) as failure:
        await source.open(OFFICE, "anything")

    assert TOKEN not in str(failure.value)
    assert failure.value.__suppress_context__
    assert not failure.value.permanent


@pytest.mark.parametrize(
    "fault",
    ["500_before", "bad_json", "disconnect", "429"],
)
async def test_trouble_at_telegram_is_trouble_for_now(
    emulator: EmulatorControl, fault: str
) -> None:
    file_id, _ = sent_by_amina(emulator)
    emulator.fault("getFile", fault)

    with pytest.raises(DeliveryFailed):
        await TelegramUploads(emulator.api_url, token_of).open(OFFICE, file_id)


async def test_more_than_telegram_may_send_is_cut_off(
    emulator: EmulatorControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, size = sent_by_amina(emulator)
    monkeypatch.setattr(uploads, "MAX_BYTES", size - 1)

    with pytest.raises(DeliveryFailed):
        await fetched(TelegramUploads(emulator.api_url, token_of), file_id)
